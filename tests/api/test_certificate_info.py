"""The name in a certificate, its end, whoever signed it; and the authority beside it."""

import ssl
from pathlib import Path

import pytest
from cryptography import x509

from tests.api.certificates import made_in
from tests.tls.kit import DAY_S, wish
from wattledger.api.certificate_info import authority_of, end_of, name_in
from wattledger.api.server import Tls
from wattledger.energy.clock import SystemClock
from wattledger.tls.certificate_issuance import Renewal, renew
from wattledger.tls.folder import Folder


@pytest.mark.parametrize("is_ca", [True, False])
@pytest.mark.parametrize(
    ("names", "address", "found"),
    [
        (("pi.home.example",), "127.0.0.1", "pi.home.example"),
        (("localhost", "*.home.example", "pi.local"), "192.168.1.10", "pi.local"),
        ((), "192.168.1.10", "192.168.1.10"),
        ((), "fd00::1", "fd00::1"),
        (("localhost",), "127.0.0.1", None),
    ],
)
def test_the_name_that_phones_can_use(
    tmp_path: Path, is_ca: bool, names: tuple[str, ...], address: str, found: str | None
) -> None:
    assert name_in(made_in(tmp_path, *names, address=address, is_ca=is_ca)) == found


def test_one_that_has_expired_has_no_name(tmp_path: Path) -> None:
    assert name_in(made_in(tmp_path, "pi.local", valid_h=-0.5)) is None


def ours(folder: Path, at: int) -> tuple[Tls, Renewal]:
    made = renew(Folder(folder), wish(), at)
    return Tls(folder / "chain.pem", folder / "key.pem"), made


@pytest.mark.parametrize("valid_h", [0.5, -0.5, 2_000])
def test_until_when_it_holds_also_when_it_does_no_more(tmp_path: Path, valid_h: float) -> None:
    tls = made_in(tmp_path, valid_h=valid_h)
    certificate = x509.load_pem_x509_certificate(tls.certificate.read_bytes())
    assert end_of(tls) == int(certificate.not_valid_after_utc.timestamp())


@pytest.mark.parametrize("ago_days", [0, 390, 4_000])
def test_ours_tells_its_name_its_end_and_its_authority(tmp_path: Path, ago_days: int) -> None:
    """Not the key, whatever the file holds: a phone is given what a verifier takes from it."""
    tls, made = ours(tmp_path, int(SystemClock().now_s()) - ago_days * DAY_S)
    assert end_of(tls) == made.end
    assert name_in(tls) == ("pi.local" if ago_days < 397 else None)
    pem = tmp_path / "authority.pem"
    expected = ssl.PEM_cert_to_DER_cert(pem.read_text())
    for text in (pem.read_text(), (tmp_path / "authority-key.pem").read_text() + pem.read_text()):
        pem.write_text(text)
        assert authority_of(tls) == expected


def test_whoever_else_made_it_gives_no_authority(tmp_path: Path) -> None:
    tls = made_in(tmp_path)
    assert authority_of(tls) is None
    for text in ("", "no certificate", tls.key.read_text(), tls.certificate.read_text()):
        (tmp_path / "authority.pem").write_text(text)
        assert authority_of(tls) is None


def test_none_at_all(tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("no certificate")
    for tls in (Tls(tmp_path / "wrong", tmp_path / "wrong"), Tls(tmp_path / "none", tmp_path)):
        assert name_in(tls) is None
        assert end_of(tls) is None
        assert authority_of(tls) is None
