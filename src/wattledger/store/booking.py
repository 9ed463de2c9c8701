"""Booking: what of a batch is new, what is known, what contradicts; the first record of a span
wins.

A batch is taken meter by meter in rounds. A round of one meter is sorted and does not overlap
itself, so that one look at the gaps tells what of it is free; a batch that does overlap itself
takes several rounds, in the order in which its records came. The rows of all meters go into the
file in key order.
"""

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from operator import itemgetter

from wattledger.energy.booking_entry import Booked, Entry
from wattledger.energy.errors import StoreUnusable
from wattledger.energy.meter import MeterId
from wattledger.energy.record import AHEAD_S, QUARTER_S, MinuteRecord, check_record
from wattledger.energy.spans import Span, merged
from wattledger.store import (
    codec,
    damage_repair,
    gaps,
    hour_checksums,
    outbox,
    redundant_tables,
    rollups,
    row_limits,
)
from wattledger.store.checksum import seal
from wattledger.store.writer_memory import WriterMemory

DAY_S = 86_400
DETAILS_KEPT_S = 92 * DAY_S
_KEPT_ASIDE = (
    "SELECT 1 FROM parked WHERE meter = ?1 UNION SELECT 1 FROM contradictions WHERE meter = ?1"
)
DETAILS_AT_ONCE = 10
"""Five minutes of two meters, which a power cut may take."""


@dataclass(slots=True)
class Sorted:
    """A round of one meter, sorted out."""

    new: list[Entry] = field(default_factory=list)
    known: int = 0
    contradicted: list[Entry] = field(default_factory=list)


def book(
    connection: sqlite3.Connection, memory: WriterMemory, entries: Sequence[Entry], now: float
) -> Booked:
    """Books what is new. Raises BadRecord before anything is written."""
    for entry in entries:
        check_record(entry.record)
    latest_end = int(now) + AHEAD_S
    early = [entry for entry in entries if entry.record.end > latest_end]
    due = [entry for entry in entries if entry.record.end <= latest_end] if early else entries
    let_go: Counter[MeterId] = Counter()
    park(connection, memory, early, now, let_go)
    parked = len(early) - let_go.total()
    damaged, _ = damage_repair.check_tallies(
        connection, memory, _touched(connection, memory, due), now
    )
    memory.noticed.set_aside(damaged)
    rounds = [_book_round(connection, memory, round_, int(now), let_go) for round_ in _rounds(due)]
    _save_bounds(connection, memory)
    return Booked(
        sum(done.booked for done in rounds),
        sum(done.known for done in rounds),
        sum(done.contradicted for done in rounds),
        parked,
        tuple((+let_go).items()),
    )


def _touched(
    connection: sqlite3.Connection, memory: WriterMemory, entries: Sequence[Entry]
) -> Collection[int]:
    """The hours that are about to be written to: a damaged one must not be carried on. None where
    all of them are newer than all that is booked.
    """
    numbers = memory.numbers
    hours = {(entry.meter, entry.record.start // codec.HOUR_S) for entry in entries}
    keys = {
        codec.hour_key(hour * codec.HOUR_S, numbers[meter])
        for meter, hour in hours
        if meter in numbers
    }
    first = min(keys, default=0)
    is_newer = first >= codec.hour_key(memory.newest_end, 0)
    return () if is_newer and not hour_checksums.anything_from(connection, first) else keys


def number_of(connection: sqlite3.Connection, memory: WriterMemory, meter: MeterId) -> int:
    """The meter's number, given now if it has none yet."""
    if meter not in memory.numbers:
        taken = _with_minutes(connection).union(memory.numbers.values())
        number = next((one for one in range(codec.MOST_METERS) if one not in taken), None)
        if number is None:
            raise StoreUnusable(f"the store has no room for more than {codec.MOST_METERS} meters")
        connection.execute("INSERT INTO meters (number, meter) VALUES (?, ?)", (number, meter))
        redundant_tables.keep(connection, "meters")
        memory.enrol(meter, number)
    return memory.numbers[meter]


def _with_minutes(connection: sqlite3.Connection) -> set[int]:
    """The numbers under which something is booked, also of a meter that is not known."""
    query = f"SELECT DISTINCT {codec.METER_OF_KEY} FROM hours"  # noqa: S608
    return {number for (number,) in connection.execute(query)}


def forget_empty(
    connection: sqlite3.Connection, memory: WriterMemory, bound: Collection[MeterId]
) -> None:
    """Meters that have no name any more and never gave a minute: their numbers are given again."""
    empty = [
        (meter, number)
        for meter, number in memory.numbers.items()
        if meter not in bound and number not in memory.bounds
    ]
    kept = _with_minutes(connection) if empty else ()
    for meter, number in empty:
        if number in kept or connection.execute(_KEPT_ASIDE, (number,)).fetchone():
            continue
        connection.execute("DELETE FROM counters WHERE meter = ?", (number,))
        connection.execute("DELETE FROM meters WHERE number = ?", (number,))
        memory.forget(meter)
    if empty:
        redundant_tables.keep(connection, "meters")


def _rounds(entries: Sequence[Entry]) -> Iterator[list[tuple[MeterId, list[Entry]]]]:
    by_meter: dict[MeterId, list[Entry]] = {}
    for entry in entries:
        by_meter.setdefault(entry.meter, []).append(entry)
    runs = {meter: list(_runs(own)) for meter, own in by_meter.items()}
    for round_ in zip_longest(*runs.values()):
        yield [(meter, run) for meter, run in zip(runs, round_, strict=True) if run]


def _runs(entries: list[Entry]) -> Iterator[list[Entry]]:
    """One run when sorting leaves no overlap; else cut, in the order they came, before each step
    back.
    """
    in_order = sorted(entries, key=_start_of)
    if not _overlaps_itself(in_order):
        yield in_order
        return
    run: list[Entry] = []
    for entry in entries:
        if run and entry.record.start < run[-1].record.end:
            yield run
            run = []
        run.append(entry)
    yield run


def _overlaps_itself(in_order: Sequence[Entry]) -> bool:
    end = 0
    for entry in in_order:
        start, period_s = entry.record[:2]
        if start < end:
            return True
        end = start + period_s
    return False


def _spans(in_order: Iterable[Entry]) -> list[Span]:
    """What records, sorted and apart, cover; as `merged` would say, at a third of its price."""
    spans = []
    begin = end = 0
    for entry in in_order:
        start, period_s = entry.record[:2]
        if start != end:
            spans.append(Span(begin, end))
            begin = start
        end = start + period_s
    spans.append(Span(begin, end))
    return spans[1:]


def _start_of(entry: Entry) -> int:
    return entry.record.start


def _book_round(
    connection: sqlite3.Connection,
    memory: WriterMemory,
    round_: Sequence[tuple[MeterId, list[Entry]]],
    came_at: int,
    let_go: Counter[MeterId],
) -> Booked:
    counts = [0, 0, 0]
    new: list[tuple[int, list[Entry]]] = []
    for meter, entries in round_:
        number = number_of(connection, memory, meter)
        outcome = _sort_out(connection, memory, number, entries, came_at)
        surplus = _contradict(connection, memory, number, outcome.contradicted, came_at)
        let_go[meter] += surplus
        if outcome.new:
            new.append((number, outcome.new))
        contradicted = len(outcome.contradicted) - surplus
        for at, count in enumerate((len(outcome.new), outcome.known, contradicted)):
            counts[at] += count
    _write(connection, memory, new)
    return Booked(counts[0], counts[1], counts[2])


def _sort_out(
    connection: sqlite3.Connection,
    memory: WriterMemory,
    number: int,
    entries: list[Entry],
    came_at: int,
) -> Sorted:
    bounds = memory.bounds.get(number)
    hull = Span(entries[0].record.start, entries[-1].record.end)
    if bounds is None or hull.start >= bounds.end:
        return Sorted(entries)
    if not gaps.stand(connection, number):
        damage_repair.make_gaps_anew(connection, memory, number, came_at)
    free = gaps.free_spans(connection, number, bounds, hull)
    if gaps.is_free(hull, free):
        return Sorted(entries)
    outcome = Sorted()
    taken = []
    for entry in entries:
        if gaps.is_free(Span(entry.record.start, entry.record.end), free):
            outcome.new.append(entry)
        else:
            taken.append(entry)
    booked = _booked_among(connection, number, taken)
    for entry in taken:
        if booked.get(entry.record.start) == entry.record:
            outcome.known += 1
        else:
            outcome.contradicted.append(entry)
    return outcome


def _booked_among(
    connection: sqlite3.Connection, number: int, entries: Sequence[Entry]
) -> dict[int, MinuteRecord]:
    """The meter's booked records around those of `entries`, by start."""
    spans = merged(Span(e.record.start, e.record.end + QUARTER_S) for e in entries)
    booked: dict[int, MinuteRecord] = {}
    for span in spans:
        rows = connection.execute(
            f"SELECT {codec.RECORD_COLUMNS} FROM minutes WHERE {codec.OF_A_METER}",  # noqa: S608
            (*codec.keys_of(span), number),
        )
        booked.update((row[0], MinuteRecord._make(row)) for row in rows)
    return booked


def _contradict(
    connection: sqlite3.Connection,
    memory: WriterMemory,
    number: int,
    entries: Sequence[Entry],
    came_at: int,
) -> int:
    """Keeps them aside; how many were let go."""
    if not entries:
        return 0
    return row_limits.keep(
        connection,
        "INSERT OR IGNORE INTO contradictions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(e, (number, *e.record, codec.ORIGIN_NUMBERS[e.origin], came_at)) for e in entries],
        row_limits.contradictions_of(connection, memory, number, came_at),
        came_at,
    )


def _write(
    connection: sqlite3.Connection, memory: WriterMemory, new: Sequence[tuple[int, list[Entry]]]
) -> None:
    if not new:
        return
    rows = [
        codec.minute_row(e.record, number, e.origin) for number, entries in new for e in entries
    ]
    rows.sort()
    connection.executemany("INSERT INTO minutes VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    _carry_on(connection, rows)
    outbox.enter(connection, memory, [row[0] for row in rows])
    for number, entries in new:
        bounds = memory.bounds.get(number)
        memory.book(number, gaps.fill(connection, number, bounds, _spans(entries)))
    _write_details(connection, memory, new)
    rollups.mark(connection, memory, new)


def _carry_on(connection: sqlite3.Connection, rows: Sequence[codec.MinuteRow]) -> None:
    """The tallies of the hours, from what is written and not from what is there."""
    totals = []
    for key, tally in hour_checksums.of_rows(rows).items():
        before = hour_checksums.kept(connection, key)
        totals.append((key, tally.plus(before.tally) if before else tally))
    hour_checksums.keep(connection, totals)


def _write_details(
    connection: sqlite3.Connection, memory: WriterMemory, new: Sequence[tuple[int, list[Entry]]]
) -> None:
    kept_from = details_kept_from(memory)
    memory.keep_details(
        (codec.minute_key(entry.record.start, number), *codec.scaled(entry.detail))
        for number, entries in new
        for entry in entries
        if entry.detail is not None and entry.record.start >= kept_from
    )
    if len(memory.details) >= DETAILS_AT_ONCE:
        write_details(connection, memory)


def write_details(connection: sqlite3.Connection, memory: WriterMemory) -> None:
    """Those that wait: a page of theirs with each minute would be a third of all that is written,
    and no answer is made of them.
    """
    rows = sorted(memory.take_details(), key=itemgetter(0))
    connection.executemany(f"INSERT OR REPLACE INTO details VALUES (?{', ?' * 12})", rows)  # noqa: S608


def details_kept_from(memory: WriterMemory) -> int:
    """Whole days before the newest record: what a meter stamped is not expired by our clock."""
    return (memory.newest_end - DETAILS_KEPT_S) // DAY_S * DAY_S


def _save_bounds(connection: sqlite3.Connection, memory: WriterMemory) -> None:
    """Writes bounds that have a new start, or whose end has come to another UTC day."""
    for number, span in memory.bounds.items():
        saved = memory.saved.get(number)
        if saved and saved.start == span.start and saved.end // DAY_S == span.end // DAY_S:
            continue
        connection.execute(
            "UPDATE meters SET first_start = ?, last_end = ? WHERE number = ?", (*span, number)
        )
        memory.save(number, span)


def park(
    connection: sqlite3.Connection,
    memory: WriterMemory,
    entries: Sequence[Entry],
    now: float,
    let_go: Counter[MeterId],
) -> None:
    """Keeps entries until the clock is trusted; one that is parked already is not parked twice."""
    for entry in entries:
        number = number_of(connection, memory, entry.meter)
        detail = (None,) * 12 if entry.detail is None else codec.scaled(entry.detail)
        origin = codec.ORIGIN_NUMBERS[entry.origin]
        detailed = entry.detail is not None
        record = (entry.record.end, number, *entry.record, origin)
        let_go[entry.meter] += row_limits.keep(
            connection,
            f"INSERT OR IGNORE INTO parked VALUES (NULL{', ?' * 25})",  # noqa: S608
            [(entry, (*record, detailed, *detail, seal(record)))],
            row_limits.parked_of(connection, memory, number, now),
            now,
        )
