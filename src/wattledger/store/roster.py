"""Which number stands for which meter, written down twice: all that is booked hangs on it.

A flipped bit in a MAC would make all its years those of a meter that nobody knows, and a lost row
would have its number given away anew. What `meta` has, with its checksum, counts.
"""

import json
import re
import sqlite3
from zlib import crc32

from wattledger.store.codec import METER_MASK

TABLE = "meters"
_NAME = "meters_are"
_MAC = re.compile(r"[0-9A-F]{12}")


def keep(connection: sqlite3.Connection) -> None:
    """Writes down what `meters` says, after it was changed on purpose."""
    text = json.dumps(_there(connection))
    value = f"{crc32(text.encode())} {text}"
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_NAME, value))


def differs(connection: sqlite3.Connection) -> bool:
    """Whether `meters` is not what was written down."""
    kept = _kept(connection)
    return kept is not None and kept != _there(connection)


def restore(connection: sqlite3.Connection) -> bool:
    """Makes `meters` what was written down, where something was; whether it had to.

    What else a meter said of itself it says again.
    """
    if not differs(connection):
        if _kept(connection) is None:
            keep(connection)
        return False
    kept = _kept(connection) or []
    there = _there(connection)
    wrong, lacking = ([row for row in a if row not in b] for a, b in ((there, kept), (kept, there)))
    connection.executemany(
        "DELETE FROM meters WHERE number = ?", [(number,) for number, _ in wrong]
    )
    connection.executemany("INSERT INTO meters (number, meter) VALUES (?, ?)", lacking)
    return True


def _there(connection: sqlite3.Connection) -> list[list[object]]:
    return list(map(list, connection.execute("SELECT number, meter FROM meters ORDER BY number")))


def _kept(connection: sqlite3.Connection) -> list[list[object]] | None:
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (_NAME,)).fetchone()
    checksum, _, text = ("" if row is None else str(row[0])).partition(" ")
    if checksum != str(crc32(text.encode())):
        return None
    rows = json.loads(text)
    return rows if isinstance(rows, list) and all(map(_is_row, rows)) else None


def _is_row(row: object) -> bool:
    match row:
        case [int(number), str(meter)]:
            return 0 <= number <= METER_MASK and _MAC.fullmatch(meter) is not None
        case _:
            return False
