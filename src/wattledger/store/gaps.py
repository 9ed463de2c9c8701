"""Gaps: exactly what is not booked between a meter's first and last minute, kept with every
booking.

So they also tell what is free to be booked, without looking at the minutes.
"""

import sqlite3
from bisect import bisect_right
from collections.abc import Sequence

from wattledger.energy.booking_entry import Gap, GapReason
from wattledger.energy.spans import Span, merged, without
from wattledger.store.codec import REASON_NUMBERS, REASONS
from wattledger.store.row_checksums import STANDS, sealed

FOREVER = Span(-(1 << 62), 1 << 62)
_OVERLAPPING = """
SELECT start, end, reason FROM gaps WHERE meter = :meter AND start < :end AND start >= ifnull(
    (SELECT max(start) FROM gaps WHERE meter = :meter AND start <= :start), :start) AND end > :start
ORDER BY start
"""


def overlapping(connection: sqlite3.Connection, number: int, span: Span) -> list[Gap]:
    """The meter's gaps of which some part lies in `span`, whole, sorted."""
    rows = connection.execute(_OVERLAPPING, {"meter": number, "start": span.start, "end": span.end})
    return [
        Gap(Span(start, end), reason_from(reason)) for start, end, reason in rows if start < end
    ]


def reason_from(number: int) -> GapReason:
    """A damaged number is an outage until the gaps are made anew."""
    return REASONS[number] if number in range(len(REASONS)) else GapReason.OUTAGE


def stand(connection: sqlite3.Connection, number: int) -> bool:
    """Whether all of the meter's gaps are as they were written."""
    row = connection.execute(
        f"SELECT count(*), total({STANDS['gaps']}) FROM gaps WHERE meter = ?",  # noqa: S608
        (number,),
    ).fetchone()
    return bool(row[0] == row[1])


def free_spans(connection: sqlite3.Connection, number: int, bounds: Span, hull: Span) -> list[Span]:
    """Where in `hull` the meter has nothing booked, and whole gaps at its edges; sorted."""
    free = [gap.span for gap in overlapping(connection, number, hull)]
    if hull.start < bounds.start:
        free.insert(0, Span(hull.start, bounds.start))
    if hull.end > bounds.end:
        free.append(Span(bounds.end, hull.end))
    return free


def is_free(span: Span, free: Sequence[Span]) -> bool:
    """Whether all of `span` lies in one of the free ones."""
    at = bisect_right(free, span.start, key=lambda one: one.start) - 1
    return at >= 0 and free[at].end >= span.end


def fill(
    connection: sqlite3.Connection, number: int, bounds: Span | None, booked: Sequence[Span]
) -> Span:
    """Keeps the gaps true when `booked`, sorted and apart and free until now, is booked; the new
    bounds.
    """
    hull = Span(booked[0].start, booked[-1].end)
    if bounds is None:
        _insert(connection, number, [Gap(s, GapReason.OUTAGE) for s in without([hull], booked)])
        return hull
    holes = []
    if hull.start < bounds.start:
        holes.append(Span(hull.start, bounds.start))
    if hull.end > bounds.end:
        holes.append(Span(bounds.end, hull.end))
    new = [Gap(span, GapReason.OUTAGE) for span in without(holes, booked)]
    if hull.start < bounds.end and hull.end > bounds.start:
        old = overlapping(connection, number, hull)
        left = [Gap(span, gap.reason) for gap in old for span in without([gap.span], booked)]
        _replace(connection, number, old, left)
    _insert(connection, number, new)
    return Span(min(hull.start, bounds.start), max(hull.end, bounds.end))


def open_up(connection: sqlite3.Connection, number: int, span: Span, reason: GapReason) -> None:
    """What of `span` is no gap yet becomes one: what was booked there is not any more."""
    old = overlapping(connection, number, span)
    new = without([span], merged(gap.span for gap in old))
    _insert(connection, number, [Gap(part, reason) for part in new])


def make_anew(
    connection: sqlite3.Connection, number: int, span: Span, booked: Sequence[Span]
) -> bool:
    """Makes the gaps of `span` exactly what is not `booked`; whether they were not.

    A reason is kept where there was a gap before.
    """
    old = [
        Gap(Span(max(gap.span.start, span.start), min(gap.span.end, span.end)), gap.reason)
        for gap in overlapping(connection, number, span)
    ]
    missing = without([span], booked)
    if merged(gap.span for gap in old) == missing:
        return False
    kept = [Gap(part, gap.reason) for gap in old for part in without([gap.span], booked)]
    outside = [
        Gap(part, gap.reason)
        for gap in overlapping(connection, number, span)
        for part in without([gap.span], [span])
    ]
    rest = without(missing, merged(gap.span for gap in kept))
    _replace(
        connection,
        number,
        overlapping(connection, number, span),
        _joined([*outside, *kept, *(Gap(part, GapReason.OUTAGE) for part in rest)]),
    )
    return True


def explain(connection: sqlite3.Connection, number: int, span: Span, reason: GapReason) -> None:
    """Gives the part of the gaps inside `span` its reason; neighbours of one reason become one."""
    old = overlapping(connection, number, Span(span.start - 1, span.end + 1))
    pieces: list[Gap] = []
    for gap in old:
        inside = Span(max(gap.span.start, span.start), min(gap.span.end, span.end))
        pieces += [Gap(rest, gap.reason) for rest in without([gap.span], [inside])]
        pieces.append(Gap(inside, reason))
    _replace(connection, number, old, _joined(pieces))


def _joined(pieces: Sequence[Gap]) -> list[Gap]:
    joined: list[Gap] = []
    for gap in sorted(pieces, key=lambda one: one.span):
        if gap.span.end <= gap.span.start:
            continue
        last = joined[-1] if joined else None
        if last and last.span.end == gap.span.start and last.reason is gap.reason:
            joined[-1] = Gap(Span(last.span.start, gap.span.end), gap.reason)
        else:
            joined.append(gap)
    return joined


def _replace(
    connection: sqlite3.Connection, number: int, old: Sequence[Gap], new: Sequence[Gap]
) -> None:
    kept = set(old) & set(new)
    connection.executemany(
        "DELETE FROM gaps WHERE meter = ? AND start = ?",
        [(number, gap.span.start) for gap in old if gap not in kept],
    )
    _insert(connection, number, [gap for gap in new if gap not in kept])


def _insert(connection: sqlite3.Connection, number: int, gaps: Sequence[Gap]) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO gaps (meter, start, end, reason, seal) VALUES (?, ?, ?, ?, ?)",
        [sealed((number, *gap.span, REASON_NUMBERS[gap.reason])) for gap in gaps],
    )
