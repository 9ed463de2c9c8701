"""A store, its log and its lock are for their owner only: they tell when somebody is at home."""

import glob
import logging
import os
from contextlib import suppress
from pathlib import Path

from wattledger.disk import give_to_owner
from wattledger.store.sidecar_files import beside

_OTHERS = 0o077
_OF_ITS_OWNER = 0o600

log = logging.getLogger(__name__)


def make_private(store: Path) -> None:
    """The file, where there is none yet; SQLite gives what it makes beside it the same rights.

    Also of what was made with wider ones. Raises OSError.
    """
    with suppress(FileExistsError):
        os.close(made_private(store, store.parent))
    narrow(store)


def made_private(path: Path, like: Path) -> int:
    """A new file, open, for whom `like` belongs to. Raises FileExistsError, and OSError."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _OF_ITS_OWNER)
    with suppress(OSError):  # not every root may, over a network for one; then it does without
        os.fchmod(descriptor, _OF_ITS_OWNER)
        give_to_owner(descriptor, like)
    return descriptor


def narrow(store: Path) -> None:
    """Takes from others what rights they have to the store and to what lies beside it."""
    open_to_others = [path for path in _files(store) if _mode(path) & _OTHERS]
    for path in open_to_others:
        with suppress(OSError):
            path.chmod(_mode(path) & ~_OTHERS)
    if left := [path.name for path in open_to_others if _mode(path) & _OTHERS]:
        log.warning("store: others may read %s, and that can't be changed here", ", ".join(left))
    elif open_to_others:
        names = ", ".join(path.name for path in open_to_others)
        log.warning("store: others could read %s; from now on only their owner can", names)


def _files(store: Path) -> list[Path]:
    kept = sorted(store.parent.glob(f"{glob.escape(store.name)}.before-restore-*"))
    return [store, *beside(store), store.with_name(f"{store.name}.lock"), *kept]


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        return 0
