"""A backup of the store, made while a server runs.

A backup is a store like any other: one file, whole by itself. There is never half a file under its
name: it is written beside it, checked, and renamed.
"""

import os
from pathlib import Path

from wattledger.disk import make_lasting
from wattledger.energy.errors import StoreUnusable
from wattledger.store.file_copy import Told, check, copy
from wattledger.store.settings_in_backup import bring
from wattledger.store.sidecar_files import beside, part_of, taken
from wattledger.store.store_path import real_path


def back_up(store: Path, target: Path, told: Told, settings: str = "") -> None:
    """Copies the store as it is at this moment to `target`, which must not exist; it brings these
    settings along.

    Raises StoreUnusable.
    """
    store = real_path(store)
    _check_name(target, store)
    check(store)
    back_up_open(store, target, told, settings)


def back_up_open(store: Path, target: Path, told: Told, settings: str = "") -> None:
    """The same of a store that this process has open, and that is looked at through SQLite alone:
    to close the file itself once would let go of the locks that SQLite has on it.

    Raises StoreUnusable.
    """
    store = real_path(store)
    _check_name(target, store)
    with part_of(target) as part:
        copy(store, part, told)
        if settings:
            bring(part, settings)
        _check_name(target, store)
        _name(part, target)
        make_lasting(target.parent)


def _check_name(target: Path, store: Path) -> None:
    """Whether a backup may have that name; an old log beside it would be taken for the backup's."""
    if (found := taken(target)) is not None:
        raise _exists(found)
    if not target.parent.is_dir():
        raise StoreUnusable(f"there is no folder {target.parent}: make it, or name another")
    if target.parent.resolve() / target.name in beside(store):
        raise StoreUnusable(f"{target} is where the store's log lies: name another file")


def _name(part: Path, target: Path) -> None:
    """Never over what has come there meanwhile, such as another backup's file."""
    try:
        os.link(part, target)
    except FileExistsError as error:
        raise _exists(target) from error
    except OSError:  # some file systems know no second name
        part.rename(target)


def _exists(path: Path) -> StoreUnusable:
    return StoreUnusable(f"{path} exists already: name another file for the backup")
