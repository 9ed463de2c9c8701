"""Roll-ups in the file: marked missing when a minute changes them, written once when their window
closes.

A row in `quarters` or `days` is right or it is not there. Where a day has its row, every quarter-
hour of it that has a record has one too. A window closes 90 s after its end, or when each role's
meter has booked past it; a late record takes its rows away in its own transaction.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress

from wattledger.energy.booking_entry import Entry
from wattledger.energy.errors import StoreError
from wattledger.energy.meter import PHASES
from wattledger.energy.record import QUARTER_S
from wattledger.energy.record_columns import Series, series_of
from wattledger.energy.rollup import DaySums, day_sums, quarter_sums
from wattledger.energy.site import MeasuredSource, quantity_series
from wattledger.energy.spans import Span, merged
from wattledger.energy.windows import WindowSums
from wattledger.store import checked_minutes, outbox
from wattledger.store.codec import (
    NETTINGS,
    day_key,
    day_keys,
    day_rows,
    quarter_keys,
    quarter_rows,
)
from wattledger.store.noticed_damage import NoticedDamage
from wattledger.store.row_checksums import sealed
from wattledger.store.writer_memory import WriterMemory

FEW_DAYS = 3
FEW_QUARTERS = 8
"""What a booking settles in its own transaction: the windows it closes, not those of an import."""
EMPTY_DAY = 4
"""What an empty day costs to settle, in quarters."""


class Doubt(StoreError):
    """Minutes are not as they were booked: what is made of them now would be made for good."""


def mark(
    connection: sqlite3.Connection, memory: WriterMemory, new: Sequence[tuple[int, list[Entry]]]
) -> None:
    """Takes away the rows that new records change, and notes them as missing."""
    concerned = memory.rolled_up
    take_away(
        connection,
        memory,
        {
            e.record.start // QUARTER_S
            for number, entries in new
            if number in concerned
            for e in entries
        },
    )


def take_away(
    connection: sqlite3.Connection, memory: WriterMemory, quarters: Collection[int]
) -> None:
    """The rows of these quarters and of their days, which are noted as missing."""
    pending = memory.pending
    lost_days: list[int] = []
    lost_quarters: list[int] = []
    for ordinal, own in _by_day(memory, sorted(quarters)):
        pending.reach(ordinal, ordinal + 1)
        if ordinal not in pending.days:
            lost_days.append(ordinal)
        known = pending.days.get(ordinal, frozenset())
        lost_quarters += [quarter for quarter in own if known is None or quarter not in known]
        pending.lose(ordinal, own)
    keys = [(key,) for quarter in lost_quarters for key in quarter_keys(quarter, memory.roles)]
    connection.executemany("DELETE FROM quarters WHERE key = ?", keys)
    for ordinal in lost_days:
        _delete_day(connection, memory, ordinal)
    outbox.enter_days(connection, memory, lost_days)


def forget_day(connection: sqlite3.Connection, memory: WriterMemory, ordinal: int) -> None:
    """A day whose rows are to be made anew, whatever its quarters are."""
    _delete_day(connection, memory, ordinal)
    memory.pending.lose_day(ordinal)


def _delete_day(connection: sqlite3.Connection, memory: WriterMemory, ordinal: int) -> None:
    keys = [(key,) for key in day_keys(ordinal, memory.roles)]
    connection.executemany("DELETE FROM days WHERE key = ?", keys)


def _by_day(memory: WriterMemory, quarters: Iterable[int]) -> Iterator[tuple[int, list[int]]]:
    """Quarter numbers, sorted, by the local day they lie in."""
    ordinal, end, own = 0, -1, list[int]()
    for quarter in quarters:
        if quarter * QUARTER_S >= end:
            if own:
                yield ordinal, own
            ordinal, own = memory.calendar.ordinal_at(quarter * QUARTER_S), []
            end = memory.calendar.start_of_ordinal(ordinal + 1)
        own.append(quarter)
    if own:
        yield ordinal, own


def settle_few(connection: sqlite3.Connection, memory: WriterMemory, now: float) -> None:
    """Writes what has closed, where that is little; else leaves it for `settle_day`."""
    reach_now(memory, now)
    closed_to = memory.closed_to(now)
    if len(memory.pending.days) > FEW_DAYS:
        return
    for ordinal in sorted(memory.pending.days):
        missing = memory.pending.days[ordinal]
        closed = None if missing is None else _closed(missing, closed_to)
        if closed is not None and len(closed) <= FEW_QUARTERS:
            with suppress(Doubt):
                _settle_day(connection, memory, ordinal, closed_to)


def settle_some(
    connection: sqlite3.Connection, memory: WriterMemory, now: float, quarters_at_once: int
) -> bool:
    """Settles days, newest first, until about so many quarters are written; an empty day counts
    few. True while more is left that can be settled now.
    """
    reach_now(memory, now)
    closed_to = memory.closed_to(now)
    left = quarters_at_once
    doubtful = 0
    for ordinal in list(_settleable(memory, closed_to)):
        try:
            left -= _settle_day(connection, memory, ordinal, closed_to) + EMPTY_DAY
        except Doubt:
            doubtful += 1
            left -= EMPTY_DAY
        if left <= 0:
            break
    return sum(1 for _ in _settleable(memory, closed_to)) > doubtful


def _settleable(memory: WriterMemory, closed_to: int) -> Iterator[int]:
    for ordinal in sorted(memory.pending.days, reverse=True):
        missing = memory.pending.days[ordinal]
        waits = missing is None or _closed(missing, closed_to)
        if waits or memory.calendar.start_of_ordinal(ordinal + 1) <= closed_to:
            yield ordinal


def reach_now(memory: WriterMemory, now: float) -> None:
    """Days come to their end also while no meter answers."""
    span = memory.rolled_up_span()
    if span is not None and now > span.end:
        last = memory.calendar.ordinal_at(int(now))
        memory.pending.reach(memory.calendar.ordinal_at(span.start), last + 1)


def _closed(quarters: Iterable[int], closed_to: int) -> list[int]:
    return sorted(quarter for quarter in quarters if (quarter + 1) * QUARTER_S <= closed_to)


def _settle_day(
    connection: sqlite3.Connection, memory: WriterMemory, ordinal: int, closed_to: int
) -> int:
    """Writes the closed quarters that this day lacks, and the day itself when it has closed.

    How many quarters it was about.
    """
    span = Span(
        memory.calendar.start_of_ordinal(ordinal), memory.calendar.start_of_ordinal(ordinal + 1)
    )
    missing = memory.pending.days[ordinal]
    if missing is None or len(missing) > FEW_QUARTERS:
        windows = windows_between(connection, memory, span)
        missing = frozenset(window.start // QUARTER_S for window in windows)
        _write_quarters(connection, (w for w in windows if w.start + QUARTER_S <= closed_to))
    else:
        for part in _stretches(_closed(missing, closed_to)):
            _write_quarters(connection, windows_between(connection, memory, part))
        windows = windows_between(connection, memory, span) if span.end <= closed_to else []
    memory.pending.settle(ordinal, missing.difference(_closed(missing, closed_to)))
    if span.end <= closed_to:
        _write_day(connection, day_sums(ordinal, windows, span.start, memory.roles))
        outbox.enter_days(connection, memory, [ordinal])
        memory.pending.settle_day(ordinal)
    return len(windows)


def _stretches(quarter_numbers: Iterable[int]) -> list[Span]:
    return merged(Span(n * QUARTER_S, (n + 1) * QUARTER_S) for n in quarter_numbers)


def _write_day(connection: sqlite3.Connection, day: DaySums) -> None:
    rows = [
        sealed(row)
        for netting, energies in day.energies.items()
        for row in day_rows(day.ordinal, netting, energies)
    ]
    connection.executemany(f"INSERT OR REPLACE INTO days VALUES (?{', ?' * 10})", rows)  # noqa: S608


def _write_quarters(connection: sqlite3.Connection, windows: Iterable[WindowSums]) -> None:
    connection.executemany(
        f"INSERT OR REPLACE INTO quarters VALUES (?{', ?' * 19})",  # noqa: S608
        [sealed(row) for window in windows for row in quarter_rows(window)],
    )


def windows_between(
    connection: sqlite3.Connection, memory: WriterMemory, span: Span
) -> list[WindowSums]:
    """The quarters of `span` from their minutes. Raises Doubt where these are not as booked."""
    noticed = NoticedDamage()
    series = [
        quantity_series(
            sources, [_series(connection, memory, one, span, noticed) for one in sources]
        )
        for sources in map(memory.assignment.of, memory.roles.quantities)
    ]
    if doubt := noticed.take():
        memory.noticed.also(doubt)
        raise Doubt
    return quarter_sums(series, memory.roles)


def _series(
    connection: sqlite3.Connection,
    memory: WriterMemory,
    source: MeasuredSource,
    span: Span,
    noticed: NoticedDamage,
) -> Series:
    numbers, phases = memory.numbers_of(source.meters), source.source.phases
    if len(phases) == len(PHASES):
        return checked_minutes.series_of(connection, numbers, span, noticed)
    return series_of(checked_minutes.minutes_of(connection, numbers, span, noticed), phases)


def drop(connection: sqlite3.Connection, memory: WriterMemory) -> None:
    """Forgets every roll-up: they were of other meters, another zone, other roles."""
    outbox.enter_all_days(connection, memory)
    connection.execute("DELETE FROM quarters")
    connection.execute("DELETE FROM days")


def find_pending(connection: sqlite3.Connection, memory: WriterMemory) -> None:
    """Which days lack their row, from the file."""
    span = memory.rolled_up_span()
    if span is None:
        memory.pending.begin(range(0), ())
        return
    settled = {
        key
        for (key,) in connection.execute(
            "SELECT key FROM days WHERE key < ?", (day_key(0, NETTINGS[1]),)
        )
    }
    last = max(memory.calendar.ordinal_at(span.end - 1), max(settled, default=0))
    memory.pending.begin(range(memory.calendar.ordinal_at(span.start), last + 1), settled)
