"""From where to where each meter is booked, from what is checked: tallies, their minutes, gaps.

`meters` has it too, for whoever reads the file by hand, and where nothing of a meter is there any
more; one flipped bit there must not hide a year.
"""

import sqlite3

from wattledger.energy.record import EARLIEST_S, LATEST_S, MINUTE_S, QUARTER_S
from wattledger.energy.spans import Span, merged, total_s, within
from wattledger.store import codec, gaps, hour_checksums
from wattledger.store.hour_checksums import whole
from wattledger.store.row_checksums import STANDS

DAY_S = 86_400
_SAVED = (
    "SELECT number, first_start, last_end FROM meters "
    "WHERE first_start >= ? AND first_start < last_end AND last_end <= ?"
)
"""What `meters` says, but for what no meter's record can have said."""


def find(connection: sqlite3.Connection) -> dict[int, Span]:
    """By meter number, from the first record's start to the last one's end; a gap at an edge is
    what was booked and damaged there.
    """
    spans = dict(_of_gaps(connection))
    for number, first, last in _of_tallies(connection):
        start = _start(connection, number, first)
        booked = Span(start, _end(connection, number, last, start))
        known = spans.get(number, booked)
        spans[number] = Span(min(booked.start, known.start), max(booked.end, known.end))
    return spans


def widen(connection: sqlite3.Connection, spans: dict[int, Span]) -> None:
    """Hours of which the tally is lost at an edge, with its page: minutes lie there, and `meters`
    says so too. They are part of what is booked, until they are dealt with; so is all of a meter
    that has lost everything.
    """
    rows = connection.execute(_SAVED, (EARLIEST_S, LATEST_S + QUARTER_S)).fetchall()
    for number, first_start, last_end in rows:
        saved = whole(Span(first_start, -(-last_end // DAY_S) * DAY_S))
        known = spans.get(number, Span(saved.end, saved.end))
        for part in (Span(saved.start, known.start), Span(known.end, saved.end)):
            if found := _minutes_in(connection, number, part):
                own = spans.get(number, found)
                spans[number] = Span(min(own.start, found.start), max(own.end, found.end))
        spans.setdefault(number, Span(first_start, last_end))


def _minutes_in(connection: sqlite3.Connection, number: int, span: Span) -> Span | None:
    keys = (*codec.keys_of(span), number)
    inside = f"FROM minutes WHERE {codec.OF_A_METER} ORDER BY key"
    first = connection.execute(f"SELECT key {inside} LIMIT 1", keys).fetchone()
    last = connection.execute(f"SELECT key {inside} DESC LIMIT 1", keys).fetchone()
    if first is None or last is None or first == last:  # a single one may itself be misplaced
        return None
    start, end = (codec.start_of(key) for (key,) in (first, last))
    return Span(start, end + 60)


def _of_gaps(connection: sqlite3.Connection) -> list[tuple[int, Span]]:
    rows = connection.execute(
        f"SELECT meter, min(start), max(end) FROM gaps WHERE {STANDS['gaps']} GROUP BY meter"  # noqa: S608
    )
    return [(number, Span(start, end)) for number, start, end in rows]


def _of_tallies(connection: sqlite3.Connection) -> list[tuple[int, int, int]]:
    """Of each meter the first and last hour; all seals are looked at only if one is broken."""
    by_meter = f"SELECT {codec.METER_OF_KEY}, min(key), max(key) FROM hours {{}} GROUP BY 1"  # noqa: S608
    rows = connection.execute(by_meter.format("")).fetchall()
    ends = [key for _, *both in rows for key in both]
    if all(hour_checksums.kept_stands(connection, key) for key in ends):
        return rows
    return connection.execute(by_meter.format(f"WHERE {hour_checksums.STANDS}")).fetchall()


def _start(connection: sqlite3.Connection, number: int, hour: int) -> int:
    """A damaged first hour begins where `meters` says, if that lies in it: what is set aside would
    else leave a gap before the meter's first minute, which nothing ever fills.
    """
    span = codec.hour_span(hour)
    if hour_checksums.confirmed(connection, hour) is None:
        which = "SELECT first_start FROM meters WHERE number = ? AND first_start BETWEEN ? AND ?"
        saved = connection.execute(which, (number, span.start, span.end)).fetchone()
        return int(saved[0]) if saved else span.start
    start = _edge(connection, f"min({codec.START_OF_KEY})", number, hour)
    return max(start, span.start) if start else span.start


def _end(connection: sqlite3.Connection, number: int, hour: int, first_start: int) -> int:
    span = codec.hour_span(hour)
    end = _edge(connection, f"max({codec.START_OF_KEY} + {codec.PERIOD_S})", number, hour)
    return min(end or _end_told(connection, number, hour, first_start), span.end)


def _end_told(connection: sqlite3.Connection, number: int, hour: int, first_start: int) -> int:
    """Of a last hour that has lost all its minutes, by its tally: the rest of the running hour was
    never booked, and is no damage.
    """
    span = codec.hour_span(hour)
    kept = hour_checksums.kept(connection, hour)
    if kept is None or not kept.stands(hour):
        return span.end
    known = merged(gap.span for gap in gaps.overlapping(connection, number, span))
    open_s = total_s(within(known, span))
    return max(span.start, first_start) + kept.tally.minutes * MINUTE_S + open_s


def _edge(connection: sqlite3.Connection, edge: str, number: int, hour: int) -> int | None:
    row = connection.execute(
        f"SELECT {edge} FROM minutes WHERE {codec.OF_A_METER}",  # noqa: S608
        (*codec.keys_in_hour(hour), number),
    ).fetchone()
    return row[0] if isinstance(row[0], int) else None
