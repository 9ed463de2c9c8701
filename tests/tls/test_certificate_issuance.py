"""Made once, renewed each year: what stays, what changes, what needs a new authority."""

from ipaddress import ip_address
from pathlib import Path

import pytest

from tests.tls.kit import DAY_S, HOME, LAN, shake_hands, trusting, wish
from wattledger.energy.clock import SystemClock
from wattledger.tls.authority import CannotCertify
from wattledger.tls.certificate_issuance import check_clock, names_of, renew
from wattledger.tls.folder import AUTHORITY, AUTHORITY_KEY, CHAIN, KEY, Folder

NOW = int(SystemClock().now_s())


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "tls")


def texts(folder: Folder) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.path.iterdir()}


def test_the_first_time_makes_an_authority_and_a_server(folder: Folder) -> None:
    made = renew(folder, wish("home.example.org"), NOW)
    assert made.is_new_authority
    assert made.before is None
    assert made.left_out == ()
    assert made.names == made.authority.names == ["home.example.org", *HOME]
    assert made.end == NOW - 3_600 + 397 * DAY_S
    assert len(made.fingerprint) == 95
    for host in ("home.example.org", str(LAN)):
        shake_hands(trusting(folder.path / AUTHORITY), host, folder.path / CHAIN, folder.path / KEY)


@pytest.mark.parametrize("at", [0, 1_500_000_000, 2_200_000_000])
def test_a_clock_that_was_never_set_is_told(at: int) -> None:
    check_clock(NOW)
    with pytest.raises(CannotCertify, match="clock was never set"):
        check_clock(at)


def test_a_renewal_changes_one_file_and_who_trusted_goes_on(folder: Folder) -> None:
    renew(folder, wish(), NOW - 380 * DAY_S)
    before, trusted = texts(folder), trusting(folder.path / AUTHORITY)
    made = renew(folder, wish(), NOW)
    after = texts(folder)
    assert not made.is_new_authority
    assert {name for name in after if after[name] != before[name]} == {CHAIN}
    assert made.end == NOW - 3_600 + 397 * DAY_S
    shake_hands(trusted, "pi.local", folder.path / CHAIN, folder.path / KEY)


def test_names_are_remembered(folder: Folder) -> None:
    renew(folder, wish("home.example.org"), NOW)
    renew(folder, wish("tv.home.example.org"), NOW)
    made = renew(folder, wish(), NOW)
    assert made.names == ["home.example.org", *HOME, "tv.home.example.org"]
    assert made.before is not None
    assert names_of(made.before) == made.names


def test_a_name_outside_needs_a_new_authority(folder: Folder) -> None:
    renew(folder, wish(), NOW)
    before = texts(folder)
    with pytest.raises(CannotCertify, match=r"vouch for home\.example\.org, 10\.0\.0\.1\. .*--new"):
        renew(folder, wish("home.example.org", "10.0.0.1", "pi.local"), NOW)
    assert texts(folder) == before


def test_a_name_that_the_machine_has_got_since_is_left_out_and_told(folder: Folder) -> None:
    """A renewal must not fail because the router gave another address."""
    moved = ip_address("192.168.1.77")
    renew(folder, wish(), NOW)
    made = renew(folder, wish(found=("pi.local", moved, "localhost")), NOW)
    assert made.names == [*HOME]
    assert made.left_out == (moved,)


def test_what_stood_in_the_chain_s_place_without_any_name(folder: Folder) -> None:
    renew(folder, wish(), NOW)
    (folder.path / CHAIN).write_text((folder.path / AUTHORITY).read_text())
    assert renew(folder, wish(), NOW).names == [*HOME]


def test_a_new_authority_has_the_names_of_today_and_is_not_trusted_yet(folder: Folder) -> None:
    renew(folder, wish("home.example.org"), NOW)
    before, trusted = texts(folder), trusting(folder.path / AUTHORITY)
    made = renew(folder, wish("nas.example.org", new_authority=True), NOW)
    after = texts(folder)
    assert made.is_new_authority
    assert made.names == ["nas.example.org", *HOME]
    assert {name for name in after if after[name] != before[name]} == {
        AUTHORITY,
        AUTHORITY_KEY,
        CHAIN,
        KEY,
    }
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        shake_hands(trusted, "pi.local", folder.path / CHAIN, folder.path / KEY)
