"""What becomes of damage: set aside, told as a gap, and booked again like anything that is missing.

All of it in the writer's transaction, which looks again before it touches anything: what a reader
noticed may be mended by now. Nothing is thrown away but what is derived: rows of a damaged hour are
kept as they were read.
"""

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import chain

from wattledger.energy.booking_entry import GapReason
from wattledger.energy.record import QUARTER_S
from wattledger.energy.spans import Span, merged, within, without
from wattledger.store import checked_minutes, codec, gaps, hour_checksums, outbox, rollups
from wattledger.store.noticed_damage import Damage
from wattledger.store.row_checksums import STANDS
from wattledger.store.writer_memory import WriterMemory

_OF_THE_HOUR = f"key >= :first AND key < :end AND {codec.METER_OF_KEY} = :number"


@dataclass(frozen=True, slots=True)
class Found:
    """What there was to mend: hours by their keys, tallies, rows of roll-ups, gaps and counters."""

    hours: tuple[int, ...] = ()
    tallies: int = 0
    roll_ups: int = 0
    gaps: int = 0
    counters: int = 0


def mend(
    connection: sqlite3.Connection, memory: WriterMemory, noticed: Damage, now: float
) -> Found:
    """Deals with what was noticed."""
    damaged, anew = check_tallies(connection, memory, sorted(noticed.hours), now)
    roll_ups = _take_away(connection, memory, noticed)
    gaps_made = sum(make_gaps_anew(connection, memory, one, now) for one in noticed.gaps_of)
    counters = sum(_drop_counters(connection, one) for one in noticed.counters_of)
    return Found(damaged, anew, roll_ups, gaps_made, counters)


def check_tallies(
    connection: sqlite3.Connection, memory: WriterMemory, keys: Iterable[int], now: float
) -> tuple[tuple[int, ...], int]:
    """Sets aside those of the hours that are damaged; also how many tallies were written anew."""
    damaged: list[int] = []
    anew = 0
    for key in keys:
        tally = hour_checksums.confirmed(connection, key)
        if tally is None or (
            tally == hour_checksums.NOTHING and _is_missed(connection, memory, key)
        ):
            damaged.append(key)
            _set_aside(connection, memory, key, int(now))
        elif tally != hour_checksums.NOTHING and not hour_checksums.stands(connection, key, tally):
            hour_checksums.keep(connection, [(key, tally)])
            anew += 1
    return tuple(damaged), anew


def _is_missed(connection: sqlite3.Connection, memory: WriterMemory, key: int) -> bool:
    """Whether something of an hour was booked of which nothing is there, nor a gap that says so."""
    number, hour = codec.number_of(key), codec.hour_span(key)
    bounds = memory.bounds.get(number)
    inside = within([hour], bounds) if bounds else []
    if not inside or not gaps.stand(connection, number):  # these are made anew
        return False
    return bool(without(inside, merged(g.span for g in gaps.overlapping(connection, number, hour))))


def _set_aside(connection: sqlite3.Connection, memory: WriterMemory, key: int, now: int) -> None:
    number, (first, end) = codec.number_of(key), codec.keys_in_hour(key)
    which = {"first": first, "end": end, "number": number}
    connection.execute(
        f"INSERT INTO set_aside SELECT NULL, :hour, :now, key, {codec.ENERGY_COLUMNS}, kind "  # noqa: S608
        f"FROM minutes WHERE {_OF_THE_HOUR}",
        {**which, "hour": key, "now": now},
    )
    for table in ("minutes", "details"):
        connection.execute(f"DELETE FROM {table} WHERE {_OF_THE_HOUR}", which)  # noqa: S608
    connection.execute("DELETE FROM hours WHERE key = ?", (key,))
    waiting = connection.execute(f"SELECT key FROM outbox WHERE {_OF_THE_HOUR}", which)  # noqa: S608
    outbox.forget(connection, memory, [key for (key,) in waiting.fetchall()])
    _open_up(connection, memory, number, codec.hour_span(key))


def _open_up(connection: sqlite3.Connection, memory: WriterMemory, number: int, hour: Span) -> None:
    bounds = memory.bounds.get(number)
    inside = within([hour], bounds) if bounds else []
    for part in inside:
        gaps.open_up(connection, number, part, GapReason.DAMAGED)
    if inside and number in memory.rolled_up:
        quarters = range(hour.start // QUARTER_S, hour.end // QUARTER_S)
        rollups.take_away(connection, memory, quarters)


def _take_away(connection: sqlite3.Connection, memory: WriterMemory, noticed: Damage) -> int:
    """Rows of roll-ups that are not what was written: they are made anew from checked hours."""
    pending = memory.pending
    quarters = _delete_damaged(connection, "quarters", noticed.quarters)
    days = _delete_damaged(connection, "days", noticed.days)
    for ordinal in {codec.ordinal_of(key) for key in days}:
        rollups.forget_day(connection, memory, ordinal)
    if pending.end > pending.first:  # else no meter is known that roll-ups are of
        known = range(
            memory.calendar.start_of_ordinal(pending.first),
            memory.calendar.start_of_ordinal(pending.end),
        )
        numbers = {codec.quarter_of(key) for key in quarters}
        rollups.take_away(connection, memory, [n for n in numbers if n * QUARTER_S in known])
    return len(quarters) + len(days)


def _delete_damaged(connection: sqlite3.Connection, table: str, keys: Collection[int]) -> list[int]:
    found = _not_standing(connection, table, keys)
    connection.executemany(f"DELETE FROM {table} WHERE key = ?", [(key,) for key in found])  # noqa: S608
    return found


def _not_standing(connection: sqlite3.Connection, table: str, keys: Collection[int]) -> list[int]:
    found = []
    for key in keys:
        row = connection.execute(
            f"SELECT {STANDS[table]} FROM {table} WHERE key = ?",  # noqa: S608
            (key,),
        ).fetchone()
        if row is None or row[0] != 1:
            found.append(key)
    return found


def _drop_counters(connection: sqlite3.Connection, number: int) -> int:
    """A reading can't be had again; the audit compares those before and after it."""
    return connection.execute(
        f"DELETE FROM counters WHERE meter = ? AND ({STANDS['counters']}) IS NOT 1",  # noqa: S608
        (number,),
    ).rowcount


def make_gaps_anew(
    connection: sqlite3.Connection, memory: WriterMemory, number: int, now: float
) -> bool:
    """Gaps that are not what was written go, and the rest is made what the hours say."""
    connection.execute(f"DELETE FROM gaps WHERE meter = ? AND NOT {STANDS['gaps']}", (number,))  # noqa: S608
    bounds = memory.bounds.get(number)
    if bounds is None:
        return False
    booked, damaged = _booked(connection, memory, number, bounds)
    open_ = merged(gap.span for gap in gaps.overlapping(connection, number, bounds))
    stray = _stray(connection, number, without([bounds], merged([*booked, *open_])))
    # What was missing before stays missing for its own reason.
    once_booked = without([codec.hour_span(key) for key in stray], open_)
    booked = within(merged([*booked, *once_booked]), bounds)
    damaged += stray
    changed = gaps.make_anew(connection, number, bounds, booked)
    check_tallies(connection, memory, damaged, now)
    memory.noticed.set_aside(damaged)
    return changed


def _stray(connection: sqlite3.Connection, number: int, spans: Iterable[Span]) -> list[int]:
    """Hours of these spans that have minutes, of which the tally is lost."""
    keys = chain.from_iterable(hour_checksums.stray(connection, span) for span in spans)
    return sorted(key for key in keys if codec.number_of(key) == number)


def _booked(
    connection: sqlite3.Connection, memory: WriterMemory, number: int, span: Span
) -> tuple[list[Span], list[int]]:
    """What of the span is booked, by the tallies; hours that are not full by their minutes, where
    those are damaged by what is no gap, and their keys.
    """
    spans: list[Span] = []
    damaged: list[int] = []
    for start, kept in hour_checksums.kept_of(connection, number, span):
        key, hour = codec.hour_key(start, number), Span(start, start + codec.HOUR_S)
        if kept.tally.minutes == hour_checksums.MINUTES and kept.stands(key):
            spans.append(hour)
        elif hour_checksums.confirmed(connection, key) is None:
            open_ = merged(gap.span for gap in gaps.overlapping(connection, number, hour))
            spans += without([hour], open_)
            damaged.append(key)
        else:
            records = checked_minutes.records(connection, number, hour, memory.noticed)
            spans += [Span(record.start, record.end) for record in records]
    return within(merged(spans), span), damaged
