"""The desk: who measures what, how things stand, and that a meter is never taken for another."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typing_extensions import override

from tests.fakes.books import MemoryBooks
from tests.fakes.clock import ManualClock
from tests.fakes.copy import MemoryCopy, MemoryOutbox
from tests.fakes.meter import FakeMeter
from tests.fakes.stick import Stick
from wattledger.energy.booking_entry import Entry, Gap, GapReason
from wattledger.energy.errors import ReplicaUnreachable, WrongMeter
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.home_quantities import Roles
from wattledger.energy.meter import MeterId, MeterIdentity, Role
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar
from wattledger.energy.power import MeterState
from wattledger.energy.record import Counters, MinuteRecord, Origin
from wattledger.energy.site import Assignment, Site
from wattledger.energy.spans import Span
from wattledger.flow.bookkeeper import QUEUE_LENGTH, Bookkeeper
from wattledger.flow.books_context import BooksContext
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.fault_log import FaultLog
from wattledger.flow.live_power import LiveBoard
from wattledger.flow.meter_counters import Epochs
from wattledger.flow.meter_registry import MeterRegistry
from wattledger.flow.meter_service import MeterService, Posting
from wattledger.flow.meter_session import MeterSession
from wattledger.flow.meter_without_power import POWERLESS_S
from wattledger.flow.nightly_backup import NightlyBackup
from wattledger.flow.notifier import Notifier
from wattledger.flow.power_poller import PowerPoller
from wattledger.flow.reconcile import ReconciledBooks
from wattledger.flow.replica_check import ReplicaCheck
from wattledger.flow.replica_losses import Lacks
from wattledger.flow.replica_reader import Replica
from wattledger.flow.replication_state import ReplicationState
from wattledger.flow.replicator import Replicator
from wattledger.flow.server_clock import ServerClock
from wattledger.flow.status import BackupStatus, ReplicaState
from wattledger.flow.store_integrity import StoreIntegrity
from wattledger.flow.store_write_health import StoreWriteHealth
from wattledger.flow.watchdog import ServerWatch, Watchdog
from wattledger.store.store import Store, open_store

NOW = 1_750_061_460
CALENDAR = Calendar(ZoneInfo("Europe/Helsinki"))


class Desk:
    """Two fake meters, real books, and the desk over them."""

    def __init__(self, store: Store, clock: ManualClock) -> None:
        self.store, self.clock = store, clock
        self.grid = FakeMeter("mains", Role.GRID, "A0DD6CA0C27C", clock)
        self.solar = FakeMeter("roof", Role.SOLAR, "84FCE6367400", clock)
        meters = [self.grid, self.solar]
        site = Site("Home", CALENDAR, Netting.QUARTER, tuple(m.label for m in meters))
        self.board = LiveBoard(site.meters, clock, 1.0)
        self.poller = PowerPoller(meters, self.board, clock, 1.0)
        self.steps, state = ClockSteps(clock), StoreWriteHealth(clock)
        self.bookkeeper = Bookkeeper(
            store.journal, clock, self.board.connected_meters, Notifier(), state
        )
        server_clock = ServerClock(clock, self.steps, meters, store.books)
        self.context = context = BooksContext(
            store.books, self.bookkeeper, CALENDAR, clock, self.steps, server_clock
        )
        self.registry = MeterRegistry(site, store.books, self.bookkeeper, clock)
        self.epochs = Epochs()
        self.sessions = [
            MeterSession(meter, self.board, self.registry, self.epochs, context) for meter in meters
        ]
        server = ServerWatch(FaultLog("server", clock, self.steps), [state.standing])
        self.watchdog = Watchdog(self.steps, [*self.sessions, server])
        keeping = StoreIntegrity(store.integrity, context, [one.backfill for one in self.sessions])
        self.service_on = partial(
            MeterService,
            poller=self.poller,
            sessions=self.sessions,
            server=server,
            keeping=keeping,
        )
        self.status_service = self.service_on(store.books)

    async def written(self) -> None:
        """Everything asked of the bookkeeper so far is on disk."""
        await self.bookkeeper.submit([])


def measured(assignment: Assignment) -> list[tuple[MeterId, ...]]:
    return [one.meters for one in assignment.sources]


@asynccontextmanager
async def desk_on(path: Path) -> AsyncIterator[Desk]:
    clock = ManualClock(NOW)
    async with open_store(path / "books.sqlite", CALENDAR, Roles()) as store:
        stage = Desk(store, clock)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(stage.bookkeeper.run())
            await stage.registry.open(store.journal)
            await stage.epochs.open(store.books)
            yield stage
            stage.bookkeeper.stop()


async def test_meters_that_answer_are_remembered_over_a_restart(tmp_path: Path) -> None:
    async with desk_on(tmp_path) as stage:
        grid, solar = stage.sessions
        grid.connected(stage.grid.identity)
        solar.connected(stage.solar.identity)
        await stage.written()
        assert measured(stage.registry.assignment()) == [(stage.grid.meter,), (stage.solar.meter,)]
    async with desk_on(tmp_path) as stage:
        assert measured(stage.registry.assignment()) == [(stage.grid.meter,), (stage.solar.meter,)]
        mains, _ = await stage.status_service.meters()
        assert mains.identity is not None
        assert mains.identity.meter == stage.grid.meter
        assert mains.now.state is MeterState.OFFLINE


async def test_a_session_says_what_is_to_run_for_its_meter(tmp_path: Path) -> None:
    async with desk_on(tmp_path) as stage:
        works = [work for session in stage.sessions for work in session.works()]
        names = [session.meter.label.name for session in stage.sessions]
        assert works == [f"{what} {name}" for name in names for what in ("meter", "backfill")]


async def test_exchanged_addresses_are_refused_and_nothing_is_mixed(tmp_path: Path) -> None:
    async with desk_on(tmp_path) as stage:
        grid, solar = stage.sessions
        grid.connected(stage.grid.identity)
        solar.connected(stage.solar.identity)
        for session in (grid, solar):
            session.disconnected("the router was started anew")
        with pytest.raises(WrongMeter, match="exchanged"):
            grid.connected(stage.solar.identity)
        assert stage.registry.assignment().meters == (stage.grid.meter, stage.solar.meter)


async def test_names_that_were_exchanged_are_known_from_the_first_answer_on(
    tmp_path: Path,
) -> None:
    async with desk_on(tmp_path) as stage:
        for session, meter in zip(stage.sessions, (stage.grid, stage.solar), strict=True):
            session.connected(meter.identity)
        await stage.written()
        grid = FakeMeter("roof", Role.GRID, stage.grid.meter, stage.clock)
        solar = FakeMeter("mains", Role.SOLAR, stage.solar.meter, stage.clock)
        grid.address, solar.address = stage.grid.host, stage.solar.host
        site = Site("Home", CALENDAR, Netting.QUARTER, (grid.label, solar.label))
        hosts = {one.label.name: one.host for one in (grid, solar)}
        registry = MeterRegistry(site, stage.store.books, stage.bookkeeper, stage.clock, hosts)
        await registry.open(stage.store.journal)
        registry.identify(grid, grid.identity)
        assert measured(registry.assignment()) == [(grid.meter,), (solar.meter,)]


async def test_one_meter_under_two_hosts_is_refused(tmp_path: Path) -> None:
    async with desk_on(tmp_path) as stage:
        grid, solar = stage.sessions
        grid.connected(stage.grid.identity)
        with pytest.raises(WrongMeter, match="one meter"):
            solar.connected(stage.grid.identity)
        grid.disconnected("moved")
        assert measured(stage.registry.assignment()) == [(stage.grid.meter,), ()]


def _answers(session: MeterSession, mac: int) -> MeterId:
    """Another meter answers at the session's address, and is gone again."""
    meter = MeterId(f"{mac:012X}")
    session.connected(MeterIdentity(meter, "SPEM-003CEBEU", "1.6.1", "triphase", None))
    session.disconnected("cable")
    return meter


async def test_a_meter_that_never_gave_a_minute_leaves_nothing_behind(tmp_path: Path) -> None:
    async with desk_on(tmp_path) as stage:
        grid, solar = stage.sessions
        solar.connected(stage.solar.identity)
        _answers(grid, 1)
        second = _answers(grid, 2)
        grid.pushed([_minute(second)])
        third = _answers(grid, 3)
        last = _answers(grid, 4)
        await stage.written()
        measures = [(second, last), (stage.solar.meter,)]
        assert measured(stage.registry.assignment()) == measures
        known = {second, last, stage.solar.meter}
        assert stage.registry.identities.keys() == known
        assert (await stage.store.books.identities()).keys() == known
        assert third not in {one.meter for one in await stage.store.books.bindings()}
    async with desk_on(tmp_path) as stage:
        assert measured(stage.registry.assignment()) == measures
        fifth = _answers(stage.sessions[0], 5)
        assert measured(stage.registry.assignment())[0] == (second, fifth)


async def test_more_new_meters_than_a_home_can_have_are_refused_until_tomorrow(
    tmp_path: Path,
) -> None:
    async with desk_on(tmp_path) as stage:
        grid, solar = stage.sessions
        known = [_answers(grid, mac) for mac in range(4)]
        for mac in (4, 5, 0):
            with pytest.raises(WrongMeter, match="after 4 others today"):
                _answers(grid, mac)
        assert _answers(grid, 3) == known[-1]
        assert _answers(solar, 9) == stage.registry.names["roof"]
        stage.clock.advance(86_400)
        assert _answers(grid, 6) == stage.registry.names["mains"]


async def test_what_finds_no_place_in_the_queue_is_asked_again(tmp_path: Path) -> None:
    async with desk_on(tmp_path) as stage:
        grid, _ = stage.sessions
        for _ in range(QUEUE_LENGTH):
            stage.bookkeeper.offer([])
        grid.connected(stage.grid.identity)
        await stage.written()
        assert await stage.store.books.bindings() == ()
        grid.look()
        await stage.written()
        assert [one.meter for one in await stage.store.books.bindings()] == [stage.grid.meter]
        assert (await stage.store.books.identities()).keys() == {stage.grid.meter}


def _minute(meter: MeterId, start: int = NOW - 600) -> Entry:
    return Entry(meter, MinuteRecord(start, 60, 9, 0, 0, 0, 0, 0), Origin.PUSHED)


async def test_status_tells_books_gaps_and_progress(tmp_path: Path) -> None:
    async with desk_on(tmp_path) as stage:
        grid, _ = stage.sessions
        grid.connected(stage.grid.identity)
        starts = [NOW - 600, NOW - 540, NOW - 300]
        entries = [
            Entry(stage.grid.meter, MinuteRecord(start, 60, 9, 0, 0, 0, 0, 0), Origin.PUSHED)
            for start in starts
        ]
        grid.pushed(entries)
        future = MinuteRecord(NOW + 3_600, 60, 9, 0, 0, 0, 0, 0)
        grid.pushed([Entry(stage.grid.meter, future, Origin.PUSHED)])
        await stage.written()
        no_time = Fault(FaultKind.NO_TIME, "the meter has no time yet")
        stage.grid.fault_list = [no_time]
        mains, roof = await stage.status_service.meters()
        assert (mains.booked_from, mains.booked_to) == (NOW - 600, NOW - 240)
        assert mains.gaps is not None
        assert [gap.span for gap in mains.gaps] == [Span(NOW - 480, NOW - 300)]
        assert mains.minutes_parked == 1
        assert [replace(fault, since=None) for fault in mains.faults] == [no_time]
        assert roof.identity is None
        assert roof.gaps == []
        meters, store = stage.status_service.health()
        assert not meters.ok
        assert meters.detail == "1 of 2 connected"
        assert meters.last_error == "mains: the meter has no time yet"
        assert meters.last_error_at == NOW
        assert store.ok
        assert stage.status_service.faults() == []


async def test_minutes_that_are_dated_ahead_are_not_told_as_booked_to(tmp_path: Path) -> None:
    """They were booked while this clock was ahead too."""
    async with desk_on(tmp_path) as stage:
        grid, _ = stage.sessions
        grid.connected(stage.grid.identity)
        stage.clock.wall_s += 86_400
        for start in (NOW - 600, NOW + 86_280):
            grid.pushed([_minute(stage.grid.meter, start)])
        await stage.written()
        stage.clock.wall_s -= 86_400
        mains, _ = await stage.status_service.meters()
        assert (mains.booked_from, mains.booked_to) == (NOW - 600, NOW - 540)


class BooksInTheMeantime(MemoryBooks):
    """While its gaps are asked for, something happens."""

    def __init__(self, site: Site, happens: Callable[[], None]) -> None:
        super().__init__(site)
        self._happens = happens

    @override
    async def gaps(self, meter: MeterId) -> list[Gap]:
        found = await super().gaps(meter)
        self._happens()
        return found


async def test_what_is_told_of_a_meter_is_of_one_moment(tmp_path: Path) -> None:
    async with desk_on(tmp_path) as stage:
        grid, _ = stage.sessions
        grid.connected(stage.grid.identity)
        await stage.status_service.refresh_power(1)
        hole = Span(NOW - 540, NOW - 300)
        grid.backfill.progress.found([hole], [])

        def leaves() -> None:
            grid.disconnected("cable")
            grid.backfill.progress.found([Span(NOW - 540, NOW - 480)], [])

        books = BooksInTheMeantime(stage.registry.manifest().site, leaves)
        for start in (NOW - 600, NOW - 300):
            books.put(stage.grid.meter, MinuteRecord(start, 60, 9, 0, 0, 0, 0, 0))
        mains = (await stage.service_on(books).meters())[0]
        assert mains.now.state is MeterState.OFFLINE
        assert (mains.clock_offset_s, mains.fetching_since) == (None, None)
        assert mains.gaps == [Gap(hole, GapReason.BEING_FETCHED)]
        assert mains.minutes_to_fetch == 4


async def test_another_meter_that_answers_meanwhile_is_told_with_its_own_books(
    tmp_path: Path,
) -> None:
    async with desk_on(tmp_path) as stage:
        grid, _ = stage.sessions
        grid.connected(stage.grid.identity)
        grid.disconnected("replaced")
        other = replace(stage.grid.identity, meter=MeterId("A0DD6CFFFFFF"))

        books = BooksInTheMeantime(stage.registry.manifest().site, lambda: grid.connected(other))
        books.put(stage.grid.meter, MinuteRecord(NOW - 600, 60, 9, 0, 0, 0, 0, 0))
        books.put(other.meter, MinuteRecord(NOW - 300, 60, 9, 0, 0, 0, 0, 0))
        mains = (await stage.service_on(books).meters())[0]
        assert mains.identity == other
        assert (mains.booked_from, mains.booked_to) == (NOW - 300, NOW - 240)


async def test_nothing_is_being_fetched_where_the_books_have_all(tmp_path: Path) -> None:
    """Between the last commit of a catching-up and the next look at the meter's memory."""
    async with desk_on(tmp_path) as stage:
        grid, _ = stage.sessions
        grid.connected(stage.grid.identity)
        minutes = [MinuteRecord(NOW - 60 * i, 60, 9, 0, 0, 0, 0, 0) for i in (10, 9, 8, 7)]
        grid.backfill.progress.found([Span(NOW - 600, NOW - 360)], [])
        waiting = (await stage.status_service.meters())[0]
        assert (waiting.minutes_to_fetch, waiting.fetching_since) == (4, NOW)
        grid.pushed([Entry(stage.grid.meter, one, Origin.PUSHED) for one in minutes])
        await stage.written()
        grid.backfill.progress.fetched(240)
        told = (await stage.status_service.meters())[0]
        assert (told.gaps, told.minutes_to_fetch, told.fetching_since) == ([], 0, None)
        assert told.minutes_fetched == 4


async def test_the_last_error_of_the_meters_outlives_it(tmp_path: Path) -> None:
    """Also one that came and went while nobody asked; connecting is none."""
    async with desk_on(tmp_path) as stage:
        grid, solar = stage.sessions
        stage.grid.fault_list = [Fault(FaultKind.CONNECTING, "not connected yet")]
        assert stage.status_service.health()[0].last_error is None
        stage.grid.fault_list = [Fault(FaultKind.UNREACHABLE, "no connection within 5 s")]
        grid.connected(stage.grid.identity)
        solar.connected(stage.solar.identity)
        stage.grid.fault_list = []
        stage.clock.advance(60)
        await stage.status_service.refresh_power(1)
        meters = stage.status_service.health()[0]
        assert (meters.ok, meters.last_error_at) == (True, NOW)
        assert meters.last_error == "mains: no connection within 5 s"
        stage.solar.fault_list = [Fault(FaultKind.NO_TIME, "the meter has no time yet")]
        async with asyncio.timeout(300), asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(stage.watchdog.run())
            while stage.sessions[1].log.last is None:
                await asyncio.sleep(0)
            watching.cancel()
        stage.solar.fault_list = []
        assert stage.status_service.health()[0].last_error == "roof: the meter has no time yet"


async def test_counters_are_kept_once_a_connection_and_once_an_hour(tmp_path: Path) -> None:
    async with desk_on(tmp_path) as stage:
        grid, _ = stage.sessions
        grid.counted(Counters(NOW, (1, 0, 0, 0, 0, 0)))  # before it is known whose they are
        grid.connected(stage.grid.identity)
        at = hour = NOW // 3_600 * 3_600
        for passed_s in (0, 60, 60, 3_480, 60):
            at += passed_s
            stage.clock.advance(passed_s)
            grid.counted(Counters(at, (at - hour, 0, 0, 0, 0, 0)))
        await stage.written()
        kept = await stage.store.books.counters(stage.grid.meter, Span(0, NOW * 2))
        assert [reading.at for reading in kept] == [hour, hour + 3_600]
        for session in stage.sessions:
            session.keep_counters()
        await stage.written()
        kept = await stage.store.books.counters(stage.grid.meter, Span(0, NOW * 2))
        assert [reading.at for reading in kept] == [hour, hour + 3_600, hour + 3_660]
        lines = await stage.status_service.audit(Span(hour, hour + 7_200))
        assert lines[0].counted_imported_dmwh is None  # the books have nothing to compare yet
        assert lines[0].compared_since == hour
        assert lines[1].meter is None


async def test_a_lost_meter_is_offline_until_it_comes_back(tmp_path: Path) -> None:
    async with desk_on(tmp_path) as stage:
        grid, _ = stage.sessions
        grid.connected(stage.grid.identity)
        await stage.status_service.refresh_power(1)
        assert stage.board.now().meters[0].state is MeterState.LIVE
        grid.disconnected("cable")
        grid.disconnected("cable")
        assert stage.board.now().meters[0].state is MeterState.OFFLINE
        assert grid.backfill.meter_id is None
        assert stage.board.connected_meters() == 0
        grid.connected(stage.grid.identity)
        assert stage.board.connected_meters() == 1


async def test_a_meter_that_is_connected_and_gives_no_power_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Unless it says itself why."""
    async with desk_on(tmp_path) as stage:
        grid, _ = stage.sessions
        grid.connected(stage.grid.identity)
        stage.clock.advance(10)
        await stage.status_service.refresh_power(1)
        grid.look()
        stage.clock.advance(POWERLESS_S - 1)
        assert list(grid.faults) == []
        stage.clock.advance(1)
        (fault,) = grid.faults
        assert (fault.kind, fault.since) == (FaultKind.UNREACHABLE, NOW + 10)
        assert [line for line in caplog.messages if line == f"mains: {fault.detail}"]
        stage.grid.fault_list = [Fault(FaultKind.ABSURD_POWER, "it shows 9e9 W")]
        assert [fault.kind for fault in grid.faults] == [FaultKind.ABSURD_POWER]
        stage.grid.fault_list = []
        await stage.status_service.refresh_power(1)
        assert list(grid.faults) == []


async def test_what_is_wrong_is_found_also_when_nobody_asks(tmp_path: Path) -> None:
    async with desk_on(tmp_path) as stage:
        assert stage.registry.meters() == [None, None]
        grid, _ = stage.sessions
        grid.connected(stage.grid.identity)
        assert stage.registry.meters() == [stage.grid.meter, None]
        grid.counted(Counters(NOW, (1, 0, 0, 0, 0, 0)))
        await stage.status_service.refresh_power(1)
        stage.grid.offset_s = 240.0
        stage.clock.advance(1)
        grid.look()
        stage.clock.advance(10)
        grid.look()
        stage.clock.advance(60)
        await stage.status_service.refresh_power(1)
        await stage.watchdog.read()
        (fault,) = (await stage.status_service.meters())[0].faults
        assert (fault.kind, fault.since) == (FaultKind.CLOCK_OFF, NOW + 11)
        health = stage.status_service.health()[0]
        assert not health.ok
        assert health.detail == "1 of 2 connected"
        stage.sessions[1].connected(stage.solar.identity)
        health = stage.status_service.health()[0]
        assert not health.ok
        assert health.detail.startswith("2 of 2 connected; mains: its clock is 240 s ahead")


async def test_what_the_copy_takes_and_lacks_is_told(tmp_path: Path) -> None:
    async with desk_on(tmp_path) as stage:
        assert await stage.status_service.copy() is None
        assert [one.minutes_to_post for one in await stage.status_service.meters()] == [None, None]
        site, books, clock = stage.registry.manifest().site, stage.store.books, stage.clock
        outbox, there = MemoryOutbox(), MemoryBooks(site, Assignment())
        state = ReplicationState(clock, Lacks(clock))
        replica_check = ReplicaCheck(site, books, there, outbox, MemoryCopy(), clock, state.lacks)
        both = ReconciledBooks(site, books, there)
        manifest, copy = stage.registry.manifest, MemoryCopy()
        replicator = Replicator(
            outbox, copy, manifest, both, replica_check, state, Notifier(), stage.steps
        )
        stage.status_service = stage.service_on(
            books, posting=Posting(replicator, Replica(there, None, clock))
        )
        stage.sessions[0].connected(stage.grid.identity)
        await stage.written()
        outbox.put(stage.grid.meter, MinuteRecord(NOW - 600, 60, 9, 0, 0, 0, 0, 0))
        assert [one.minutes_to_post for one in await stage.status_service.meters()] == [1, 0]
        assert stage.status_service.health()[-1].name == "mongodb"
        replicator.state.fails(ReplicaUnreachable("gone"), NOW)
        assert [fault.kind for fault in stage.status_service.faults()] == [FaultKind.COPY_FAILING]
        status = await stage.status_service.copy()
        assert status is not None
        assert (status.state, status.failing_since) == (ReplicaState.AWAY, NOW)


async def test_servers_elsewhere_are_told_who_measures_what(tmp_path: Path) -> None:
    async with desk_on(tmp_path) as stage:
        stage.sessions[0].connected(stage.grid.identity)
        manifest = stage.registry.manifest()
        assert [label.name for label in manifest.site.meters] == ["mains", "roof"]
        assert measured(manifest.assignment) == [(stage.grid.meter,), ()]
        assert manifest.identities == {stage.grid.meter: stage.grid.identity}


async def test_phases_that_a_meter_measures_are_remembered_also_when_it_no_longer_does(
    tmp_path: Path,
) -> None:
    """It measures nothing on b until somebody clamps it there; then c is taken off."""
    async with desk_on(tmp_path) as stage:
        session, meter, wanted = stage.sessions[0], stage.grid, list[tuple[str, ...]]()
        session.look()  # before it has answered
        for phases in (None, ("a", "c"), ("a", "b", "c"), ("a", "b"), None):
            meter.measures = phases
            if session.identity is None:
                session.connected(replace(meter.identity, phases=None))
            session.look()
            assert session.identity is not None
            wanted.append(session.identity.phases or ())
        assert wanted == [(), ("a", "c"), ("a", "b", "c"), ("a", "b", "c"), ("a", "b", "c")]
        await stage.written()
        kept = (await stage.store.books.identities())[meter.meter]
        assert kept.phases == ("a", "b", "c")


async def test_the_nightly_backup_is_a_part_where_there_is_one(tmp_path: Path) -> None:
    async with desk_on(tmp_path) as stage:
        assert stage.status_service.backup() is None
        nightly = NightlyBackup(Stick(), stage.context)
        service = stage.service_on(stage.store.books, nightly=nightly)
        words = "/media/stick: there is none yet"
        assert service.backup() == BackupStatus(ok=True, words=words, latest_s=None)
        assert [part.name for part in service.health()] == ["meters", "store", "backup"]
