"""The names beside a store: its log, a copy in the making, and what a restore keeps."""

import os
from contextlib import suppress
from pathlib import Path

BESIDE = ("-wal", "-shm")


def part_of(path: Path) -> Path:
    """Where the file is written; what an earlier try left there is of no use."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    return part


def set_aside(store: Path) -> Path | None:
    """Gives the store a second name, with the log that belongs to it.

    Nothing is opened: it may be damaged. The log goes first from beside what comes in its place, as
    SQLite would take it for that one's.
    """
    if not store.exists():
        return None
    kept = _free_name(store)
    try:
        os.link(store, kept)
    except OSError:  # some file systems know no second name; then there is none for a moment
        store.rename(kept)
    for ending in BESIDE:
        with suppress(FileNotFoundError):
            store.with_name(store.name + ending).rename(kept.with_name(kept.name + ending))
    return kept


def _free_name(store: Path) -> Path:
    number = 1
    while (kept := store.with_name(f"{store.name}.before-restore-{number}")).exists():
        number += 1
    return kept
