"""Where the settings file is, and how it gets there: whole or not at all, and nothing lost."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from wattledger.energy.errors import WattledgerError
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
    check: Callable[[Settings], None] | None = None,
) -> Path | None:
    """Puts it there once `serve` could use it; what was there before is kept under the path that
    is given back, or, unless it may be written over, raises FileExistsError.

    Raises BadSettings, OSError, and what `check` raises of the settings as they are read.
    """
    target = path.resolve()
    fresh = fresh_beside(target)
    try:
        write_new(fresh, text.encode(), target)
        settings = read_settings(fresh)
        if check is not None:
            check(settings)
        kept = _keep(target) if over and target.exists() else None
        put_in_place(fresh, target, over=over)
    finally:
        fresh.unlink(missing_ok=True)
    return kept


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
