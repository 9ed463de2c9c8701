"""Where a store may lie: found out before it is opened, and by `check-config` before a start."""

import os
import stat
import tempfile
from pathlib import Path

from wattledger.energy.errors import StoreUnusable

LONGEST_NAME_BYTES = 220
"""File systems allow 255; beside a store lie files whose names are longer by up to 30."""
LONGEST_PATH_BYTES = 480
"""SQLite allows 512."""


def real_path(path: Path) -> Path:
    """Where the file itself lies: its log and its lock lie beside that. Raises StoreUnusable."""
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:
        raise StoreUnusable(f"{path} is a link that leads nowhere: name a file") from error


def check_place(path: Path) -> None:
    """Whether whoever runs this can have a store at this path. Raises StoreUnusable."""
    store = real_path(path)
    if len(os.fsencode(store.name)) > LONGEST_NAME_BYTES:
        raise StoreUnusable(f"the name of the store is too long: {LONGEST_NAME_BYTES} at most")
    if len(os.fsencode(store)) > LONGEST_PATH_BYTES:
        raise StoreUnusable(f"the path of the store is too long: {LONGEST_PATH_BYTES} at most")
    if is_plain_file(store) and not _can_be_written(store):
        raise StoreUnusable(
            f"the store {store} can't be written by this user: run this as its owner, or give the "
            "server's user that right"
        )
    if not store.parent.is_dir():
        raise StoreUnusable(f"there is no folder {store.parent} for the store: create it")
    try:  # rights alone do not tell: it may lie where nothing can be written
        tempfile.TemporaryFile(dir=store.parent).close()
    except OSError as error:
        raise StoreUnusable(
            f"the folder of the store can't be written ({store.parent}: {error.strerror}): run "
            "this as its owner, or give the server's user that right"
        ) from error


def _can_be_written(file: Path) -> bool:
    """Where the system says no it is tried out, since emulated ones say so of every file."""
    if os.access(file, os.R_OK | os.W_OK):
        return True
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CLOEXEC))
    except PermissionError:
        return False
    except OSError:  # another trouble, which whoever opens it tells
        return True
    return True


def is_plain_file(path: Path) -> bool:
    """Whether it is there; nothing else may stand in its place, such as a pipe that blocks.

    Raises StoreUnusable.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise StoreUnusable(
            f"{path} can't be read ({error.strerror}): name another file, or give whoever runs "
            "this the right to read it"
        ) from error
    if not stat.S_ISREG(mode):
        raise StoreUnusable(f"{path} is {_kind(mode)}: name a file")
    return True


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    if stat.S_ISFIFO(mode):
        return "a pipe"
    return "a socket" if stat.S_ISSOCK(mode) else "a device"
