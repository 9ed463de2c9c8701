"""The file's format: numbered steps in schema/, each applied once, in one transaction with its
number.

A store that a newer version has written is left as it is: an older program cannot know what it
would break.
"""

import logging
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from importlib.resources import files
from pathlib import Path

from wattledger.store.connection import StoreDamaged, connect_reader, transaction
from wattledger.store.row_checksums import seal_all, tally_all
from wattledger.store.schema_check import APPLICATION_ID, check_shape
from wattledger.store.store_path import is_plain_file

log = logging.getLogger(__name__)

CHECKED_SINCE = 5
"""The format from which on all that is kept has its checksum."""


def steps() -> list[str]:
    """SQL of each step, in order; the first leads from version 0 to 1."""
    folder = files("wattledger.store") / "schema"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(folder / name).read_text("utf-8") for name in names]


def check_file(path: Path) -> int:
    """Looks at a file without changing it: its format, 0 where there is nothing yet.

    Raises StoreUnusable for what is no file, is damaged, newer, or not of our making.
    """
    if not is_plain_file(path) or not path.stat().st_size:
        return 0
    with closing(connect_reader(path)) as connection:
        version = check_shape(path, connection, steps())
    _check_length(path)
    return version


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


def migrate(connection: sqlite3.Connection, sql: Sequence[str]) -> None:
    """Brings an older store, or an empty one, to the newest version.

    Whoever breaks it off finds the format of the last step that was done, whole.
    """
    before = _number(connection, "user_version")
    if 0 < before < len(sql):
        log.info("store: brought from format %d to %d; ten years take a minute", before, len(sql))
    for number in range(before, len(sql)):
        with transaction(connection):
            for statement in _statements(sql[number]):
                connection.execute(statement)
            if number + 1 == CHECKED_SINCE:
                seal_all(connection)
                tally_all(connection, _told)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {number + 1}")
    if 0 < before < len(sql):
        log.info("store: it has format %d now", len(sql))


def _told(done: float) -> None:
    log.info("store: %.0f %% of the minutes have their checksums", done * 100)


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
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    for (name,) in tables:
        columns = connection.execute("SELECT name FROM pragma_table_info(?) WHERE pk", (name,))
        key = ", ".join(f"{column}" for (column,) in columns)
        backwards = ", ".join(f"{column} DESC" for column in key.split(", "))
        connection.execute(f"SELECT * FROM {name} ORDER BY {key} LIMIT 1").fetchone()  # noqa: S608
        connection.execute(f"SELECT * FROM {name} ORDER BY {backwards} LIMIT 1").fetchone()  # noqa: S608


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])
