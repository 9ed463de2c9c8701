"""A home that posts: a real store, a real MongoDB, and what the two have in common."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from datetime import UTC
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from tests.fakes.clock import ManualClock
from tests.store.builders import HOME, MAINS, PLANT, T0, calendar, home_store, settle
from wattledger.energy.booking_entry import Entry
from wattledger.energy.errors import ReplicaFull, ReplicaRefused, ReplicaTaken
from wattledger.energy.meter import MeterId, MeterLabel, Role
from wattledger.energy.netting import Netting
from wattledger.energy.record import MinuteRecord
from wattledger.energy.site import Assignment, Site
from wattledger.energy.spans import Span
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.notifier import Notifier
from wattledger.flow.reconcile import ReconciledBooks
from wattledger.flow.replica_check import ReplicaCheck
from wattledger.flow.replica_losses import Lacks
from wattledger.flow.replica_ports import SiteManifest
from wattledger.flow.replica_timing import ReplicaTiming
from wattledger.flow.replication_state import ReplicationState
from wattledger.flow.replicator import Replicator
from wattledger.mongo.books import Met, MetDays, MongoBooks
from wattledger.mongo.connection import Address, Database, connected
from wattledger.mongo.writer import MongoWriter
from wattledger.store.outbox_service import SqliteOutbox
from wattledger.store.store import Store

EVER = Span(T0 - 10 * 86_400, T0 + 500 * 86_400)
"""All that is booked here."""
METERS = (MAINS, PLANT)
RETRY_S = (0.05, 0.1, 0.2)
SOON = ReplicaTiming(
    retry_s=RETRY_S, pauses_s={ReplicaTaken: 15.0, ReplicaRefused: 0.1, ReplicaFull: 0.1}
)
"""What is refused is soon tried again."""
LABELS = (MeterLabel.of("mains", Role.GRID), MeterLabel.of("solar", Role.SOLAR))


def home_site(zone: str = "Europe/Helsinki") -> Site:
    return Site("Home", calendar(zone), Netting.QUARTER, LABELS)


def home_card(assignment: Assignment = HOME) -> SiteManifest:
    return SiteManifest(home_site(), assignment, {}, {"mains": MAINS, "solar": PLANT})


class PostingHome:
    """One server of a home: its store, and the poster while it runs."""

    def __init__(
        self,
        store: Store,
        database: Database,
        address: Address,
        clock: ManualClock,
        pace: ReplicaTiming,
        **of_writer: Any,
    ) -> None:
        self.store = store
        self.clock = clock
        self.database = database
        self.writer = MongoWriter(database, address.site_id, "Europe/Helsinki", clock, **of_writer)
        site, there = home_site(), self.books()
        self.site = site
        both = ReconciledBooks(site, store.books, there)
        state = ReplicationState(clock, Lacks(clock))
        self.replica_check = ReplicaCheck(
            site, store.books, there, store.outbox, self.writer, clock, state.lacks, 0.0
        )
        self.booked = Notifier()
        self.replicator = Replicator(
            store.outbox,
            self.writer,
            home_card,
            both,
            self.replica_check,
            state,
            self.booked,
            ClockSteps(clock),
            pace,
        )

    async def book(self, entries: Iterable[Entry]) -> None:
        entries = list(entries)
        now = max(entry.record.end for entry in entries)
        self.clock.wall_s = max(self.clock.wall_s, float(now))
        await self.store.journal.book(entries, self.clock.wall_s)
        self.booked.ring()

    async def maintain(self) -> None:
        await settle(self.store, self.clock.wall_s)
        self.booked.ring()

    @asynccontextmanager
    async def posting(self) -> AsyncIterator[None]:
        async with beside(self.replicator.run()):
            yield

    async def posted(self, timeout_s: float = 300) -> None:
        """Until nothing waits."""
        try:
            await until(self.is_posted, timeout_s)
            async with asyncio.timeout(timeout_s):
                while await self.store.outbox.days(1):
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise AssertionError(f"{self.replicator.state} {self.store.outbox.waiting()}") from None

    @property
    def acknowledged(self) -> frozenset[int]:
        """Keys that wait for the next minute's commit to be deleted."""
        assert isinstance(self.store.outbox, SqliteOutbox)
        return self.store.outbox.acknowledged

    def is_posted(self) -> bool:
        return (
            self.replicator.state.words.startswith("up to date") and not self.store.outbox.waiting()
        )

    def books(self, met: Met | None = None, met_days: MetDays | None = None) -> MongoBooks:
        site = home_site()
        return MongoBooks(
            self.database, "home", site, lambda: HOME, self.clock, met, met_days=met_days
        )


@asynccontextmanager
async def beside(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """The work runs meanwhile."""
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(work)
        try:
            yield
        finally:
            # As the server does: now and then the driver forgets that it was cancelled.
            while not task.done():
                task.cancel()
                await asyncio.wait({task}, timeout=0.2)


async def until(true: Callable[[], bool], timeout_s: float = 300) -> None:
    """Also where a lease that was not given back in time must run out first: 90 s."""
    async with asyncio.timeout(timeout_s):
        while not true():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def posting_home(
    path: Path, address: Address, pace: ReplicaTiming | None = None, **of_writer: Any
) -> AsyncIterator[PostingHome]:
    """`of_writer`: what of it is to be otherwise than usual."""
    pace = pace or ReplicaTiming(retry_s=RETRY_S)
    clock = ManualClock(0.0)
    async with home_store(path) as store, connected(address) as database:
        yield PostingHome(store, database, address, clock, pace, **of_writer)


def stored_documents(client: MongoClient[dict[str, Any]], database: str) -> list[dict[str, Any]]:
    """As another program would see them, through a driver of its own."""
    return list(client[database]["minutes"].find())


def stored_records(documents: Iterable[dict[str, Any]], meter: MeterId) -> list[MinuteRecord]:
    """Spelled out, not by the product's own names."""
    return sorted(
        MinuteRecord(
            int(d["t"].replace(tzinfo=UTC).timestamp()),
            d["period_s"],
            d["imported_a_dmwh"],
            d["imported_b_dmwh"],
            d["imported_c_dmwh"],
            d["exported_a_dmwh"],
            d["exported_b_dmwh"],
            d["exported_c_dmwh"],
        )
        for d in documents
        if d["meter"]["meter"] == meter
    )
