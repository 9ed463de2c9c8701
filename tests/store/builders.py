"""What the store's tests book: records in a known home, and a plain model of what comes of it."""

import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.fakes.assigned import assigned
from wattledger.energy.booking_entry import Booked, Entry
from wattledger.energy.home_quantities import Roles
from wattledger.energy.meter import MeterId, Production
from wattledger.energy.period import Calendar
from wattledger.energy.record import MinuteRecord, Origin, RecordDetail
from wattledger.energy.record_columns import series_of
from wattledger.energy.rollup import DaySums, day_sums, quarter_sums
from wattledger.energy.site import Assignment
from wattledger.energy.spans import Span, merged, without
from wattledger.energy.windows import WindowSums
from wattledger.store.books import SqliteBooks
from wattledger.store.journal import SqliteJournal
from wattledger.store.readers import Readers
from wattledger.store.store import Store, open_store
from wattledger.store.writer import Writer
from wattledger.store.writer_memory import WriterMemory

MAINS = MeterId("A0DD6CA0C27C")
PLANT = MeterId("84FCE6367400")
OTHER = MeterId("0CB815FCC358")
HOME = assigned((MAINS,), (PLANT,))
T0 = 1_774_648_800
"""2026-03-28 00:00 in Helsinki, a day before its clocks go forward."""


def calendar(zone: str = "Europe/Helsinki") -> Calendar:
    return Calendar(ZoneInfo(zone))


def record(start: int, seed: int = 0, period_s: int = 60) -> MinuteRecord:
    """Energies that differ with start and seed, some of them zero."""
    mix = (start // 60 * 2_654_435_761 + seed * 40_503) & 0xFFFFFFFF
    imported = [mix % 90_001, (mix >> 7) % 30_011 * (mix & 1), (mix >> 3) % 7]
    exported = [(mix >> 5) % 80_021 * (mix >> 1 & 1), (mix >> 11) % 40_009, 0]
    return MinuteRecord(start, period_s, *imported, *exported)


def entry(
    meter: MeterId,
    start: int,
    seed: int = 0,
    period_s: int = 60,
    origin: Origin = Origin.PUSHED,
    detail: RecordDetail | None = None,
) -> Entry:
    return Entry(meter, record(start, seed, period_s), origin, detail)


def stretch(meter: MeterId, start: int, minutes: int, seed: int = 0) -> list[Entry]:
    return [entry(meter, start + 60 * i, seed) for i in range(minutes)]


def both(start: int, minutes: int) -> list[Entry]:
    return stretch(MAINS, start, minutes) + stretch(PLANT, start, minutes, 1)


@asynccontextmanager
async def home_store(
    path: Path,
    zone: str = "Europe/Helsinki",
    assignment: Assignment = HOME,
    roles: Roles = Roles(),  # noqa: B008 - frozen
    monotonic_s: Callable[[], float] = time.monotonic,
) -> AsyncIterator[Store]:
    async with open_store(path, calendar(zone), roles, monotonic_s=monotonic_s) as store:
        await store.journal.assign(assignment)
        yield store


async def settle(store: Store, now: float) -> None:
    while await store.journal.maintain(now):
        pass


def writer_of(store: Store) -> Writer[WriterMemory]:
    """The writer behind the door, to break things that nothing outside can."""
    assert isinstance(store.journal, SqliteJournal)
    return store.journal._writer


def readers_of(store: Store) -> Readers:
    """The readers behind the door, for tables that no port shows."""
    assert isinstance(store.books, SqliteBooks)
    return store.books._readers


class Model:
    """The books as the law words them, without speed: first wins, one record at a time."""

    def __init__(self) -> None:
        self.records: dict[MeterId, dict[int, MinuteRecord]] = {}
        self.contradictions: set[tuple[MeterId, MinuteRecord]] = set()
        self._taken: dict[MeterId, set[int]] = {}

    def book(self, entries: Iterable[Entry]) -> Booked:
        booked = known = contradicted = 0
        for one in entries:
            own = self.records.setdefault(one.meter, {})
            taken = self._taken.setdefault(one.meter, set())
            minutes = range(one.record.start, one.record.end, 60)
            if taken.isdisjoint(minutes):
                own[one.record.start] = one.record
                taken.update(minutes)
                booked += 1
            elif own.get(one.record.start) == one.record:
                known += 1
            else:
                self.contradictions.add((one.meter, one.record))
                contradicted += 1
        return Booked(booked, known, contradicted)

    def minutes(self, meter: MeterId) -> list[MinuteRecord]:
        return [r for _, r in sorted(self.records.get(meter, {}).items())]

    def gaps(self, meter: MeterId) -> list[Span]:
        spans = merged(Span(r.start, r.end) for r in self.minutes(meter))
        return without([Span(spans[0].start, spans[-1].end)], spans) if spans else []

    def quarters(self, production: Production = Production.POSITIVE) -> list[WindowSums]:
        plant = series_of(self.minutes(PLANT))
        given = plant.turned() if production is Production.NEGATIVE else plant
        return quarter_sums([series_of(self.minutes(MAINS)), given], Roles())

    def days(self, zone: Calendar, roles: Roles, now: int) -> dict[int, DaySums]:
        """Every local day from the first record's to the one before now's."""
        quarters = self.quarters()
        if not quarters:
            return {}
        first = min(r.start for own in self.records.values() for r in own.values())
        civil = list(zone.days(first, now))
        edges = [*map(zone.start_of, civil)]
        return {
            day.toordinal(): day_sums(
                day.toordinal(), [q for q in quarters if start <= q.start < end], start, roles
            )
            for day, (start, end) in zip(civil, pairwise(edges), strict=False)
        }


EVER = Span(0, 1 << 31)


async def assert_agrees(store: Store, model: Model, meters: Sequence[MeterId]) -> None:
    """Minutes and gaps are the model's."""
    for meter in meters:
        assert await store.books.minutes([meter], EVER) == model.minutes(meter)
        gaps = await store.books.gaps(meter)
        assert merged(gap.span for gap in gaps) == model.gaps(meter)
        assert sum(g.span.length_s for g in gaps) == sum(g.length_s for g in model.gaps(meter))
