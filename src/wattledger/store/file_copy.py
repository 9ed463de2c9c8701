"""A whole copy of a store in one file, looked through before it counts."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from wattledger.disk import make_lasting
from wattledger.energy.errors import StoreBusy, StoreUnusable
from wattledger.store import migrate, row_validation
from wattledger.store.connection import StoreDamaged, connect_reader, translated
from wattledger.store.schema_check import check_shape
from wattledger.store.store_path import is_plain_file

PAGES_AT_ONCE = 1_024

Told = Callable[[float], None]
"""Hears how far it has come, 0 to 1."""


def check(store: Path) -> None:
    """Whether it is a store that this version can read. Raises StoreUnusable."""
    try:
        with translated(store):
            if is_plain_file(store) and migrate.check_file(store):
                return
    except StoreBusy as error:
        raise StoreUnusable(
            f"{error}. Whoever runs this needs the right to read it, and to write in its folder"
        ) from error
    except OSError as error:
        raise StoreUnusable(
            f"{store} can't be read ({error.strerror}): name another file, or give whoever runs "
            "this the right to read it"
        ) from error
    raise StoreUnusable(f"there is no store at {store}")


def copy(source: Path, part: Path, told: Told) -> None:
    """One transaction reads it all, so that what is booked meanwhile does not mix in.

    The copy needs no files beside it, so that it can be read where nothing can be written. It is
    looked through, and not its source, which may change: a copy of something damaged is no backup.
    """
    try:
        with translated(source), closing(connect_reader(source)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
            _check_room(reader, part)
            with closing(sqlite3.connect(part)) as writer:
                reader.backup(
                    writer,
                    pages=PAGES_AT_ONCE,
                    progress=lambda _, left, total: told(1 - left / max(total, 1)),
                    sleep=0,
                )
                writer.execute("PRAGMA journal_mode = DELETE")
        with translated(source), closing(connect_reader(part)) as copied:
            check_shape(source, copied, migrate.steps())
            found = _fault(copied)
    except StoreBusy as error:
        raise StoreUnusable(
            f"{error}. Is there room for a copy in {part.parent}, and may it be written?"
        ) from error
    if found is not None:
        raise StoreDamaged(source, found)
    make_lasting(part)


def _check_room(reader: sqlite3.Connection, part: Path) -> None:
    """Before the disk is full, on which a server may be booking."""
    pages, page_bytes = (
        int(reader.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("page_count", "page_size")
    )
    free_bytes = shutil.disk_usage(part.parent).free
    if pages * page_bytes > free_bytes:
        raise StoreUnusable(
            f"a copy has {pages * page_bytes / 1e6:.0f} MB, and in {part.parent} there is room for "
            f"{free_bytes / 1e6:.0f} MB: make room, or name another folder"
        )


def _fault(copied: sqlite3.Connection) -> str | None:
    """What is wrong with it; its schema was looked at before, since a check runs what is there."""
    (found,) = copied.execute("PRAGMA integrity_check(1)").fetchone()
    return str(found) if found != "ok" else row_validation.fault(copied)
