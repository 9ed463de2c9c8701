"""A store that is watched over, of one meter, in memory."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

from tests.fakes.books import MemoryBooks
from tests.fakes.clock import ManualClock
from tests.fakes.integrity import MemoryIntegrity
from tests.fakes.journal import MemoryJournal
from tests.fakes.meter import FakeMeter
from wattledger.energy.fault import FaultKind
from wattledger.energy.meter import MeterId, MeterLabel, Role
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar
from wattledger.energy.record import MinuteRecord
from wattledger.energy.site import Site
from wattledger.energy.spans import Span
from wattledger.flow.backfill import Backfill
from wattledger.flow.bookkeeper import Bookkeeper
from wattledger.flow.books_context import BooksContext
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.damage_healing import FromCopy
from wattledger.flow.meter_counters import CounterKeeper, Epochs
from wattledger.flow.notifier import Notifier
from wattledger.flow.server_clock import ServerClock
from wattledger.flow.store_integrity import StoreIntegrity
from wattledger.flow.store_write_health import StoreWriteHealth

MAINS = MeterId("A0DD6CA0C27C")
SOLAR = MeterId("A0DD6CA0C27D")
CALENDAR = Calendar(ZoneInfo("Europe/Helsinki"))
NOON = 1_750_000_020
HOUR = Span(NOON, NOON + 3_600)
RECORD = MinuteRecord(NOON, 60, 1, 2, 3, 4, 5, 6)


class Stage:
    def __init__(self, from_copy: FromCopy | None = None, at_s: float = NOON + 7_200.0) -> None:
        self.clock = ManualClock(at_s)
        self.meter = meter = FakeMeter("mains", Role.GRID, MAINS, self.clock)
        site = Site("Home", CALENDAR, Netting.QUARTER, (MeterLabel.of("mains", Role.GRID),))
        self.books = MemoryBooks(site)
        self.journal = MemoryJournal(self.books)
        self.steps = steps = ClockSteps(self.clock)
        state = StoreWriteHealth(self.clock)
        self.bookkeeper = Bookkeeper(self.journal, self.clock, lambda: 1, Notifier(), state)
        server_clock = ServerClock(self.clock, steps, [meter], self.books)
        self.context = context = BooksContext(
            self.books, self.bookkeeper, CALENDAR, self.clock, steps, server_clock
        )
        self.counters = CounterKeeper(self.bookkeeper, Epochs(), self.clock)
        self.backfill = Backfill(meter, context, self.counters)
        self.integrity = MemoryIntegrity()
        self.keeping = StoreIntegrity(self.integrity, context, [self.backfill], from_copy)

    def add_solar(self) -> Backfill:
        """A second meter of the same store."""
        meter = FakeMeter("solar", Role.SOLAR, SOLAR, self.clock)
        backfill = Backfill(meter, self.context, self.counters)
        backfills = [backfill, self.backfill]
        self.keeping = StoreIntegrity(self.integrity, self.context, backfills)
        return backfill

    async def tick(self, later_s: float = 0.0) -> None:
        self.clock.advance(later_s)
        await self.keeping._tick()

    async def set_clock(self, wall_s: float) -> None:
        """Five seconds later, and noticed."""
        self.clock.advance(5.0)
        self.clock.wall_s = wall_s
        self.steps.look()
        await self.tick()

    @property
    def given_up(self) -> Mapping[MeterId, list[Span]]:
        return self.keeping._healing.given_up

    @asynccontextmanager
    async def booking(self) -> AsyncIterator[None]:
        work = asyncio.ensure_future(self.bookkeeper.run())
        yield
        self.bookkeeper.stop()
        await work

    async def meter_lists(self, *spans: Span) -> None:
        """And is looked at."""
        self.meter.listed = list(spans)
        self.backfill.connected(MAINS, is_other=False)
        await self.backfill._catch_up(MAINS)

    @property
    def told(self) -> list[FaultKind]:
        return [fault.kind for fault in self.keeping.standing()]
