"""Rows that a meter can make grow, kept within what a day allows; what was imported is the owner's
own doing, and has no bound.
"""

import sqlite3
from collections.abc import Iterable

from wattledger.energy.booking_entry import Entry
from wattledger.energy.daily_limit import DAY_S, MOST_CONTRADICTED, MOST_PARKED, DailyLimit
from wattledger.energy.record import Origin
from wattledger.store.writer_memory import WriterMemory

Row = tuple[object, ...]


def keep(
    connection: sqlite3.Connection,
    insert: str,
    rows: Iterable[tuple[Entry, Row]],
    allowance: DailyLimit,
    now: float,
) -> int:
    """Inserts what is allowed, and what is there already costs nothing; how many were let go."""
    let_go = 0
    for entry, row in rows:
        if entry.origin is Origin.IMPORTED:
            connection.execute(insert, row)
        elif not allowance.left(now):
            let_go += 1
        elif connection.execute(insert, row).rowcount > 0:
            allowance.take(1, now)
    return let_go


def contradictions_of(
    connection: sqlite3.Connection, memory: WriterMemory, number: int, now: float
) -> DailyLimit:
    """Of a meter; counted from the file the first time."""
    if number not in memory.contradicted:
        (taken,) = connection.execute(
            "SELECT count(*) FROM contradictions WHERE meter = ? AND came_at >= ?",
            (number, int(now) // DAY_S * DAY_S),
        ).fetchone()
        memory.limit_contradicted(number, DailyLimit(MOST_CONTRADICTED, taken, now))
    return memory.contradicted[number]


def parked_of(
    connection: sqlite3.Connection, memory: WriterMemory, number: int, now: float
) -> DailyLimit:
    """As above. When a record was parked is not known: after a start all count as of today."""
    if number not in memory.parked:
        (taken,) = connection.execute(
            "SELECT count(*) FROM parked WHERE meter = ?", (number,)
        ).fetchone()
        memory.limit_parked(number, DailyLimit(MOST_PARKED, taken, now))
    return memory.parked[number]
