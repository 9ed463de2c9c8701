"""The file's format: numbered steps in schema/, each applied once, in one transaction with its
number.

A store that a newer version has written is left as it is: an older program cannot know what it
would break.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from importlib.resources import files
from pathlib import Path

from wattledger.energy.errors import StoreUnusable
from wattledger.store.connection import StoreDamaged, connect_reader, transaction

APPLICATION_ID = 0x57415454
"""'WATT' in the file's header: it is ours, also when it has no table yet."""


def steps() -> list[str]:
    """SQL of each step, in order; the first leads from version 0 to 1."""
    folder = files("wattledger.store") / "schema"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(folder / name).read_text("utf-8") for name in names]


def check_file(path: Path, newest: int) -> None:
    """Looks at an existing file without changing it. Raises StoreUnusable."""
    if not path.exists() or not path.stat().st_size:
        return
    with closing(connect_reader(path)) as connection:
        version = _number(connection, "user_version")
        ours = _number(connection, "application_id") == APPLICATION_ID
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and not ours:
        raise StoreUnusable(f"{path} is a database of another program: name another file as store")
    if version > newest:
        raise StoreUnusable(
            f"the store {path} has format {version}, this version knows up to {newest}: it was "
            "written by a newer Wattledger. Install that one again, or put back a backup from then"
        )
    _check_length(path)


def _check_length(path: Path) -> None:
    """Whether the file is as long as its header says: the cheap sign of a cut copy.

    While a write-ahead log holds pages, the file may rightly be shorter.
    """
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size:
        return
    with path.open("rb") as file:
        header = file.read(100)
    page_bytes = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    if path.stat().st_size < pages * (65_536 if page_bytes == 1 else page_bytes):
        raise StoreDamaged(path, "it is shorter than it should be")


def check_tables(path: Path, connection: sqlite3.Connection) -> None:
    """Whether all is there that its version should have. Raises StoreUnusable."""
    version = _number(connection, "user_version")
    found = _tables(connection)
    if not version or not found:
        raise StoreUnusable(f"there is no store at {path}")
    with closing(sqlite3.connect(":memory:")) as pattern:
        for sql in steps()[:version]:
            pattern.executescript(sql)
        lacking = _tables(pattern) - found
    if lacking:
        raise StoreDamaged(path, f"it lacks {', '.join(sorted(lacking))}")


def _tables(connection: sqlite3.Connection) -> set[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in rows}


def migrate(connection: sqlite3.Connection, sql: Sequence[str]) -> None:
    """Brings an older store, or an empty one, to the newest version."""
    for number in range(_number(connection, "user_version"), len(sql)):
        with transaction(connection):
            for statement in _statements(sql[number]):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {number + 1}")


def _statements(sql: str) -> list[str]:
    statements, lines = [], ""
    for line in sql.splitlines(keepends=True):
        lines += line
        if sqlite3.complete_statement(lines):
            statements.append(lines)
            lines = ""
    return statements


def touch_tables(connection: sqlite3.Connection) -> None:
    """Reads both ends of every table: damage there is better found at the start than at night.

    A full check reads the whole file, half a minute for ten years on an SD card.
    """
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (name,) in tables:
        columns = connection.execute("SELECT name FROM pragma_table_info(?) WHERE pk", (name,))
        key = ", ".join(f"{column}" for (column,) in columns)
        backwards = ", ".join(f"{column} DESC" for column in key.split(", "))
        connection.execute(f"SELECT * FROM {name} ORDER BY {key} LIMIT 1").fetchone()  # noqa: S608
        connection.execute(f"SELECT * FROM {name} ORDER BY {backwards} LIMIT 1").fetchone()  # noqa: S608


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])
