"""Pages that can't be read: a table that has one is built anew from what can be read of it.

SQLite refuses to read or write what hangs on such a page, so that nothing could be booked there
again. What is lost with it is missed by the tallies, and comes back like any other damage. Rare,
and as long as it takes: half a minute for ten years.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from wattledger.store.codec import KEYS_AN_HOUR, MOST_METERS
from wattledger.store.connection import connect_reader, is_damage

TOGETHER = {**dict.fromkeys(("minutes", "details", "outbox"), KEYS_AN_HOUR), "hours": MOST_METERS}
"""Keys that are given up together: an hour that lacks a minute is lost, and fetched again whole."""
TRIES = 2_000
"""After so many reads in vain what is left between two broken pages is given up."""
AT_ONCE = 5_000
_NEW = "built_anew"

Row = tuple[object, ...]


def broken_in(path: Path) -> list[str]:
    """As `broken_tables`, of a file."""
    with closing(connect_reader(path)) as reader:
        return broken_tables(reader)


def build_anew(connection: sqlite3.Connection, path: Path, broken: Sequence[str]) -> None:
    """Inside a transaction, in which the caller also follows what is lost.

    What is broken is read over a connection of its own, since SQLite lets one that met it write no
    more.
    """
    with closing(connect_reader(path)) as reader:
        for name in broken:
            _build_anew(connection, reader, name)


def leave_out(connection: sqlite3.Connection) -> None:
    """Writes the file anew, without the pages that were left; outside of any transaction."""
    connection.execute("VACUUM")


def broken_tables(reader: sqlite3.Connection) -> list[str]:
    """Reads through all of the file: seconds for ten years."""
    return [name for name in _tables(reader) if not _is_whole(reader, name)]


def _tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [name for (name,) in rows]


def _is_whole(reader: sqlite3.Connection, table: str) -> bool:
    try:
        return reader.execute(f"PRAGMA integrity_check({table})").fetchall() == [("ok",)]
    except sqlite3.Error as error:
        if not is_damage(error):
            raise
        return False


def _build_anew(connection: sqlite3.Connection, reader: sqlite3.Connection, table: str) -> None:
    statements = connection.execute(
        "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type DESC",
        (table,),
    ).fetchall()
    create, *indexes = (sql for (sql,) in statements)
    connection.execute(re.sub(rf'"?\b{table}\b"?', _NEW, create, count=1))
    for rows in _readable(reader, table):
        _insert(connection, rows)
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("DELETE FROM sqlite_master WHERE tbl_name = ?", (table,))
    connection.execute("PRAGMA writable_schema = RESET")
    connection.execute(f"ALTER TABLE {_NEW} RENAME TO {table}")
    for sql in indexes:
        connection.execute(sql)


def _readable(reader: sqlite3.Connection, table: str) -> Iterator[list[Row]]:
    """From both ends up to what can't be read, and what there is between two such pages."""
    key = _number_key(reader, table)
    keys = [key] if key else _columns_of_key(reader, table)
    ends: list[Row] = []
    for direction in ("", " DESC"):
        order = ", ".join(f"{name}{direction}" for name in keys)
        rows: list[Row] = []
        try:
            for row in reader.execute(f"SELECT * FROM {table} ORDER BY {order}"):  # noqa: S608
                rows.append(row)
                if len(rows) == AT_ONCE:
                    yield rows
                    rows = rows[-1:]
        except sqlite3.Error as error:
            if not is_damage(error):
                raise
        else:
            yield rows
            return
        yield rows
        ends += rows[-1:]
    if key and len(ends) == 2:
        yield from _between(reader, table, key, ends)


def _between(
    reader: sqlite3.Connection, table: str, key: str, ends: list[Row]
) -> Iterator[list[Row]]:
    question = f"SELECT * FROM {table} WHERE {key} >= ? AND {key} < ? ORDER BY {key}"  # noqa: S608
    together = TOGETHER.get(table, 1)
    first, end = (int(str(row[0])) for row in ends)
    parts, tries = [(first + 1, end)], TRIES
    while parts and tries:
        low, high = parts.pop()
        try:
            yield reader.execute(question, (low, high)).fetchall()
        except sqlite3.Error as error:
            if not is_damage(error):
                raise
            tries -= 1
            if high - low > together:
                middle = low + max(together, (high - low) // 2 // together * together)
                parts += [(middle, high), (low, middle)]


def _columns_of_key(reader: sqlite3.Connection, table: str) -> list[str]:
    rows = reader.execute("SELECT name FROM pragma_table_info(?) WHERE pk ORDER BY pk", (table,))
    return [name for (name,) in rows]


def _insert(connection: sqlite3.Connection, rows: list[Row]) -> None:
    """One by one where a value has become of another type: such a row is left out."""
    if not rows:
        return
    places = ", ".join("?" * len(rows[0]))
    statement = f"INSERT OR IGNORE INTO {_NEW} VALUES ({places})"  # noqa: S608
    try:
        connection.executemany(statement, rows)
    except sqlite3.IntegrityError:
        for row in rows if len(rows) > 1 else ():
            _insert(connection, [row])


def _number_key(reader: sqlite3.Connection, table: str) -> str | None:
    """The column that is SQLite's own row number."""
    rows = reader.execute(
        "SELECT name FROM pragma_table_info(?) WHERE pk AND type = 'INTEGER' "
        "AND (SELECT wr FROM pragma_table_list(?)) = 0",
        (table, table),
    ).fetchall()
    return str(rows[0][0]) if len(rows) == 1 else None
