"""A backup of the store, made while a server runs.

A backup is a store like any other: one file, whole by itself. There is never half a file under its
name: it is written beside it, checked, and renamed.
"""

from pathlib import Path

from wattledger.energy.errors import StoreUnusable
from wattledger.store.beside import beside, part_of, taken
from wattledger.store.copying import Told, check, copy, make_lasting


def back_up(store: Path, target: Path, told: Told) -> None:
    """Copies the store as it is at this moment to `target`, which must not exist.

    Raises StoreUnusable.
    """
    store = store.resolve()
    _check_name(target, store)
    check(store)
    part = part_of(target)
    try:
        copy(store, part, told)
        part.rename(target)
        make_lasting(target.parent)
    finally:
        part.unlink(missing_ok=True)


def _check_name(target: Path, store: Path) -> None:
    """Whether a backup may have that name; an old log beside it would be taken for the backup's."""
    if (found := taken(target)) is not None:
        raise StoreUnusable(f"{found} exists already: name another file for the backup")
    if not target.parent.is_dir():
        raise StoreUnusable(f"there is no folder {target.parent}: make it, or name another")
    if target.parent.resolve() / target.name in beside(store):
        raise StoreUnusable(f"{target} is where the store's log lies: name another file")
