"""Looking through a stretch of what is kept: minutes, tallies, roll-ups, gaps, prices.

Nearly all of it is done by SQLite, outside of Python's lock: a day of two meters takes a few
milliseconds, and no stream waits for it.
"""

import sqlite3
from collections.abc import Mapping
from itertools import chain, product

from wattledger.energy.record import QUARTER_S
from wattledger.energy.spans import Span, merged, within, without
from wattledger.store import checked_minutes, codec, gaps, hour_checksums, price_checksums
from wattledger.store.connection import is_damage
from wattledger.store.hour_checksums import whole
from wattledger.store.noticed_damage import ANY, NoticedDamage
from wattledger.store.row_checksums import STANDS

_COUNTERS = (
    "SELECT 1 FROM counters WHERE meter = ? AND at >= ? AND at < ? "  # noqa: S608
    f"AND ({STANDS['counters']}) IS NOT 1 LIMIT 1"
)
_TALLIES = f"SELECT key, {hour_checksums.STANDS} FROM hours WHERE key >= ? AND key < ?"  # noqa: S608


def check(
    connection: sqlite3.Connection, bounds: Mapping[int, Span], span: Span, noticed: NoticedDamage
) -> None:
    """Notices what is damaged in the hours that the span touches; `bounds` by meter number."""
    for part in _days(whole(span)):
        try:
            _check(connection, bounds, part, noticed)
        except sqlite3.Error as error:
            if not is_damage(error):
                raise
            noticed.table(ANY)
            for number in bounds:  # which of its hours
                checked_minutes.records(connection, number, part, noticed)
    if bounds:
        known = Span(min(own.start for own in bounds.values()), max(o.end for o in bounds.values()))
        for beyond in (Span(0, known.start), Span(known.end, codec.FARTHEST_S)):
            noticed.hours(hour_checksums.stray(connection, beyond))


def _days(span: Span) -> list[Span]:
    step = 24 * codec.HOUR_S
    return [Span(at, min(at + step, span.end)) for at in range(span.start, span.end, step)]


def _check(
    connection: sqlite3.Connection, bounds: Mapping[int, Span], span: Span, noticed: NoticedDamage
) -> None:
    doubtful = doubtful_keys(connection, span)
    noticed.hours(doubtful)
    first, end = span.start // QUARTER_S, -(-span.end // QUARTER_S)
    for row in range(parts_of(connection, "quarters")):
        quarters = connection.execute(
            "SELECT key FROM quarters WHERE key >= ? AND key < ? "  # noqa: S608
            f"AND ({STANDS['quarters']}) IS NOT 1",
            [codec.quarter_key(quarter, row) for quarter in (first, end)],
        )
        noticed.roll_ups("quarters", chain.from_iterable(quarters))
    if price_checksums.any_damaged(connection, span):
        noticed.table("prices")
    for number, own in bounds.items():
        if connection.execute(_COUNTERS, (number, *span)).fetchone():
            noticed.counters_of(number)
        for part in within([span], own):
            if _gaps_differ(connection, number, part, doubtful, noticed):
                noticed.gaps_of(number)


def doubtful_keys(connection: sqlite3.Connection, span: Span) -> set[int]:
    """Keys of hours whose minutes or whose tally are not as they were written."""
    doubtful = hour_checksums.stray(connection, span)
    rows = connection.execute(_TALLIES, codec.hour_keys_of(span)).fetchall()
    good = {
        codec.hour_key(start, number)
        for number in {codec.number_of(key) for key, _ in rows}
        for start in hour_checksums.agreeing(connection, number, span)
    }
    return doubtful | {key for key, stands in rows if key not in good or stands != 1}


def _gaps_differ(
    connection: sqlite3.Connection,
    number: int,
    span: Span,
    doubtful: set[int],
    noticed: NoticedDamage,
) -> bool:
    """Whether the gaps are not exactly what is not booked; a full hour is known by its tally."""
    open_ = within(merged(gap.span for gap in gaps.overlapping(connection, number, span)), span)
    booked: list[Span] = []
    there = hour_checksums.kept_of(connection, number, span)
    for start, kept in there:
        hour = Span(start, start + codec.HOUR_S)
        if (
            kept.tally.minutes == hour_checksums.MINUTES
            or codec.hour_key(start, number) in doubtful
        ):
            booked.append(hour)
        else:
            records = checked_minutes.records(connection, number, hour, noticed)
            booked += [Span(record.start, record.end) for record in records]
    missing = without([span], within(merged(booked), span))
    lost = {
        codec.hour_key(at, number)
        for part in map(whole, without(missing, open_))
        for at in range(part.start, part.end, codec.HOUR_S)
    }
    noticed.hours(lost - {codec.hour_key(start, number) for start, _ in there})
    return missing != open_


def check_days(
    connection: sqlite3.Connection, first: int, end: int, noticed: NoticedDamage
) -> None:
    """Notices local days [first, end) of which a row is damaged."""
    rows_of_day = product(codec.NETTINGS, range(parts_of(connection, "days")))
    for netting, part in rows_of_day:
        rows = connection.execute(
            f"SELECT key FROM days WHERE key >= ? AND key < ? AND ({STANDS['days']}) IS NOT 1",  # noqa: S608
            (codec.day_key(first, netting, part), codec.day_key(end, netting, part)),
        )
        noticed.roll_ups("days", chain.from_iterable(rows))


def lacking_days(connection: sqlite3.Connection, ordinals: range) -> set[int]:
    """Those of which not every netting has its rows."""
    lacking: set[int] = set()
    rows_of_day = product(codec.NETTINGS, range(parts_of(connection, "days")))
    for netting, part in rows_of_day:
        rows = connection.execute(
            "SELECT key FROM days WHERE key >= ? AND key < ?",
            (
                codec.day_key(ordinals.start, netting, part),
                codec.day_key(ordinals.stop, netting, part),
            ),
        )
        there = {codec.ordinal_of(key) for (key,) in rows}
        lacking |= set(ordinals) - there
    return lacking


def parts_of(connection: sqlite3.Connection, table: str) -> int:
    """How many rows a roll-up has at most."""
    newest = connection.execute(f"SELECT max(key) FROM {table}").fetchone()[0]  # noqa: S608
    return 1 + codec.part_of(newest or 0)
