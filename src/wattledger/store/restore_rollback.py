"""What is in the way of a backup: kept under another name, or back where it was."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wattledger.store.sidecar_files import beside, taken


@contextmanager
def kept_aside(store: Path) -> Iterator[list[Path]]:
    """Gives the store a second name, and moves its log: where all that is kept, the store first.

    The log goes before something else comes in the store's place, as SQLite would take it for that
    one's; also one that was left where the store itself is gone. If the block fails, a store that
    was there is there again, with its log.
    """
    kept = _free_name(store)
    was_there = store.exists()
    try:
        if was_there:
            _name_twice(store, kept)
        _move_log(store, kept)
        yield [path for path in (kept, *beside(kept)) if path.exists()]
    except BaseException:
        if was_there:
            _take_back(store, kept)
        raise


def _name_twice(store: Path, kept: Path) -> None:
    try:
        os.link(store, kept)
    except OSError:  # some file systems know no second name; then there is none for a moment
        store.rename(kept)


def _take_back(store: Path, kept: Path) -> None:
    with suppress(FileNotFoundError):
        kept.replace(store)
    kept.unlink(missing_ok=True)  # where both are names of one file, replacing changes nothing
    _move_log(kept, store)


def _move_log(store: Path, other: Path) -> None:
    for path, new in zip(beside(store), beside(other), strict=True):
        with suppress(FileNotFoundError):
            path.rename(new)


def _free_name(store: Path) -> Path:
    number = 1
    while taken(kept := store.with_name(f"{store.name}.before-restore-{number}")):
        number += 1
    return kept
