"""One process of the server, from its start to its end: flow on the real store, as the application
joins them, with a pretend meter and a pretend copy behind the ports.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from functools import partial
from typing import cast

from tests.simulation.again import WatchedOutbox
from tests.simulation.cloud import Cloud, CloudBooks, CloudWriter
from tests.simulation.device import Device
from tests.simulation.disk import Disk
from tests.simulation.line import MeterLine
from tests.simulation.world import ServerClock, World
from wattledger.energy.errors import StoreError, StoreUnusable
from wattledger.energy.meter import MeterId
from wattledger.energy.site import Site
from wattledger.energy.spans import Span
from wattledger.flow.audit import Audit, AuditLine
from wattledger.flow.backfill import BackfillTiming
from wattledger.flow.bookkeeper import Bookkeeper
from wattledger.flow.books_context import BooksContext
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.live_power import LiveBoard
from wattledger.flow.meter_counters import Epochs
from wattledger.flow.meter_registry import MeterRegistry
from wattledger.flow.meter_session import MeterSession
from wattledger.flow.notifier import Notifier
from wattledger.flow.reconcile import ReconciledBooks
from wattledger.flow.replica_check import ReplicaCheck
from wattledger.flow.replica_losses import Lacks
from wattledger.flow.replica_ports import Outbox, SiteManifest
from wattledger.flow.replica_reader import Replica
from wattledger.flow.replica_timing import ReplicaTiming
from wattledger.flow.replication_state import ReplicationState
from wattledger.flow.replicator import Replicator
from wattledger.flow.server_clock import ServerClock as ServerClockWatch
from wattledger.flow.store_integrity import StoreIntegrity
from wattledger.flow.store_maintenance import maintain_store
from wattledger.flow.store_write_health import StoreWriteHealth
from wattledger.store.store import Store, open_store

TIMING = BackfillTiming(watch_s=60.0)
LOOK_S = 60.0
EVERY_S = 300.0
"""What is looked at now and then is looked at less often than in a real home."""
PAUSE_S = 5.0
DRAIN_S = 3.0
OWNER_S = 3_600.0

Works = dict[str, Callable[[], Awaitable[object]]]


@dataclass(frozen=True)
class Surroundings:
    """What a process finds."""

    world: World
    site: Site
    devices: Sequence[Device]
    cloud: Cloud
    disk: Disk
    clock: ServerClock


class Life:
    """A process. That one of its tasks crashes is wrong, unless it is for the disk."""

    def __init__(self, found: Surroundings) -> None:
        self._found = found
        self._world = found.world
        self.store: Store | None = None
        self.history: EnergyService | None = None
        self.own_history: EnergyService | None = None
        """The same without the copy."""
        self.manifest: Callable[[], SiteManifest] | None = None
        self.replicator: Replicator | None = None
        self._links: list[CloudBooks | CloudWriter] = []
        self._ends = asyncio.Event()
        self._is_killed = False
        self._sessions: list[MeterSession] = []

    async def run(self, begun: Callable[[], None]) -> None:
        """Until it is killed or stopped; `begun` is called once its store is open.

        Raises StoreUnusable when it can't begin.
        """
        found = self._found
        async with AsyncExitStack() as stack:
            store = self.store = await stack.enter_async_context(
                open_store(
                    found.disk.begin(),
                    found.site.calendar,
                    found.site.roles,
                    found.disk,
                    found.clock.monotonic_s,
                )
            )
            if found.disk.died_opening():
                return
            works = await self._joined(store)
            booking = asyncio.create_task(self._kept_up("bookkeeper", self._bookkeeper.run))
            tasks = [asyncio.create_task(self._kept_up(n, w)) for n, w in works.items()]
            begun()
            await self._ends.wait()
            await _cancelled(tasks)
            if not self._is_killed:
                for session in self._sessions:
                    session.keep_counters()
                self._bookkeeper.stop()
                await asyncio.wait({booking}, timeout=DRAIN_S)
            await _cancelled([booking])

    def kill(self) -> None:
        """What it does from now on reaches nobody."""
        self._is_killed = True
        for link in self._links:
            link.is_cut = True
        self._ends.set()

    def stop(self) -> None:
        self._ends.set()

    async def audit(self, meter: MeterId, span: Span) -> AuditLine:
        """As its owner is shown it, whatever the meter is called today."""
        assert self.store is not None
        newest = {one.meter_id: one.newest_counters for one in self._sessions}
        latest = {of: reading for of, reading in newest.items() if of and reading}
        meters = [(self._found.devices[0].label, meter)]
        (line,) = await Audit(self.store.books).of(span, meters, latest)
        return line

    async def _joined(self, store: Store) -> Works:
        found = self._found
        site, clock, books = found.site, found.clock, store.books
        board = LiveBoard(site.meters, clock, site.poll_interval_s)
        meters = [MeterLine(device, clock) for device in found.devices]
        steps, booked, writing = ClockSteps(clock), Notifier(), StoreWriteHealth(clock)
        keeper = self._bookkeeper = Bookkeeper(
            store.journal, clock, board.connected_meters, booked, writing
        )
        server_clock = ServerClockWatch(clock, steps, meters, books)
        context = BooksContext(books, keeper, site.calendar, clock, steps, server_clock)
        registry, epochs = MeterRegistry(site, books, keeper, clock), Epochs()
        await registry.open(store.journal)
        await epochs.open(books)
        sessions = self._sessions = [
            MeterSession(meter, board, registry, epochs, context, TIMING) for meter in meters
        ]
        copy, replicator = self._with_copy(store, registry, booked, steps)
        self.manifest = registry.manifest
        self.history = EnergyService(site, books, clock, registry.assignment, copy)
        self.own_history = EnergyService(site, books, clock, registry.assignment)
        backfills = [session.backfill for session in sessions]
        keeping = StoreIntegrity(store.integrity, context, backfills, copy.minutes, EVERY_S)
        works: Works = {
            "deferred work": partial(maintain_store, store.journal, clock, steps, writing, EVERY_S),
            "clock": partial(_look, steps, found.clock),
            "integrity": keeping.run,
            "replicator": replicator.run,
        }
        for session in sessions:
            works |= session.works()
        return works

    def _with_copy(
        self, store: Store, registry: MeterRegistry, booked: Notifier, steps: ClockSteps
    ) -> tuple[Replica, Replicator]:
        found = self._found
        site, clock = found.site, found.clock
        post_state = ReplicationState(clock, Lacks(clock))
        there = CloudBooks(found.cloud, clock, registry.assignment)
        writer = CloudWriter(found.cloud, clock)
        outbox = cast(Outbox, WatchedOutbox(store.outbox, found.cloud, found.disk))
        replica_check = ReplicaCheck(
            site, store.books, there, outbox, writer, clock, post_state.lacks
        )
        asked = CloudBooks(found.cloud, clock, registry.assignment, replica_check.met)
        self._links = [there, asked, writer]
        both = ReconciledBooks(site, store.books, there)
        # A batch of minutes costs as much as a single one: every ninth home posts each at once.
        rung = booked if self._world.seed % 9 == 0 else Notifier()
        replicator = self.replicator = Replicator(
            outbox,
            writer,
            registry.manifest,
            both,
            replica_check,
            post_state,
            rung,
            steps,
            ReplicaTiming(idle_s=EVERY_S),
        )
        return Replica(asked, outbox.holds, clock, replica_check), replicator

    async def _kept_up(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        while True:
            try:
                await work()
            except Exception as error:
                self._world.note("crashed", name, type(error).__name__)
                if not isinstance(error, StoreError):
                    self._world.is_wrong(f"{name} crashed: {error!r}")
                if isinstance(error, StoreUnusable):  # sooner or later its owner looks
                    asyncio.get_running_loop().call_later(OWNER_S, self.stop)
            else:
                return  # it was told to
            await asyncio.sleep(PAUSE_S)


async def _cancelled(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _look(steps: ClockSteps, clock: ServerClock) -> None:
    while True:
        steps.look()
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):
                await clock.was_set.wait()
        clock.was_set.clear()
