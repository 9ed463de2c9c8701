"""Connections to the file, and where SQLite's errors end: below here sqlite3, above here
StoreError.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wattledger.energy.errors import StoreBusy, StoreError, StoreUnusable

WRITER_CACHE_KIB = 4_096
READER_CACHE_KIB = 2_048
BUSY_TIMEOUT_S = 5.0
WAL_LIMIT_BYTES = 16 << 20
"""What a large import makes of the write-ahead log is cut back to this."""

_WARY = ("trusted_schema = OFF", "cell_size_check = ON")
"""For a file that somebody else may have made: its schema calls nothing that reaches outside, and a
page is looked at before it is used.
"""

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_PROTOCOL,
}


class StoreClosed(StoreError):
    """The store was asked for something after it had been closed."""


class StoreDamaged(StoreUnusable):
    """The file is not what it should be; `what` is how that shows."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            f"the store {path} is damaged ({what}). Stop the server, keep a copy of the file and "
            "of those beside it, and put back a backup; or move it away: a new store then fetches "
            "what the meters still hold"
        )
        self.what = what


def is_damage(error: sqlite3.Error) -> bool:
    """Whether what was read is not what was written: a broken page, or a number beyond any sum."""
    code = getattr(error, "sqlite_errorcode", None)
    return (code is not None and code & 0xFF in _DAMAGED) or "integer overflow" in str(error)


def _lenient(text: bytes) -> str:
    """A damaged text is a text, so that the row beside it can still be read."""
    return text.decode("utf-8", "replace")


def store_error(error: sqlite3.Error, path: Path) -> StoreError:
    """What an error of SQLite means to whoever asked."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if code is not None else None
    if is_damage(error) or primary == sqlite3.SQLITE_CONSTRAINT:
        return StoreDamaged(path, str(error))
    if primary in _PASSING:
        return StoreBusy(f"the store {path} can't be used just now: {error}")
    return StoreError(f"the store {path}: {error}")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turns whatever SQLite raises inside into a StoreError."""
    try:
        yield
    except sqlite3.Error as error:
        raise store_error(error, path) from error


def connect_writer(path: Path) -> sqlite3.Connection:
    """The one writing connection: a commit is on the disk when it returns."""
    return _connect(
        path,
        "rwc",
        "journal_mode = WAL",
        "synchronous = FULL",
        f"journal_size_limit = {WAL_LIMIT_BYTES}",
        f"cache_size = -{WRITER_CACHE_KIB}",
    )


def connect_reader(path: Path) -> sqlite3.Connection:
    """A connection that cannot write, whatever it is asked."""
    return _connect(path, "ro", "query_only = ON", f"cache_size = -{READER_CACHE_KIB}")


def _connect(path: Path, mode: str, *pragmas: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=64,
    )
    connection.text_factory = _lenient
    try:
        for pragma in (*_WARY, *pragmas):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of what happens inside, or nothing of it."""
    if connection.in_transaction:  # a rollback failed, as it may on a dying disk
        connection.execute("ROLLBACK")
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
