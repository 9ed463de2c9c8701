"""Parked records that were dated by a clock which their meter has set back since.

A parked record waits for our clock to come to its end, since ours may be the wrong one. A minute
that the meter pushes tells its own clock: what is parked of it and ends later was dated by a wrong
one, and would take the place of the true minute a moment before that one comes. It is put aside
with the contradictions. What was imported is nobody's clock, and waits.
"""

import sqlite3
from collections.abc import Sequence

from wattledger.energy.booking_entry import Entry
from wattledger.energy.record import AHEAD_S, Origin
from wattledger.store import row_limits
from wattledger.store.codec import ENERGY_COLUMNS, ORIGIN_NUMBERS
from wattledger.store.writer_memory import WriterMemory

_COLUMNS = f"meter, start, period_s, {ENERGY_COLUMNS}, origin"
_MISDATED = "meter = ? AND end > ? AND origin <> ?"


def put_aside(
    connection: sqlite3.Connection, memory: WriterMemory, entries: Sequence[Entry], now: float
) -> None:
    """What the meters' pushed minutes, in the order they came, show to be dated wrongly.

    A push may come a little late, so that a record is put aside only if it ends more than AHEAD_S
    after it.
    """
    pushed = {e.meter: e.record.end for e in entries if e.origin is Origin.PUSHED}
    for meter, clock_s in pushed.items():
        number = memory.numbers.get(meter)
        if number is None:
            continue
        which = (number, clock_s + AHEAD_S, ORIGIN_NUMBERS[Origin.IMPORTED])
        allowance = row_limits.contradictions_of(connection, memory, number, now)
        kept = connection.execute(
            f"INSERT OR IGNORE INTO contradictions ({_COLUMNS}, came_at) "  # noqa: S608
            f"SELECT {_COLUMNS}, ? FROM parked WHERE {_MISDATED} LIMIT ?",
            (int(now), *which, allowance.left(now)),
        ).rowcount
        allowance.take(kept, now)
        connection.execute(f"DELETE FROM parked WHERE {_MISDATED}", which)  # noqa: S608
