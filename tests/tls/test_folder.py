"""The folder: its modes, its owner, all or nothing, and what is not of our making."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from tests.api.certificates import made_in
from tests.room import room_for
from tests.tls.kit import wish
from wattledger.tls.authority import CannotCertify
from wattledger.tls.certificate_issuance import renew
from wattledger.tls.folder import AUTHORITY, AUTHORITY_KEY, CHAIN, KEY, Folder

AT = 1_800_000_000
FILES = sorted([AUTHORITY, AUTHORITY_KEY, CHAIN, KEY])


@pytest.fixture
def made(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path / "tls")
    renew(folder, wish(), AT)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_keys_are_its_owners_alone(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        renew(Folder(tmp_path / "tls"), wish(), AT)
    finally:
        os.umask(before)
    assert mode_of(tmp_path / "tls") == 0o700
    modes = {path.name: mode_of(path) for path in (tmp_path / "tls").iterdir()}
    assert modes == {AUTHORITY: 0o644, AUTHORITY_KEY: 0o600, CHAIN: 0o644, KEY: 0o600}


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    (tmp_path / "mine").write_text("mine")
    renew(Folder(tmp_path), wish(), AT)
    assert mode_of(tmp_path) == 0o750
    assert sorted(contents(tmp_path)) == sorted([*FILES, "mine"])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_what_root_makes_belongs_to_the_server(tmp_path: Path) -> None:
    os.chown(tmp_path, 12_345, 12_345)
    renew(Folder(tmp_path / "tls"), wish(), AT)
    for path in (tmp_path / "tls", *(tmp_path / "tls").iterdir()):
        assert (path.stat().st_uid, path.stat().st_gid) == (12_345, 12_345)


@pytest.mark.parametrize("room_bytes", [0, 100, 1_000])
def test_without_room_nothing_is_left_behind(tmp_path: Path, room_bytes: int) -> None:
    with (
        room_for(room_bytes),
        pytest.raises(CannotCertify, match=r"tls.*can't be written: .*; nothing was changed"),
    ):
        renew(Folder(tmp_path / "tls"), wish(), AT)
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("new_authority", [False, True])
def test_without_room_what_was_there_stays(made: Folder, new_authority: bool) -> None:
    before = contents(made.path)
    with room_for(500), pytest.raises(CannotCertify, match="nothing was changed"):
        renew(made, wish(new_authority=new_authority), AT)
    assert contents(made.path) == before


@pytest.mark.parametrize("there", ["file", "missing/tls"])
def test_where_no_folder_can_be(tmp_path: Path, there: str) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(CannotCertify, match=f"{there} can't be written"):
        renew(Folder(tmp_path / there), wish(), AT)
    assert contents(tmp_path) == {"file": b"mine"}


def interrupted() -> Iterator[tuple[str, bytes]]:
    """Ctrl-C comes while the second file is to be written."""
    yield KEY, b"half"
    raise KeyboardInterrupt


def test_who_breaks_it_off_leaves_nothing_half(tmp_path: Path, made: Folder) -> None:
    before = contents(made.path)
    for folder in (made, Folder(tmp_path / "new")):
        with pytest.raises(KeyboardInterrupt):
            folder.write(interrupted())
    assert contents(made.path) == before
    assert not (tmp_path / "new").exists()


def test_what_a_killed_one_left_is_in_nobodys_way(made: Folder) -> None:
    (made.path / f"{CHAIN}.part").write_text("half")
    renew(made, wish(), AT)
    assert sorted(contents(made.path)) == FILES


@pytest.mark.parametrize(
    "lost", [[AUTHORITY, CHAIN, KEY], [CHAIN, KEY], [CHAIN], [KEY], [*FILES]], ids=",".join
)
def test_whatever_a_power_cut_left_the_next_one_makes_whole(made: Folder, lost: list[str]) -> None:
    """Names are given in this order: the authority's key, the authority, the key, the chain."""
    for name in lost:
        (made.path / name).unlink()
    renew(made, wish(), AT)
    authority, key, certificate = made.authority(), made.key(), made.certificate()
    assert authority is not None
    assert key is not None
    assert certificate is not None
    assert key.public_key() == certificate.public_key()
    certificate.verify_directly_issued_by(authority.certificate)


@pytest.mark.parametrize("new_authority", [False, True])
def test_files_of_somebody_else_are_not_written_over(tmp_path: Path, new_authority: bool) -> None:
    tls = made_in(tmp_path)
    tls.certificate.rename(tmp_path / CHAIN)
    before = contents(tmp_path)
    with pytest.raises(CannotCertify, match=r"has a chain.pem and no authority.pem.*--folder"):
        renew(Folder(tmp_path), wish(new_authority=new_authority), AT)
    assert contents(tmp_path) == before


def test_an_authority_of_somebody_else_is_not_used(tmp_path: Path) -> None:
    tls = made_in(tmp_path, is_ca=True)
    tls.certificate.rename(tmp_path / AUTHORITY)
    tls.key.rename(tmp_path / AUTHORITY_KEY)
    with pytest.raises(CannotCertify, match="was not made by `wattledger certificate`"):
        renew(Folder(tmp_path), wish(), AT)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("content", [b"", b"\xff\x00", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_a_file_that_is_none_is_told(made: Folder, name: str, content: bytes) -> None:
    (made.path / name).write_bytes(content)
    before = contents(made.path)
    with pytest.raises(CannotCertify, match=f"{name} holds no "):
        renew(made, wish(), AT)
    assert contents(made.path) == before


def test_a_key_that_is_lost_or_another_is_told(made: Folder) -> None:
    (made.path / AUTHORITY_KEY).write_bytes((made.path / KEY).read_bytes())
    with pytest.raises(CannotCertify, match=r"is not the key of authority.pem.*--new-authority"):
        renew(made, wish(), AT)
    (made.path / AUTHORITY_KEY).unlink()
    with pytest.raises(CannotCertify, match=r"authority-key.pem is not there.*--new-authority"):
        renew(made, wish(), AT)
    assert renew(made, wish(new_authority=True), AT).is_new_authority


def test_a_key_with_a_password_or_of_another_kind_is_told(made: Folder) -> None:
    guarded = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
    )
    (made.path / KEY).write_bytes(guarded)
    with pytest.raises(CannotCertify, match="holds no key that can be used"):
        renew(made, wish(), AT)
    other = ed25519.Ed25519PrivateKey.generate()
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (made.path / KEY).write_bytes(pem)
    with pytest.raises(CannotCertify, match="a key of another kind"):
        renew(made, wish(), AT)
