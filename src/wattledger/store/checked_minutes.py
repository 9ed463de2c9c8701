"""Minutes as they were booked: hours that their tally does not bear out are left out, and noticed.

Whole hours are read, also where a part is asked for. The sums of a role's columns are held against
the tallies where they lie in memory, at a tenth of the digest's price; single phases against the
digest, by SQLite. Columns come as JSON, so that no row needs an object. A long span is read in
parts, and where one is not as it was booked each of its days, so that a bad hour costs its day and
not a year. Where a page can't be read the span is halved until only its hours are lost.
"""

import json
import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain
from operator import add, itemgetter, mul
from typing import TypeVar

from wattledger.energy.record import MINUTE_S, MinuteRecord, of_one_role
from wattledger.energy.record_columns import Row, Series, merged_series, series_from
from wattledger.energy.spans import Span, merged
from wattledger.store import codec, hour_checksums
from wattledger.store.connection import is_damage
from wattledger.store.hour_checksums import Kept, whole
from wattledger.store.noticed_damage import NoticedDamage

_OF_A_METER = f"FROM minutes WHERE {codec.OF_A_METER} ORDER BY key"
_MINUTES = f"SELECT {codec.RECORD_COLUMNS} {_OF_A_METER}"
_SERIES = f"SELECT {codec.SERIES_COLUMNS} {_OF_A_METER}"
_ENERGIES, _TIMES = (
    f"SELECT json_group_array({one}), json_group_array({other}) {_OF_A_METER}"
    for one, other in ((codec.IMPORTED, codec.EXPORTED), (codec.START_OF_KEY, codec.PERIOD_S))
)
_record_from = partial(tuple.__new__, MinuteRecord)
"""`MinuteRecord._make` without its look at the length, which is a third of a day's reading."""

DAY_S = 24 * codec.HOUR_S
AT_ONCE_S = 16 * DAY_S
"""No longer than a month, so that one bad hour has no more than that read twice."""

T = TypeVar("T")


def minutes_of(
    connection: sqlite3.Connection, numbers: Sequence[int], span: Span, noticed: NoticedDamage
) -> list[MinuteRecord]:
    """The records of these meters that start in `span`, by start; of two at once the first's."""
    return of_one_role([records(connection, number, span, noticed) for number in numbers])


def series_of(
    connection: sqlite3.Connection, numbers: Sequence[int], span: Span, noticed: NoticedDamage
) -> Series:
    """The same records as columns."""
    return merged_series([_series(connection, number, span, noticed) for number in numbers])


def records(
    connection: sqlite3.Connection, number: int, span: Span, noticed: NoticedDamage
) -> list[MinuteRecord]:
    """Those of one meter."""

    def as_it_is(part: Span) -> list[MinuteRecord] | None:
        expected = hour_checksums.kept_of(connection, number, part)
        good = {hour for hour, _ in expected}
        if good.issubset(hour_checksums.agreeing(connection, number, part)):
            rows = _rows(connection, _MINUTES, number, part)
            expected_s = sum(kept.tally.minutes for _, kept in expected) * MINUTE_S
            as_booked = good.issuperset(map(_hour_of, rows)) and _in_order(rows)
            if as_booked and _are_numbers(rows) and _covered_s(rows) == expected_s:
                return list(map(_record_from, rows))
        return None

    def hour_by_hour(part: Span) -> list[MinuteRecord]:
        return list(map(_record_from, _as_booked(connection, _MINUTES, number, part, noticed)))

    lost = _lost(number, noticed)
    found = chain.from_iterable(_in_parts(as_it_is, hour_by_hour, whole(span), lost))
    return [record for record in found if span.start <= record[0] < span.end]


def _series(
    connection: sqlite3.Connection, number: int, span: Span, noticed: NoticedDamage
) -> Series:
    def as_it_is(part: Span) -> Series | None:
        energies = connection.execute(_ENERGIES, _which(number, part)).fetchone()
        expected = hour_checksums.kept_of(connection, number, part)
        with suppress(ValueError, TypeError):  # a number has become something else
            series = _columns(connection, number, part, energies, expected)
            if _borne_out(series, expected):
                return series
        return None

    def hour_by_hour(part: Span) -> Series:
        return series_from(_as_booked(connection, _SERIES, number, part, noticed))

    parts = _in_parts(as_it_is, hour_by_hour, whole(span), _lost(number, noticed))
    found = parts[0] if len(parts) == 1 else _in_a_row(parts)
    first, end = bisect_left(found.starts, span.start), bisect_left(found.starts, span.end)
    return found if (first, end) == (0, len(found.starts)) else found.part(first, end)


def _in_parts(
    as_it_is: Callable[[Span], T | None],
    hour_by_hour: Callable[[Span], T],
    span: Span,
    lost: Callable[[Span], None],
) -> list[T]:
    """The answers in their order; `as_it_is` gives None for what is not all as it was booked."""

    def of_day(day: Span) -> T:
        found = as_it_is(day)
        return hour_by_hour(day) if found is None else found

    def ask(part: Span) -> list[T]:
        found = as_it_is(part)
        return [of_day(day) for day in _cut(part, DAY_S)] if found is None else [found]

    parts = (around_damage(ask, part, lost) for part in _cut(span, AT_ONCE_S))
    return list(chain.from_iterable(chain.from_iterable(parts)))


def _cut(span: Span, length_s: int) -> list[Span]:
    return [Span(at, min(at + length_s, span.end)) for at in range(span.start, span.end, length_s)]


def _columns(
    connection: sqlite3.Connection,
    number: int,
    span: Span,
    energies: tuple[str, str],
    expected: Sequence[tuple[int, Kept]],
) -> Series:
    """Where the tallies are of full hours in a row, times are not asked for one by one: whether the
    energies are of these times is what the tallies then tell.
    """
    imported, exported = map(json.loads, energies)
    minutes = sum(kept.tally.minutes for _, kept in expected)
    hours = Span(expected[0][0], expected[-1][0] + codec.HOUR_S) if expected else Span(0, 0)
    if len(imported) * MINUTE_S == minutes * MINUTE_S == hours.length_s:
        return Series(list(range(*hours, MINUTE_S)), [MINUTE_S] * minutes, imported, exported)
    starts, periods_s = map(json.loads, connection.execute(_TIMES, _which(number, span)).fetchone())
    return Series(starts, periods_s, imported, exported)


def _borne_out(series: Series, expected: Iterable[tuple[int, Kept]]) -> bool:
    """Whether the records add up to the tallies of all their hours: how much, and when."""
    starts, periods_s, imported, exported = series
    if starts != sorted(starts):
        return False
    at, booked = 0, hour_checksums.NOTHING
    moment = sum(map(mul, starts, map(add, imported, exported))) + sum(starts)
    for hour, kept in expected:
        end = bisect_left(starts, hour + codec.HOUR_S, at)
        booked = booked.plus(kept.tally)
        moment -= hour * (kept.tally.imported_dmwh + kept.tally.exported_dmwh + end - at)
        at = end
    sums = [sum(periods_s) // MINUTE_S, sum(imported), sum(exported), moment]
    return at == len(starts) and sums == [*booked[:4]] and {int}.issuperset(map(type, sums))


def _as_booked(
    connection: sqlite3.Connection, question: str, number: int, span: Span, noticed: NoticedDamage
) -> list[Row]:
    """The rows of whole hours, each looked at by itself: by its digest or its seal, and whether all
    of it was read just now; none of those that are damaged.
    """
    known = hour_checksums.kept_of(connection, number, span)
    good = hour_checksums.confirmed_of(connection, number, span, known)
    broken = [
        hour
        for hour, kept in known
        if hour not in good or not kept.stands(codec.hour_key(hour, number))
    ]
    found: list[Row] = []
    for hour, rows in _by_hour(connection, question, number, good):
        if not _are_numbers(rows):
            broken.append(hour)
        elif _in_order(rows) and _covered_s(rows) == good[hour].minutes * MINUTE_S:
            found += rows
        else:
            noticed.table("minutes")  # it is there, and is not found in order
    noticed.hours([codec.hour_key(hour, number) for hour in broken])
    noticed.hours(hour_checksums.stray(connection, span))
    return found


def _by_hour(
    connection: sqlite3.Connection, question: str, number: int, hours: Iterable[int]
) -> list[tuple[int, list[Row]]]:
    rows_of: dict[int, list[Row]] = {hour: [] for hour in sorted(hours)}
    for part in merged(Span(hour, hour + codec.HOUR_S) for hour in rows_of):
        for row in _rows(connection, question, number, part):
            rows_of.get(_hour_of(row), []).append(row)
    return list(rows_of.items())


def _are_numbers(rows: Sequence[Sequence[int]]) -> bool:
    """An empty blob counts as 0 wherever it is added up."""
    return {int}.issuperset(map(type, chain.from_iterable(rows)))


def _covered_s(rows: Sequence[Sequence[int]]) -> int:
    return sum(map(itemgetter(1), rows))


def _in_order(rows: Sequence[Sequence[int]]) -> bool:
    starts = [row[0] for row in rows]
    return starts == sorted(set(starts))


def around_damage(ask: Callable[[Span], T], span: Span, lost: Callable[[Span], None]) -> list[T]:
    """The answers to `span` in parts, around the hours that can't be read; those are `lost`."""
    try:
        return [ask(span)]
    except sqlite3.Error as error:
        if not is_damage(error):
            raise
    if span.length_s <= codec.HOUR_S:
        lost(span)
        return []
    middle = (span.start + span.end) // codec.HOUR_S // 2 * codec.HOUR_S
    halves = Span(span.start, middle), Span(middle, span.end)
    return [answer for half in halves for answer in around_damage(ask, half, lost)]


def _lost(number: int, noticed: NoticedDamage) -> Callable[[Span], None]:
    def lost(span: Span) -> None:
        noticed.table("minutes")
        noticed.hours([codec.hour_key(span.start, number)])

    return lost


def _rows(connection: sqlite3.Connection, question: str, number: int, span: Span) -> list[Row]:
    return connection.execute(question, _which(number, span)).fetchall()


def _which(number: int, span: Span) -> tuple[int, int, int]:
    return (*codec.keys_of(span), number)


def _hour(at: int) -> int:
    return at // codec.HOUR_S * codec.HOUR_S


def _hour_of(row: Row) -> int:
    return _hour(row[0])


def _in_a_row(parts: Sequence[Series]) -> Series:
    """Of no part, where not one page could be read, too."""
    return Series(*map(_joined, zip(*parts, strict=True))) if parts else series_from([])


def _joined(columns: Iterable[Sequence[int]]) -> list[int]:
    return list(chain.from_iterable(columns))
