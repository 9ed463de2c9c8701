"""A meter, real books, and the tail between them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.fakes.clock import ManualClock
from tests.fakes.meter import FakeMeter
from wattledger.energy.booking_entry import Entry, GapReason
from wattledger.energy.fault import Fault
from wattledger.energy.home_quantities import Roles
from wattledger.energy.meter import Role
from wattledger.energy.period import Calendar
from wattledger.energy.record import Counters, MinuteRecord, Origin
from wattledger.energy.spans import Span
from wattledger.flow.backfill import Backfill, BackfillTiming
from wattledger.flow.bookkeeper import Bookkeeper
from wattledger.flow.books_context import BooksContext
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.meter_counters import CounterKeeper, Epochs
from wattledger.flow.notifier import Notifier
from wattledger.flow.server_clock import ServerClock
from wattledger.flow.store_write_health import StoreWriteHealth
from wattledger.store.store import Store, open_store

HELSINKI = Calendar(ZoneInfo("Europe/Helsinki"))
MIDNIGHT = 1_750_021_200
"""2025-06-16 00:00 in Helsinki."""
NOON = MIDNIGHT + 12 * 3_600


class Scene:
    """A meter, real books, and the tail between them."""

    def __init__(
        self,
        store: Store,
        clock: ManualClock,
        timing: BackfillTiming,
        bookkeeper: type[Bookkeeper] = Bookkeeper,
    ) -> None:
        self.store = store
        self.clock = clock
        self.meter = FakeMeter("mains", Role.GRID, "A0DD6CA0C27C", clock)
        self.meter.counters = Counters(NOON - 60, (0, 0, 0, 0, 0, 0))
        notifier = Notifier()
        self.booked = notifier.wakes(asyncio.Event())
        self.steps = ClockSteps(clock)
        self.bookkeeper = bookkeeper(
            store.journal, clock, lambda: 1, notifier, StoreWriteHealth(clock)
        )
        server_clock = ServerClock(clock, self.steps, [self.meter], store.books)
        context = BooksContext(
            store.books, self.bookkeeper, HELSINKI, clock, self.steps, server_clock
        )
        self.counters = CounterKeeper(self.bookkeeper, Epochs(), clock)
        self.backfill = Backfill(self.meter, context, self.counters, timing)

    def connect(self, *, is_other: bool = False) -> None:
        self.counters.identified(self.meter.identity)
        self.backfill.connected(self.meter.meter, is_other=is_other)

    def faults(self) -> list[Fault]:
        """What the tail says is wrong, each wait that is over as the fault that it is."""
        now_s = self.clock.monotonic_s()
        return [
            one if isinstance(one, Fault) else Fault(one.kind, one.detail)
            for one in self.backfill.standing()
            if isinstance(one, Fault) or now_s - one.since_s >= one.allowed_s
        ]

    def remember(self, starts: Iterable[int]) -> None:
        """The meter counted these minutes; each with energies of its own."""
        for start in starts:
            energy = start % 7_919
            self.meter.memory[start] = MinuteRecord(start, 60, energy, 1, 0, 0, energy // 3, 0)

    async def new_minutes_with_a_hole(self) -> None:
        """While history is being fetched, time goes on and one of the pushes is lost."""
        self.meter.after_page = None
        self.clock.advance(360)
        self.remember(minutes(NOON - 180, NOON + 300))
        late = Entry(self.meter.meter, self.meter.memory[NOON + 240], Origin.PUSHED)
        self.bookkeeper.offer([late])
        self.backfill.pushed([late])
        await self.bookkeeper.submit([])

    async def book(self, starts: Iterable[int]) -> None:
        self.remember(starts)
        entries = [
            Entry(self.meter.meter, self.meter.memory[start], Origin.PUSHED) for start in starts
        ]
        await self.store.journal.book(entries, self.clock.now_s())

    async def on_books(self) -> dict[int, MinuteRecord]:
        span = Span(0, 2_000_000_000)
        records = await self.store.books.minutes([self.meter.meter], span)
        assert len({record.start for record in records}) == len(records)
        return {record.start: record for record in records}

    async def until_booked(self, starts: Iterable[int]) -> None:
        wanted = set(starts)
        async with asyncio.timeout(300):
            while not wanted <= (await self.on_books()).keys():
                await asyncio.sleep(0.02)

    async def until_complete(self, starts: Iterable[int]) -> None:
        wanted = set(starts)
        async with asyncio.timeout(300):
            while (
                not wanted <= (await self.on_books()).keys()
                or self.backfill.progress.minutes_to_fetch
            ):
                self.booked.clear()
                with contextlib.suppress(TimeoutError):  # the tail counts once more after the last
                    await asyncio.wait_for(self.booked.wait(), 0.05)


@asynccontextmanager
async def scene(
    path: Path, bookkeeper: type[Bookkeeper] = Bookkeeper, /, **timing: Any
) -> AsyncIterator[Scene]:
    """`timing`: what of `BackfillTiming` is to be otherwise than usual."""
    clock = ManualClock(NOON)
    async with open_store(path / "books.sqlite", HELSINKI, Roles.of(solar=False)) as store:
        stage = Scene(store, clock, replace(BackfillTiming(), **timing), bookkeeper)
        async with asyncio.TaskGroup() as tasks:
            keeping = tasks.create_task(stage.bookkeeper.run())
            tailing = tasks.create_task(stage.backfill.run())
            yield stage
            tailing.cancel()
            stage.bookkeeper.stop()
            await keeping


def minutes(first: int, end: int) -> range:
    return range(first, end, 60)


async def explained(stage: Scene, reason: GapReason) -> None:
    async with asyncio.timeout(300):
        while True:
            gaps = await stage.store.books.gaps(stage.meter.meter)
            if gaps and all(gap.reason is reason for gap in gaps):
                return
            await asyncio.sleep(0.01)
