"""A backup of the store, made while a server runs.

A backup is a store like any other: one file, whole by itself. There is never half a file under its
name: it is written beside it, checked, and renamed.
"""

from pathlib import Path

from wattledger.energy.errors import StoreUnusable
from wattledger.store.beside import part_of
from wattledger.store.copying import Told, check, copy, make_lasting


def back_up(store: Path, target: Path, told: Told) -> None:
    """Copies the store as it is at this moment to `target`, which must not exist.

    Raises StoreUnusable.
    """
    store = store.resolve()
    if target.exists():
        raise StoreUnusable(f"{target} exists already: name another file for the backup")
    if not target.parent.is_dir():
        raise StoreUnusable(f"there is no folder {target.parent}: make it, or name another")
    check(store)
    part = part_of(target)
    try:
        copy(store, part, told)
        part.rename(target)
        make_lasting(target.parent)
    finally:
        part.unlink(missing_ok=True)
