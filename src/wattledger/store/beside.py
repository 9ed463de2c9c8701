"""The names beside a store: its log, a copy in the making, and what a restore keeps."""

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


def set_aside(store: Path) -> list[Path]:
    """Gives the store a second name, and moves the log that belongs to it: where all that is kept.

    The log goes first from beside what comes in its place, as SQLite would take it for that one's;
    also one that was left where the store itself is gone.
    """
    kept = _free_name(store)
    if store.exists():
        _name_twice(store, kept)
    for path, other in zip(beside(store), beside(kept), strict=True):
        if path.exists():
            path.rename(other)
    return [path for path in (kept, *beside(kept)) if path.exists()]


def _name_twice(store: Path, kept: Path) -> None:
    try:
        os.link(store, kept)
    except OSError:  # some file systems know no second name; then there is none for a moment
        store.rename(kept)


def _free_name(store: Path) -> Path:
    number = 1
    while taken(kept := store.with_name(f"{store.name}.before-restore-{number}")):
        number += 1
    return kept
