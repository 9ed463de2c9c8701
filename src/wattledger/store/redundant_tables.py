"""What is small and can't be made anew is written down twice: the second time in `meta`, with a
checksum.

All that is booked hangs on it. A flipped bit in a MAC would make all its years those of a meter
that nobody knows, and a lost row would have its number given away anew. The second copy counts.
"""

import json
import sqlite3
from typing import NamedTuple
from zlib import crc32

_COPIES = "'meters_are', 'bindings_are', 'devices_are', 'meta_are'"


class _Table(NamedTuple):
    """Which columns are written down of which rows; how a lost row comes back."""

    columns: str
    which: str
    insert: str


TABLES = {
    "meters": _Table("number, meter", "1", "(number, meter) VALUES (?1, ?2)"),
    "bindings": _Table("position, name, host, meter", "1", "VALUES (?1, ?2, ?3, ?4)"),
    "devices": _Table(
        "id, name, token_sha256, paired_at", "1", "VALUES (?1, ?2, unhex_(?3), ?4, ?4)"
    ),
    "meta": _Table("name, value", f"name NOT IN ({_COPIES})", "VALUES (?1, ?2)"),
}
"""What else a meter said of itself it says again; a device's last use may be lost."""

Row = list[int | str]


def keep(connection: sqlite3.Connection, table: str) -> None:
    """Writes down what the table says, after it was changed on purpose."""
    text = json.dumps(_there(connection, table))
    value = f"{crc32(text.encode())} {text}"
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"{table}_are", value))


def differing(connection: sqlite3.Connection) -> list[str]:
    """The tables that are not what was written down."""
    copies = {table: _kept(connection, table) for table in TABLES}
    found = {t for t, kept in copies.items() if kept is not None and kept != _there(connection, t)}
    written = any(_copy(connection, table) is not None for table in TABLES)
    if written and None in copies.values():
        found.add("meta")  # where the copies are: all of them, once there is one
    return sorted(found)


def restore(connection: sqlite3.Connection) -> list[str]:
    """Makes the tables what was written down, where something was; which had to be."""
    wrong = differing(connection)
    for table in TABLES:
        kept = _kept(connection, table)
        if kept is None:
            keep(connection, table)
        elif table in wrong:
            _restore(connection, table, kept)
    return wrong


def _restore(connection: sqlite3.Connection, table: str, kept: list[Row]) -> None:
    """Rows that are right stay whole, with what is not written down twice."""
    columns, which, insert = TABLES[table]
    rows = connection.execute(f"SELECT {columns}, * FROM {table} WHERE {which}").fetchall()  # noqa: S608
    count = len(columns.split(", "))
    good = [row[count:] for row in rows if _plain(row[:count]) in kept]
    there = [_plain(row[:count]) for row in rows]
    connection.execute(f"DELETE FROM {table} WHERE {which}")  # noqa: S608
    for row in good:
        places = ", ".join("?" * len(row))
        connection.execute(f"INSERT INTO {table} VALUES ({places})", row)  # noqa: S608
    connection.create_function("unhex_", 1, bytes.fromhex, deterministic=True)
    connection.executemany(
        f"INSERT INTO {table} {insert}",
        [row for row in kept if row not in there],
    )


def _there(connection: sqlite3.Connection, table: str) -> list[Row]:
    columns, which, _ = TABLES[table]
    rows = connection.execute(
        f"SELECT {columns} FROM {table} WHERE {which} ORDER BY 1"  # noqa: S608
    )
    return list(map(_plain, rows))


def _plain(row: tuple[int | str | bytes, ...]) -> Row:
    return [value.hex() if isinstance(value, bytes) else value for value in row]


def _kept(connection: sqlite3.Connection, table: str) -> list[Row] | None:
    checksum, _, text = (_copy(connection, table) or "").partition(" ")
    if checksum != str(crc32(text.encode())):
        return None
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        return None
    width = len(TABLES[table].columns.split(", "))
    return rows if isinstance(rows, list) and all(_is_row(row, width) for row in rows) else None


def _copy(connection: sqlite3.Connection, table: str) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (f"{table}_are",)).fetchone()
    return None if row is None else str(row[0])


def _is_row(row: object, width: int) -> bool:
    return (
        isinstance(row, list)
        and len(row) == width
        and all(isinstance(value, int | str) for value in row)
    )
