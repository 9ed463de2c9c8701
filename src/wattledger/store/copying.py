"""A whole copy of a store in one file, read through before it counts."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from wattledger.disk import make_lasting
from wattledger.energy.errors import StoreBusy, StoreUnusable
from wattledger.store import migrate
from wattledger.store.connection import StoreDamaged, connect_reader, translated

PAGES_AT_ONCE = 1_024

Told = Callable[[float], None]
"""Hears how far it has come, 0 to 1."""


def check(store: Path) -> None:
    """Whether it is a store that this version can read. Raises StoreUnusable."""
    if not _holds_something(store):
        raise StoreUnusable(f"there is no store at {store}")
    try:
        with translated(store):
            migrate.check_file(store, len(migrate.steps()))
            with closing(connect_reader(store)) as connection:
                migrate.check_tables(store, connection)
    except StoreBusy as error:
        raise StoreUnusable(
            f"{error}. Whoever runs this needs the right to read it, and to write in its folder"
        ) from error


def _holds_something(store: Path) -> bool:
    try:
        with store.open("rb") as file:
            return bool(file.read(1))
    except FileNotFoundError:
        return False
    except OSError as error:
        raise StoreUnusable(
            f"{store} can't be read ({error.strerror}): name another file, or give whoever runs "
            "this the right to read it"
        ) from error


def copy(source: Path, part: Path, told: Told) -> None:
    """One transaction reads it all, so that what is booked meanwhile does not mix in.

    The copy needs no files beside it, so that it can be read where nothing can be written. It is
    read through: a copy of something damaged is no backup.
    """
    try:
        with (
            translated(source),
            closing(connect_reader(source)) as reader,
            closing(sqlite3.connect(part)) as writer,
        ):
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
            reader.backup(
                writer,
                pages=PAGES_AT_ONCE,
                progress=lambda _, left, total: told(1 - left / max(total, 1)),
                sleep=0,
            )
            writer.execute("PRAGMA journal_mode = DELETE")
            (found,) = writer.execute("PRAGMA quick_check(1)").fetchone()
    except StoreBusy as error:
        raise StoreUnusable(
            f"{error}. Is there room for a copy in {part.parent}, and may it be written?"
        ) from error
    if found != "ok":
        raise StoreDamaged(source, str(found))
    make_lasting(part)
