"""Where the settings file is, and how it gets there: whole or not at all, and nothing lost."""

import os
import secrets
import tempfile
from pathlib import Path

from wattledger.disk import give_to_owner, make_lasting
from wattledger.energy.errors import WattledgerError
from wattledger.settings_file import PLACES, place_of_settings, read_settings

_OF_ITS_OWNER = 0o600
_OF_SERVICE = Path("/etc/wattledger/config.toml")
"""What packaging/wattledger.service names; the service may not write beside it."""


class CannotWrite(WattledgerError):
    """No settings can be written there; the text says why, and what to do."""


def settings_path(given: Path | None) -> Path:
    """The file that `serve` reads, or waits for."""
    return given or place_of_settings(PLACES)


def check_place(path: Path) -> None:
    """Better known now than after all the questions. Raises CannotWrite."""
    if path.is_dir():
        raise CannotWrite(f"{path} is a folder: name a file in it with --config")
    if path.exists() and not path.is_file():
        raise CannotWrite(f"{path} is no file: name another one with --config")
    folder = path.resolve().parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CannotWrite(
            f"{path} can't be written: {folder}: {error.strerror}. Name another file with "
            "--config, or give this as the user to whom the folder belongs"
        ) from error


def is_of_service(path: Path) -> bool:
    """Whether the service reads it."""
    return path.resolve() == _OF_SERVICE.resolve()


def store_of(path: Path) -> dict[str, str]:
    """The `[store]`, where the books can't lie beside the settings."""
    if is_of_service(path):
        return {"path": "/var/lib/wattledger/books.sqlite"}
    return {}


def write_settings(path: Path, text: str) -> Path | None:
    """Puts it there once `serve` could use it; what was there before is kept under the path that
    is given back. Raises BadSettings and OSError.
    """
    target = path.resolve()
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        _write_new(fresh, text.encode(), target)
        read_settings(fresh)
        kept = _keep(target) if target.exists() else None
        fresh.replace(target)
        make_lasting(target.parent)
    finally:
        fresh.unlink(missing_ok=True)
    return kept


def _keep(target: Path) -> Path:
    """A copy under the first free name; at no moment is there no settings file."""
    number = 1
    while True:
        kept = target.with_name(target.name + (".bak" if number == 1 else f".bak-{number}"))
        try:
            _write_new(kept, target.read_bytes(), target)
        except FileExistsError:
            number += 1
        else:
            return kept


def _write_new(path: Path, content: bytes, like: Path) -> None:
    """Given by root, it belongs to whom the file `like`, or its folder, belongs: to the service."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(path, flags, _OF_ITS_OWNER), "wb") as file:
        give_to_owner(file.fileno(), like)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
