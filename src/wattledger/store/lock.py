"""One server to a store: a lock that dies with its process, however that ends.

flock on a file of its own: SQLite takes other locks (POSIX) on the store itself, and those of WAL
mode would let two writers take turns, each with stale sums in memory. The file stays behind; only
the lock on it counts.
"""

import fcntl
import os
from pathlib import Path

from wattledger.energy.errors import StoreUnusable
from wattledger.store.file_permissions import made_private
from wattledger.store.store_path import real_path


class StoreInUse(StoreUnusable):
    """Another process has it, or a writer of this one that is not done yet."""


class StoreLock:
    """Held from construction to `release`. Raises StoreInUse."""

    def __init__(self, path: Path) -> None:
        self._descriptor = _opened(path)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise StoreInUse(
                f"the store {path} is in use by another process: stop that one, or give this "
                "one its own store in the settings"
            ) from error

    def release(self) -> None:
        os.close(self._descriptor)


def is_held(store: Path) -> bool:
    """Whether a process has the store, be it this one; False where that can't be known."""
    try:
        StoreLock(real_path(store)).release()
    except StoreInUse:
        return True
    except StoreUnusable:
        return False
    return False


def _opened(store: Path) -> int:
    path = store.with_name(store.name + ".lock")
    try:
        return _made(path, store)
    except OSError as error:
        raise StoreUnusable(
            f"the folder of the store can't be written ({path}: {error.strerror}): create it, or "
            "give the server's user the right to write there"
        ) from error


def _made(path: Path, store: Path) -> int:
    """Opened, or made for the store's owner; what somebody else has made stays whose it is."""
    try:
        return made_private(path, store)
    except FileExistsError:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
