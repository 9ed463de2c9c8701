"""The outbox in the file: what the online copy has not acknowledged, entered in the minute's own
commit.

Minutes booked before the copy was known enter once, a bounded stretch at a time. Without a copy
nothing is entered, and what was is forgotten.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence

from wattledger.energy.home_quantities import Roles
from wattledger.energy.netting import Netting
from wattledger.energy.record import MINUTE_S, MinuteRecord
from wattledger.energy.rollup import DaySums
from wattledger.energy.spans import Span, merged
from wattledger.flow.replica_ports import Tally
from wattledger.store import checked_minutes, codec, integrity_walk, queries, redundant_tables
from wattledger.store.connection import is_damage
from wattledger.store.hour_checksums import whole
from wattledger.store.noticed_damage import NoticedDamage
from wattledger.store.writer_memory import WriterMemory

_OF, _EPOCH, _FILLED_TO = "outbox_of", "outbox_epoch", "outbox_filled_to"
_TALLIES = f"""
SELECT {codec.METER_OF_KEY}, count(*), sum({codec.TIME_OF_KEY}),
       sum({codec.IMPORTED}), sum({codec.EXPORTED})
FROM minutes WHERE key >= ? AND key < ? GROUP BY 1
"""  # noqa: S608
_COUNTS = f"SELECT {codec.METER_OF_KEY}, count(*) FROM outbox GROUP BY 1"  # noqa: S608
FILLED_AT_ONCE = 20_000
"""Minutes entered in one commit: about 30 ms on a small computer."""


def load(connection: sqlite3.Connection, memory: WriterMemory) -> None:
    """What the memory knows of the outbox, from the file; what is in it by a flipped bit goes."""
    (keys,) = connection.execute("SELECT count(*) FROM outbox").fetchone()
    if keys <= FILLED_AT_ONCE:
        connection.execute("DELETE FROM outbox WHERE key NOT IN (SELECT key FROM minutes)")
    copy_id, epoch, filled_to = (_meta(connection, name) for name in (_OF, _EPOCH, _FILLED_TO))
    waiting = dict(connection.execute(_COUNTS).fetchall())
    memory.aim(copy_id, int(epoch or 0), None if filled_to is None else int(filled_to), waiting)


def aim(connection: sqlite3.Connection, memory: WriterMemory, copy_id: str | None) -> None:
    """From now on what is booked is for this copy; if it is another one, all that is booked is."""
    if memory.copy_id == copy_id:
        return
    connection.execute("DELETE FROM outbox")
    connection.execute("DELETE FROM outbox_days")
    _keep(connection, _OF, copy_id)
    _keep(connection, _EPOCH, None)
    _keep(connection, _FILLED_TO, None if copy_id is None else "0")
    load(connection, memory)
    if copy_id is not None:
        enter_all_days(connection, memory)


def note(connection: sqlite3.Connection, memory: WriterMemory, epoch: int) -> None:
    """The copy has come to this lease epoch."""
    _keep(connection, _EPOCH, str(epoch))
    memory.note(epoch)


def fill(connection: sqlite3.Connection, memory: WriterMemory) -> bool:
    """Enters one stretch of what was booked before the copy was known; True while more is left."""
    if memory.outbox_filled_to is None:
        return False
    rows = connection.execute(
        "SELECT key FROM minutes WHERE key >= ? ORDER BY key LIMIT ?",
        (memory.outbox_filled_to, FILLED_AT_ONCE),
    ).fetchall()
    keys = [key for (key,) in rows]
    if keys:
        there = connection.execute(
            "SELECT key FROM outbox WHERE key BETWEEN ? AND ?", (keys[0], keys[-1])
        )
        entered = {key for (key,) in there}
        enter(connection, memory, [key for key in keys if key not in entered])
    more = len(keys) == FILLED_AT_ONCE
    filled_to = keys[-1] + 1 if more else None
    memory.fill(filled_to)
    _keep(connection, _FILLED_TO, None if filled_to is None else str(filled_to))
    return more


def enter(connection: sqlite3.Connection, memory: WriterMemory, keys: Sequence[int]) -> None:
    """Minutes that are being booked in this transaction."""
    if memory.copy_id is None:
        return
    connection.executemany("INSERT INTO outbox VALUES (?)", [(key,) for key in keys])
    memory.wait(Counter(map(codec.number_of, keys)))


def enter_again(connection: sqlite3.Connection, memory: WriterMemory, keys: Iterable[int]) -> None:
    """Minutes that were booked and acknowledged before; those that wait already do so once."""
    if memory.copy_id is None:
        return
    for key in keys:
        if connection.execute("INSERT OR IGNORE INTO outbox VALUES (?)", (key,)).rowcount:
            memory.wait({codec.number_of(key): 1})


def enter_days(
    connection: sqlite3.Connection, memory: WriterMemory, ordinals: Iterable[int]
) -> None:
    """Local days whose roll-up was written, or no longer stands."""
    if memory.copy_id is not None:
        connection.executemany(
            "INSERT OR IGNORE INTO outbox_days VALUES (?)", [(ordinal,) for ordinal in ordinals]
        )


def enter_all_days(connection: sqlite3.Connection, memory: WriterMemory) -> None:
    """Every day that has a roll-up."""
    if memory.copy_id is not None:
        connection.execute(
            "INSERT OR IGNORE INTO outbox_days SELECT key FROM days WHERE key < ?",
            (codec.day_key(0, codec.NETTINGS[1]),),
        )


def forget(connection: sqlite3.Connection, memory: WriterMemory, keys: Iterable[int]) -> None:
    """Takes out what was acknowledged."""
    for key in keys:
        if connection.execute("DELETE FROM outbox WHERE key = ?", (key,)).rowcount:
            memory.wait({codec.number_of(key): -1})


def day_is(
    connection: sqlite3.Connection, day: DaySums, roles: Roles, noticed: NoticedDamage
) -> bool:
    """Whether the day's roll-up stands, and is still this one."""
    return _day(connection, day.ordinal, roles, noticed) == day


def forget_days(connection: sqlite3.Connection, ordinals: Iterable[int]) -> None:
    connection.executemany(
        "DELETE FROM outbox_days WHERE ordinal = ?", [(ordinal,) for ordinal in ordinals]
    )


def records(
    connection: sqlite3.Connection, number: int, span: Span, limit: int, noticed: NoticedDamage
) -> list[MinuteRecord]:
    """The oldest waiting records of the meter that start in the span, as they were booked."""
    keys = connection.execute(
        f"SELECT key FROM outbox WHERE {codec.OF_A_METER} ORDER BY key LIMIT ?",  # noqa: S608
        (*codec.keys_of(span), number, limit),
    )
    starts = [codec.start_of(key) for (key,) in keys]
    found: list[MinuteRecord] = []
    for part in merged(whole(Span(start, start + MINUTE_S)) for start in starts):
        found += checked_minutes.records(connection, number, part, noticed)
    waiting = set(starts)
    return [record for record in found if record.start in waiting]


def newest_posted(connection: sqlite3.Connection, number: int) -> int | None:
    """The start of the meter's newest record that does not wait."""
    row = connection.execute(
        f"SELECT {codec.START_OF_KEY} FROM minutes WHERE {codec.METER_OF_KEY} = ? "  # noqa: S608
        "AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.key = minutes.key) "
        "ORDER BY key DESC LIMIT 1",
        (number,),
    ).fetchone()
    return None if row is None else int(row[0])


def count(connection: sqlite3.Connection, number: int, span: Span) -> int:
    """How many records of the meter that start in the span wait."""
    row = connection.execute(
        f"SELECT count(*) FROM outbox WHERE {codec.OF_A_METER}",  # noqa: S608
        (*codec.keys_of(span), number),
    ).fetchone()
    return int(row[0])


def keys_in(connection: sqlite3.Connection, span: Span, limit: int) -> list[int]:
    rows = connection.execute(
        "SELECT key FROM outbox WHERE key >= ? AND key < ? LIMIT ?",
        (*codec.keys_of(span), limit),
    )
    return [key for (key,) in rows]


def tallies(
    connection: sqlite3.Connection, span: Span, noticed: NoticedDamage
) -> dict[int, Tally] | None:
    """What the booked records of each meter's number add up to that start in the span; None where
    one of its hours is damaged.
    """
    try:
        doubtful = integrity_walk.doubtful_keys(connection, whole(span))
        rows = connection.execute(_TALLIES, codec.keys_of(span)).fetchall()
    except sqlite3.Error as error:
        if not is_damage(error):
            raise
        noticed.table("minutes")
        return None
    noticed.hours(doubtful)
    return None if doubtful else {number: Tally(*sums) for number, *sums in rows}


def any_day(connection: sqlite3.Connection, first: int, end: int) -> bool:
    """Whether a local day of [first, end) waits."""
    row = connection.execute(
        "SELECT 1 FROM outbox_days WHERE ordinal >= ? AND ordinal < ? LIMIT 1", (first, end)
    ).fetchone()
    return row is not None


def waiting_days(
    connection: sqlite3.Connection, limit: int, roles: Roles, noticed: NoticedDamage
) -> list[DaySums]:
    """The oldest waiting days whose roll-up stands."""
    ordinals = connection.execute(
        "SELECT ordinal FROM outbox_days WHERE ordinal IN (SELECT key FROM days) "
        "ORDER BY ordinal LIMIT ?",
        (limit,),
    ).fetchall()
    days = (_day(connection, ordinal, roles, noticed) for (ordinal,) in ordinals)
    return [day for day in days if day is not None]


def _day(
    connection: sqlite3.Connection, ordinal: int, roles: Roles, noticed: NoticedDamage
) -> DaySums | None:
    energies = {}
    for netting in Netting:
        rows = queries.days(connection, (ordinal, ordinal + 1), netting, roles, noticed)
        if not rows:
            return None
        energies[netting] = rows[0][1]
    return DaySums(ordinal, energies)


def _meta(connection: sqlite3.Connection, name: str) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return None if row is None else str(row[0])


def _keep(connection: sqlite3.Connection, name: str, value: str | None) -> None:
    if value is None:
        connection.execute("DELETE FROM meta WHERE name = ?", (name,))
    else:
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))
    redundant_tables.keep(connection, "meta")
