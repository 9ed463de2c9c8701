"""The folder of the certificates: what is read from it, and how it is written, all or nothing."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from wattledger.disk import give_to_owner, make_lasting, read_small
from wattledger.tls.authority import Authority, CannotCertify

AUTHORITY, AUTHORITY_KEY = "authority.pem", "authority-key.pem"
CHAIN, KEY = "chain.pem", "key.pem"

_FOLDER_MODE = 0o700
_MOST_BYTES = 1 << 20
_INSTEAD = ": put back what was there, or name another folder with --folder"
_MODES = {AUTHORITY_KEY: 0o600, KEY: 0o600, AUTHORITY: 0o644, CHAIN: 0o644}


class Folder:
    """One home's. Whatever reads it raises CannotCertify for what is not what it should be."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def check(self) -> None:
        """That what is there is of our making: nobody else's files are written over."""
        if (self.path / AUTHORITY).exists():
            return
        for name in (CHAIN, KEY):
            if (self.path / name).exists():
                raise CannotCertify(
                    f"{self.path} has a {name} and no {AUTHORITY}: put that back, or name another "
                    "folder with --folder"
                )

    def authority(self) -> Authority | None:
        """The one that is there, with its key."""
        certificate, key = _certificate(self.path / AUTHORITY), _key(self.path / AUTHORITY_KEY)
        if certificate is None:
            return None
        try:
            certificate.verify_directly_issued_by(certificate)
            certificate.extensions.get_extension_for_class(x509.NameConstraints)
        except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound) as error:
            raise CannotCertify(
                f"{self.path / AUTHORITY} was not made by `wattledger certificate`: name another "
                "folder with --folder"
            ) from error
        if key is None or key.public_key() != certificate.public_key():
            wrong = "is not there" if key is None else f"is not the key of {AUTHORITY}"
            raise CannotCertify(
                f"{self.path / AUTHORITY_KEY} {wrong}: put it back, or give --new-authority and "
                "let each phone trust the new one"
            )
        return Authority(certificate, key)

    def key(self) -> ec.EllipticCurvePrivateKey | None:
        """The server's."""
        return _key(self.path / KEY)

    def certificate(self) -> x509.Certificate | None:
        """The server's."""
        return _certificate(self.path / CHAIN)

    def write(self, contents: Iterable[tuple[str, bytes]]) -> None:
        """All of these files or none, in this order.

        Raises CannotCertify when they can't be written.
        """
        parts: list[tuple[Path, Path]] = []
        with _all_or_nothing(self.path):
            try:
                for name, content in contents:
                    target = self.path / name
                    parts.append((part := target.with_name(f"{name}.part"), target))
                    _write(part, content, _MODES[name], self.path)
                for part, target in parts:
                    part.replace(target)
                make_lasting(self.path)
            finally:
                for part, _ in parts:
                    part.unlink(missing_ok=True)


@contextmanager
def _all_or_nothing(folder: Path) -> Iterator[None]:
    """Makes the folder where there is none, and takes it away again when writing fails."""
    made = False
    try:
        if not folder.is_dir():
            folder.mkdir(_FOLDER_MODE)
            made = True
            _give_folder(folder)
        yield
        made = False
    except OSError as error:
        raise CannotCertify(
            f"{error.filename or folder} can't be written: {error.strerror}; nothing was changed"
        ) from error
    finally:
        if made:
            with suppress(OSError):
                folder.rmdir()


def _write(part: Path, content: bytes, mode: int, folder: Path) -> None:
    """Nobody else may read a key even while it is written."""
    part.unlink(missing_ok=True)  # what an earlier try left there is of no use
    descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, mode)
        file.write(content)
        file.flush()
        os.fsync(descriptor)
        give_to_owner(descriptor, folder)


def _give_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        give_to_owner(descriptor, folder.parent)
    finally:
        os.close(descriptor)


def _certificate(path: Path) -> x509.Certificate | None:
    """The first one of a file; None where there is no file."""
    if not path.exists():
        return None
    try:
        return x509.load_pem_x509_certificate(_content(path))
    except ValueError as error:
        raise CannotCertify(f"{path} holds no certificate{_INSTEAD}") from error


def _key(path: Path) -> ec.EllipticCurvePrivateKey | None:
    if not path.exists():
        return None
    try:
        key = serialization.load_pem_private_key(_content(path), None)
    except (ValueError, TypeError) as error:  # TypeError: it has a password
        raise CannotCertify(f"{path} holds no key that can be used{_INSTEAD}") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise CannotCertify(f"{path} holds a key of another kind{_INSTEAD}")
    return key


def _content(path: Path) -> bytes:
    try:
        return read_small(path, _MOST_BYTES)
    except OSError as error:
        raise CannotCertify(f"{path} can't be read ({error.strerror}){_INSTEAD}") from error
