"""A poster between a memory outbox and a memory copy."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from tests.fakes.books import MemoryBooks
from tests.fakes.clock import ManualClock
from tests.fakes.copy import MemoryCopy, MemoryOutbox
from tests.fakes.home import GRID, MemoryHome
from wattledger.energy.record import MinuteRecord
from wattledger.energy.rollup import DaySums, day_sums
from wattledger.energy.spans import Span
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.notifier import Notifier
from wattledger.flow.reconcile import ReconciledBooks
from wattledger.flow.replica_check import ReplicaCheck
from wattledger.flow.replica_losses import Lacks
from wattledger.flow.replica_ports import SiteManifest, Turn, no_turn
from wattledger.flow.replica_timing import ReplicaTiming
from wattledger.flow.replication_state import (
    ReplicationState,
)
from wattledger.flow.replicator import Replicator

T0 = 1_774_648_800


def record(start: int) -> MinuteRecord:
    return MinuteRecord(start, 60, 1, 2, 3, 0, 0, 0)


def stretch(start: int, count: int) -> list[MinuteRecord]:
    return [record(start + 60 * minute) for minute in range(count)]


class NotedCosts:
    """CostPoster that has one thing to post each time days changed."""

    def __init__(self) -> None:
        self.begun = 0
        self.touched: list[int] = []
        self.steps = 0
        self._is_due = False

    def begin(self) -> None:
        self.begun += 1

    def touch(self, days: Iterable[int]) -> None:
        self.touched += days
        self._is_due = True

    async def step(self, turn: Turn = no_turn) -> bool:
        was_due, self._is_due = self._is_due, False
        self.steps += was_due
        return was_due


class Posting:
    """A poster between a memory outbox and a memory copy."""

    def __init__(self) -> None:
        self.clock = ManualClock(T0)
        self.home = MemoryHome(self.clock)
        self.outbox = MemoryOutbox()
        self.copy = MemoryCopy()
        self.manifest = SiteManifest(self.home.site, self.home.assignment, {}, {"mains": GRID})
        self.there = MemoryBooks(self.home.site, self.home.assignment)
        both = ReconciledBooks(self.home.site, self.home.books, self.there)
        state = ReplicationState(self.clock, Lacks(self.clock))
        books = self.home.books
        self.replica_check = ReplicaCheck(
            self.home.site, books, self.there, self.outbox, self.copy, self.clock, state.lacks, 0.0
        )
        self.both, self.booked, self.steps = both, Notifier(), ClockSteps(self.clock)
        self.state = state
        self.costs: NotedCosts | None = None
        self.replicator = self.poster_with()

    def poster_with(self, **pace: Any) -> Replicator:
        """`pace`: what of it is to be otherwise than a hurried one."""
        return Replicator(
            self.outbox,
            self.copy,
            lambda: self.manifest,
            self.both,
            self.replica_check,
            self.state,
            self.booked,
            self.steps,
            replace(ReplicaTiming(retry_s=(0.01,), idle_s=0.02), **pace),
            self.costs,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(self.replicator.run())
            yield
            task.cancel()

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(300):
            while not true():
                await asyncio.sleep(0.005)

    async def done(self) -> None:
        await self.until(
            lambda: (
                self.replicator.state.words.startswith("up to date") and not self.outbox.waiting()
            )
        )


async def sums_of(posting: Posting, books: MemoryBooks) -> DaySums:
    """The first day."""
    quarters = await books.quarters(Span(T0, T0 + 86_400))
    return day_sums(739_703, quarters, T0, posting.home.site.roles)
