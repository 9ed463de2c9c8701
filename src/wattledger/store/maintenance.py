"""What may wait: parked minutes, roll-ups of days past, expired details; a bounded stretch at a
time.

A stretch is counted in rows and days, not timed: about 50-100 ms on a small computer, so that the
live minute never waits long behind it.
"""

import sqlite3

from wattledger.energy.booking_entry import Entry
from wattledger.energy.meter import MeterId
from wattledger.energy.record import AHEAD_S, MinuteRecord
from wattledger.store import booking, codec, rollups
from wattledger.store.row_checksums import STANDS
from wattledger.store.writer_memory import WriterMemory

QUARTERS_AT_ONCE = 300
PARKED_AT_ONCE = 1_500
DETAIL_DAYS_AT_ONCE = 2


def maintain(connection: sqlite3.Connection, memory: WriterMemory, now: float) -> bool:
    """One stretch; True while more is left."""
    if _unpark(connection, memory, now):
        return True
    more = rollups.settle_some(connection, memory, now, QUARTERS_AT_ONCE)
    return _forget_details(connection, memory) or more


def _unpark(connection: sqlite3.Connection, memory: WriterMemory, now: float) -> bool:
    """Books what was parked and is no longer ahead of our clock; whether there was any."""
    damaged = f"DELETE FROM parked WHERE ({STANDS['parked']}) IS NOT 1"  # noqa: S608
    if connection.execute(damaged).rowcount:
        memory.noticed.table("parked")
    rows = connection.execute(
        f"SELECT id, meter, origin, detailed, start, period_s, {codec.ENERGY_COLUMNS}, "  # noqa: S608
        f"{codec.DETAIL_COLUMNS} FROM parked WHERE end <= ? AND {STANDS['parked']} "
        "ORDER BY id LIMIT ?",
        (int(now) + AHEAD_S, PARKED_AT_ONCE),
    ).fetchall()
    if not rows:
        return False
    macs = {number: meter for meter, number in memory.numbers.items()}
    booking.book(connection, memory, [_entry_from(row, macs) for row in rows], now)
    connection.executemany("DELETE FROM parked WHERE id = ?", [(row[0],) for row in rows])
    return True


def _entry_from(row: tuple[int, ...], macs: dict[int, MeterId]) -> Entry:
    _, number, origin, detailed = row[:4]
    detail = codec.detail_from(row[12:]) if detailed else None
    return Entry(macs[number], MinuteRecord._make(row[4:12]), codec.ORIGINS[origin], detail)


def _forget_details(connection: sqlite3.Connection, memory: WriterMemory) -> bool:
    """Whole days at once: one deletion a minute would write a page a minute.

    True while more is left.
    """
    cutoff = codec.minute_key(booking.details_kept_from(memory), 0)
    oldest = connection.execute("SELECT min(key) FROM details").fetchone()[0]
    if oldest is None or oldest >= cutoff:
        return False
    upto = min(
        cutoff, codec.first_key(codec.start_of(oldest) + DETAIL_DAYS_AT_ONCE * booking.DAY_S)
    )
    connection.execute("DELETE FROM details WHERE key < ?", (upto,))
    return bool(upto < cutoff)
