"""The names beside a store: its log, and a copy in the making."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wattledger.energy.errors import StoreUnusable

BESIDE = ("-wal", "-shm", "-journal")
"""SQLite takes a file of such a name for what belongs to the store, whoever left it there."""


def beside(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in BESIDE]


def log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def taken(path: Path) -> Path | None:
    """What lies where a store named `path` would lie with its log."""
    return next((name for name in (path, *beside(path)) if os.path.lexists(name)), None)


@contextmanager
def part_of(path: Path) -> Iterator[Path]:
    """A new file beside `path`, that is gone at the end with its log. For its owner only: what is
    in a store tells when somebody is at home.

    Its name is one that nothing had: no file of somebody else's is ever in the way, and two that
    write at once do not meet.
    """
    try:
        descriptor, name = tempfile.mkstemp(".part", f"{path.name}.", path.parent)
    except OSError as error:
        raise StoreUnusable(
            f"no file can be made in {path.parent} ({error.strerror}): name another folder, or "
            "give whoever runs this the right to write there"
        ) from error
    os.close(descriptor)
    part = Path(name)
    try:
        yield part
    finally:
        for file in (part, *beside(part)):
            file.unlink(missing_ok=True)
