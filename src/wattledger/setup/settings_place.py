"""Where the settings file is, and how it gets there: whole or not at all, and nothing lost."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from wattledger.energy.errors import BadSettings, WattledgerError
from wattledger.settings import Settings
from wattledger.settings_file import PLACES, place_of_settings, read_settings
from wattledger.setup.private_file import fresh_beside, put_in_place, write_new

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


def write_settings(
    path: Path,
    text: str,
    *,
    over: bool = True,
    keep: bool = True,
    check: Callable[[Settings], object] | None = None,
) -> Path | None:
    """Puts it there once `serve` could use it; with `keep` what was there before stays under the
    path that is given back. Unless it may be written over, raises FileExistsError.

    Raises BadSettings, OSError, and what `check` raises of the settings as they are read.
    """
    target = path.resolve()
    fresh = fresh_beside(target)
    try:
        write_new(fresh, text.encode(), target)
        settings = _read_as(path, fresh)
        if check is not None:
            check(settings)
        kept = _keep(target) if over and keep and target.exists() else None
        put_in_place(fresh, target, over=over)
    finally:
        fresh.unlink(missing_ok=True)
    return kept


def tried(path: Path, text: str, environment: Mapping[str, str]) -> Settings:
    """What would be read if this stood there. Raises BadSettings, OSError."""
    fresh = fresh_beside(path.resolve())
    try:
        write_new(fresh, text.encode(), path.resolve())
        return _read_as(path, fresh, environment)
    finally:
        fresh.unlink(missing_ok=True)


def _read_as(path: Path, fresh: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Faults are told by the name that the file will have. Raises BadSettings."""
    try:
        return read_settings(fresh, environment)
    except BadSettings as error:
        faults = [fault.replace(str(fresh), str(path)) for fault in error.faults]
        raise BadSettings(faults) from error


def _keep(target: Path) -> Path:
    """A copy under the first free name; at no moment is there no settings file."""
    number = 1
    while True:
        kept = target.with_name(target.name + (".bak" if number == 1 else f".bak-{number}"))
        try:
            write_new(kept, target.read_bytes(), target)
        except FileExistsError:
            number += 1
        else:
            return kept
