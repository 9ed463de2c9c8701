"""The names beside a store: its log, a copy in the making, and what a restore keeps."""

import os
from pathlib import Path

BESIDE = ("-wal", "-shm", "-journal")
"""SQLite takes a file of such a name for what belongs to the store, whoever left it there."""


def beside(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in BESIDE]


def taken(path: Path) -> Path | None:
    """What lies where a store named `path` would lie with its log."""
    return next((name for name in (path, *beside(path)) if os.path.lexists(name)), None)


def part_of(path: Path) -> Path:
    """Where the file is written; what an earlier try left there is of no use."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    return part


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
