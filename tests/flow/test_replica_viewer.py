"""A server without meters: what it shows of what the copy tells, and when the copy is away."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from typing_extensions import override

from tests.fakes.books import MemoryBooks
from tests.fakes.clock import ManualClock
from tests.fakes.copy import MB, MemoryCopy, MemoryOutbox
from tests.fakes.home import GRID, MAINS, PLANT, SOLAR, MemoryHome
from wattledger.energy.balance import Energies
from wattledger.energy.clock import Clock
from wattledger.energy.errors import ReplicaRefused, ReplicaUnreachable
from wattledger.energy.fault import FaultKind
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.energy.netting import Netting
from wattledger.energy.period import Resolution
from wattledger.energy.power import MeterNow, MeterState
from wattledger.energy.power_reading import PhaseReading, PowerReading
from wattledger.energy.record import MinuteRecord
from wattledger.energy.spans import Span
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.fault_log import FaultLog
from wattledger.flow.live_power import MinuteBooked
from wattledger.flow.manifest_wait import Waiting
from wattledger.flow.odd_replica_records import READ_AT_ONCE_S, OddReplicaRecords
from wattledger.flow.replica_ports import HomePower, SiteManifest
from wattledger.flow.replica_reader import Replica
from wattledger.flow.replica_viewer import (
    BOOKED_EVERY_S,
    MANIFEST_EVERY_S,
    OwnFaults,
    ReplicaClock,
    ViewerService,
)
from wattledger.flow.status import ReplicaState
from wattledger.flow.supervisor import Supervisor
from wattledger.flow.watchdog import ServerWatch

PHASE = PhaseReading(33.0, None, None, None, None, None)
IDENTITY = MeterIdentity(GRID, "SPEM-003CEBEU", "1.6.1", "triphase", None)


def own_faults(clock: Clock, supervisor: Supervisor, odd_records: OddReplicaRecords) -> OwnFaults:
    sources = [supervisor.standing, odd_records.standing]
    return OwnFaults(
        ServerWatch(FaultLog("server", clock, ClockSteps(clock)), sources), odd_records
    )


class Elsewhere:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.home = MemoryHome(self.clock)
        self.copy = MemoryCopy()
        self.manifest = SiteManifest(
            self.home.site, self.home.assignment, {GRID: IDENTITY}, {"mains": GRID}
        )
        self.copy.manifests.append(self.manifest)
        self.copys = ReplicaClock(self.clock)
        self.home.books.begun_by = self.copys.now_s
        self.books = Replica(self.home.books, None, self.clock)
        self.supervisor, self.odd_records = Supervisor(), OddReplicaRecords()
        self.own = own_faults(self.clock, self.supervisor, self.odd_records)
        self.status_service = self.service_every(0.005)

    def service_every(self, power_every_s: float) -> ViewerService:
        return ViewerService(
            self.manifest,
            self.copy,
            self.books,
            self.home.board,
            self.copys,
            self.own,
            power_every_s,
        )

    def tells(self, age_s: float, mains_age_s: float, ahead_s: float = 0.0) -> None:
        reading = PowerReading(GRID, self.clock.now_s(), 0.0, 99.0, (PHASE,) * 3)
        mains = MeterNow(MAINS, MeterState.LIVE, mains_age_s, reading)
        plant = MeterNow(PLANT, MeterState.OFFLINE, None, None)
        self.copy.heard = HomePower(self.clock.now_s() + ahead_s, age_s, (mains, plant))


@pytest.fixture
def elsewhere() -> Elsewhere:
    return Elsewhere()


async def test_power_is_as_old_as_the_copy_and_the_home_say(elsewhere: Elsewhere) -> None:
    await elsewhere.status_service.refresh_power(1)
    assert elsewhere.home.board.now().home_w is None
    elsewhere.tells(3.0, 0.5)
    await elsewhere.status_service.refresh_power(1)
    mains, plant = elsewhere.home.board.now().meters
    assert (mains.state, mains.age_s) == (MeterState.LIVE, 3.5)
    assert plant.state is MeterState.OFFLINE
    elsewhere.tells(30.0, 0.5)
    await elsewhere.status_service.refresh_power(1)
    assert elsewhere.home.board.now().meters[0].state is MeterState.STALE
    elsewhere.copy.failures["power"] = ReplicaUnreachable("gone")
    await elsewhere.status_service.refresh_power(1)


async def test_the_time_is_the_copys_where_this_machines_is_wrong(elsewhere: Elsewhere) -> None:
    """And again its own when it has been set right; a second more or less is left."""
    own = elsewhere.clock.now_s()
    for ahead_s, shown_s in ((1.0, 0.0), (7_200.0, 7_200.0), (7_201.0, 7_200.0), (-60.0, -60.0)):
        elsewhere.tells(3.0, 0.5, ahead_s)
        await elsewhere.status_service.refresh_power(1)
        assert elsewhere.copys.now_s() == own + shown_s
        assert elsewhere.home.board.now().meters[0].age_s == 3.5
    assert elsewhere.copys.monotonic_s() == elsewhere.clock.monotonic_s()


async def test_a_home_of_a_newer_version_is_told(
    elsewhere: Elsewhere, caplog: pytest.LogCaptureFixture
) -> None:
    assert elsewhere.status_service.faults() == []
    elsewhere.manifest = replace(elsewhere.manifest, is_newer=True)
    newer = elsewhere.service_every(0.005)
    (fault,) = newer.faults()
    assert fault.kind is FaultKind.NEWER_HOME
    assert "upgrade this one" in caplog.text
    newer._failed(ReplicaUnreachable("gone"))
    assert [one.kind for one in newer.faults()] == [
        FaultKind.NEWER_HOME,
        FaultKind.COPY_FAILING,
    ]


async def test_follows_until_the_card_changes(elsewhere: Elsewhere) -> None:
    elsewhere.home.books.put(GRID, MinuteRecord(1_749_999_960, 60, 1, 0, 0, 0, 0, 0))
    with elsewhere.home.board.subscribed() as events:
        async with asyncio.timeout(300), asyncio.TaskGroup() as tasks:
            following = tasks.create_task(elsewhere.status_service.follow())
            elsewhere.tells(1.0, 0.2)
            heard: list[object] = []
            while not any(isinstance(event, MinuteBooked) for event in heard):
                heard += await events.next()
            elsewhere.clock.advance(BOOKED_EVERY_S)
            await asyncio.sleep(0.02)
            elsewhere.copy.failures["power"] = ReplicaUnreachable("gone")
            while elsewhere.status_service.health()[1].ok:
                await asyncio.sleep(0.001)
            assert elsewhere.status_service.health()[1].detail == "gone"
            while not elsewhere.status_service.health()[1].ok:
                await asyncio.sleep(0.001)
            assert elsewhere.status_service.health()[0].detail.startswith("1 of 2 live")
            assert elsewhere.status_service.faults() == []
            elsewhere.copy.manifests.append(
                SiteManifest(elsewhere.home.site, elsewhere.home.assignment, {}, {})
            )
            elsewhere.clock.advance(MANIFEST_EVERY_S)
            assert await following == elsewhere.copy.manifests[-1]


async def test_minutes_that_are_dated_ahead_hold_up_no_others(elsewhere: Elsewhere) -> None:
    """The home's clocks were a day ahead, as this one's was, and all are put right."""
    board, service, clock = elsewhere.home.board, elsewhere.status_service, elsewhere.clock
    noon = int(clock.now_s()) // 3_600 * 3_600
    service._manifest = SiteManifest(
        elsewhere.home.site, elsewhere.home.assignment, {}, {"mains": GRID, "solar": SOLAR}
    )

    async def told(now: int) -> int | None:
        clock.wall_s = now
        with board.subscribed() as events:
            await service._hear_minutes()
            (event,) = await events.next()
        assert isinstance(event, MinuteBooked)
        return event.booked_to

    def put(start: int) -> None:
        for meter in (GRID, SOLAR):
            elsewhere.home.books.put(meter, MinuteRecord(start, 60, 1, 0, 0, 0, 0, 0))

    put(noon - 60)
    put(noon + 7 * 86_400)
    assert await told(noon + 7 * 86_400 + 60) == noon + 7 * 86_400 + 60
    assert await told(noon + 5) == noon
    for hours in (1, 6, 24):  # while nothing comes
        clock.wall_s = noon + 3_600 * hours
        await service._hear_minutes()
        assert [one.booked_to for one in await service.meters()] == [noon, noon]
    put(noon + 86_400)
    assert await told(noon + 86_465) == noon + 86_460


async def test_a_power_that_can_not_be_is_told_and_stops_no_question(elsewhere: Elsewhere) -> None:
    elsewhere.home.books.put(GRID, MinuteRecord(1_749_999_960, 60, 1, 0, 0, 0, 0, 0))
    async with asyncio.timeout(300), asyncio.TaskGroup() as tasks:
        elsewhere.copy.failures["power"] = ReplicaRefused("MongoDB: its power is no number")
        following = tasks.create_task(elsewhere.status_service.follow())
        while elsewhere.status_service.health()[1].ok:
            await asyncio.sleep(0)
        following.cancel()
    assert (await elsewhere.status_service.meters())[0].booked_to == 1_750_000_020
    (fault,) = elsewhere.status_service.faults()
    assert fault.kind is FaultKind.COPY_FAILING
    assert fault.detail == "MongoDB: its power is no number"


async def test_a_copy_that_goes_away_twice_is_said_once(
    elsewhere: Elsewhere, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere.status_service = elsewhere.service_every(0.2)
    async with asyncio.timeout(300), asyncio.TaskGroup() as tasks:
        following = tasks.create_task(elsewhere.status_service.follow())
        elsewhere.copy.failures["power"] = ReplicaUnreachable("gone")
        while elsewhere.status_service.health()[1].ok:
            await asyncio.sleep(0)
        status = await elsewhere.status_service.copy()
        assert (status.state, status.words, status.used_pct) == (ReplicaState.AWAY, "gone", None)
        assert not status.ok
        (fault,) = elsewhere.status_service.faults()
        assert (fault.kind, fault.since) == (FaultKind.COPY_FAILING, status.failing_since)
        elsewhere.copy.failures["power"] = ReplicaUnreachable("gone")
        while "power" in elsewhere.copy.failures or not elsewhere.status_service.health()[1].ok:
            await asyncio.sleep(0.001)
        following.cancel()
    assert len([r for r in caplog.records if r.levelname == "WARNING"]) == 1
    elsewhere.copy.used_bytes = 256 * MB
    assert (await elsewhere.status_service.copy()).used_pct == 50
    for _ in range(2):
        assert (await elsewhere.status_service.copy()).years_left is None


async def test_meters_and_audit_say_what_is_known_here(elsewhere: Elsewhere) -> None:
    elsewhere.home.books.put(GRID, MinuteRecord(1_749_999_960, 60, 1, 0, 0, 0, 0, 0))
    mains, plant = await elsewhere.status_service.meters()
    assert (mains.identity, mains.booked_to) == (IDENTITY, 1_750_000_020)
    assert (plant.identity, plant.booked_to, plant.minutes_to_post) == (None, None, None)
    lines = await elsewhere.status_service.audit(Span(0, 60))
    assert [(line.label.name, line.meter) for line in lines] == [("mains", GRID), ("solar", None)]
    assert lines[0].difference_imported_dmwh is None


async def test_what_only_the_meters_server_knows_is_not_known_here(elsewhere: Elsewhere) -> None:
    """None, and nothing that would read as "no gaps" or "nothing to fetch"."""
    for meter in await elsewhere.status_service.meters():
        assert (meter.host, meter.gaps) == (None, None)
        assert (meter.minutes_to_fetch, meter.minutes_fetched) == (None, None)
        assert meter.minutes_parked is None
    for line in await elsewhere.status_service.audit(Span(0, 60)):
        assert (line.missing_s, line.epochs, line.contradictions) == (None, None, None)


async def test_the_home_is_waited_for_and_why_is_said_once_each(
    elsewhere: Elsewhere, caplog: pytest.LogCaptureFixture
) -> None:
    manifests, elsewhere.copy.manifests = elsewhere.copy.manifests, []
    elsewhere.copy.failures["home"] = ReplicaUnreachable("gone")
    waiting = Waiting(elsewhere.copy, elsewhere.clock, Supervisor().standing, every_s=0.002)
    assert [part.ok for part in waiting.health()] == [False, False]
    async with asyncio.timeout(300), asyncio.TaskGroup() as tasks:
        manifest = tasks.create_task(waiting.manifest())
        while elsewhere.copy.calls.count("home") < 6:
            await asyncio.sleep(0.001)
        part = waiting.health()[-1]
        nobody = "no server with meters has posted for this home yet"
        assert (part.name, part.detail, part.last_error) == ("mongodb", nobody, "gone")
        assert part.last_error_at == elsewhere.clock.now_s()
        elsewhere.copy.manifests = manifests
        assert await manifest is elsewhere.manifest
    said = [record.getMessage() for record in caplog.records]
    assert said == ["mongodb: waiting: gone", f"mongodb: waiting: {nobody}"]


async def test_while_the_copy_is_away_nobody_waits_for_it_and_then_at_once_again(
    elsewhere: Elsewhere,
) -> None:
    """The service hears of it all the time; there are no other books to answer from."""
    home, books = elsewhere.home, elsewhere.books
    start = int(elsewhere.clock.now_s()) // 3_600 * 3_600 - 7_200
    home.book(GRID, start, [1.0] * 60)
    history = away_history(elsewhere)
    assert (await history.of_period("today", None, None)).source == "mongodb"
    elsewhere.status_service = elsewhere.service_every(0.2)
    async with asyncio.timeout(300), asyncio.TaskGroup() as tasks:
        following = tasks.create_task(elsewhere.status_service.follow())
        elsewhere.copy.failures["power"] = ReplicaUnreachable("gone")
        while elsewhere.status_service.health()[1].ok:
            await asyncio.sleep(0)
        for text in ("today", "all", "2020"):
            with pytest.raises(ReplicaUnreachable):
                await history.of_period(text, None, None)
        # What it was known to have, it has.
        assert [meter.booked_to for meter in await elsewhere.status_service.meters()] == [
            start + 3_600,
            None,
        ]
        while not elsewhere.status_service.health()[1].ok:
            await asyncio.sleep(0.001)
        assert (await history.of_period("today", None, None)).source == "mongodb"
        books.leave_alone()  # as after one question that took too long
        with pytest.raises(ReplicaUnreachable):
            await history.of_period("today", None, None)
        elsewhere.copy.calls.clear()
        while "power" not in elsewhere.copy.calls:
            await asyncio.sleep(0.001)
        assert (await history.of_period("today", None, None)).source == "mongodb"
        following.cancel()


@pytest.mark.parametrize("known", [False, True], ids=["nothing heard yet", "over midnight"])
async def test_what_can_not_be_asked_is_no_empty_answer(elsewhere: Elsewhere, known: bool) -> None:
    """Nothing booked would be one; nobody knows that."""
    home, books = elsewhere.home, elsewhere.books
    home.book(GRID, int(elsewhere.clock.now_s()) // 3_600 * 3_600 - 7_200, [1.0] * 60)
    history = away_history(elsewhere)
    if known:
        assert (await history.of_period("today", None, None)).source == "mongodb"
        elsewhere.clock.advance(86_400)
    home.books.away = True
    for text in ("today", "this-week", "all", "2020"):
        with pytest.raises(ReplicaUnreachable):
            await history.of_period(text, Resolution.QUARTER if text == "today" else None, None)
        books.ask_again()  # as the power is still heard


async def test_minutes_that_are_refused_while_the_power_is_told_are_said(
    elsewhere: Elsewhere,
) -> None:
    elsewhere.home.books.away = True
    elsewhere.tells(1.0, 0.2)
    async with asyncio.timeout(300), asyncio.TaskGroup() as tasks:
        following = tasks.create_task(elsewhere.status_service.follow())
        while elsewhere.status_service.health()[1].ok:
            await asyncio.sleep(0.001)
        assert elsewhere.status_service.health()[1].detail == "does not answer questions"
        status = await elsewhere.status_service.copy()
        assert (status.state, status.ok) == (ReplicaState.AWAY, False)
        assert [fault.since for fault in elsewhere.status_service.faults()] == [
            status.failing_since
        ]
        elsewhere.home.books.away = False
        while not elsewhere.status_service.health()[1].ok:
            await asyncio.sleep(0.001)
        following.cancel()


async def test_while_mongodb_is_away_nobody_waits_for_its_size_and_its_refusal_is_no_outage(
    elsewhere: Elsewhere,
) -> None:
    elsewhere.copy.failures["usage"] = ReplicaUnreachable("gone")
    assert (await elsewhere.status_service.copy()).ok
    elsewhere.copy.failures["power"] = ReplicaUnreachable("gone")
    elsewhere.status_service = elsewhere.service_every(0.2)
    async with asyncio.timeout(300), asyncio.TaskGroup() as tasks:
        following = tasks.create_task(elsewhere.status_service.follow())
        while elsewhere.status_service.health()[1].ok:
            await asyncio.sleep(0)
        elsewhere.copy.calls.clear()
        assert not (await elsewhere.status_service.copy()).ok
        assert "usage" not in elsewhere.copy.calls
        following.cancel()


def away_history(elsewhere: Elsewhere) -> EnergyService:
    home = elsewhere.home
    return EnergyService(home.site, None, elsewhere.clock, lambda: home.assignment, elsewhere.books)


async def test_the_copy_answers_for_what_it_has_and_is_left_alone_when_away() -> None:
    clock = ManualClock()
    home, there, outbox = MemoryHome(clock), MemoryHome(clock), MemoryOutbox()
    start = int(clock.now_s()) // 3_600 * 3_600 - 7_200
    home.book(GRID, start, [1.0] * 60)
    there.book(GRID, start - 86_400 * 400, [1.0])
    there.book(GRID, start, [1.0] * 60)
    copy = Replica(there.books, outbox.holds, clock)
    history = EnergyService(home.site, home.books, clock, lambda: home.assignment, copy)
    assert (await history.of_period("all", None, None)).source == "mongodb"
    assert len((await history.of_period("all", None, None)).buckets) == 2
    outbox.put(GRID, MinuteRecord(start, 60, 1, 0, 0, 0, 0, 0))
    assert (await history.of_period("today", None, None)).source == "local"
    outbox.kept.clear()
    there.books.away, there.books.questions = True, 0
    for _ in range(3):
        assert (await history.of_period("today", None, None)).source == "local"
    assert there.books.questions == 1
    assert copy.silent_since == clock.now_s()
    clock.advance(15)
    assert (await history.of_period("today", None, None)).source == "local"
    assert there.books.questions == 2


async def test_a_card_that_can_not_be_read_is_told_until_it_can_and_hides_nothing(
    elsewhere: Elsewhere,
) -> None:
    """Between two looks at it the power is heard."""
    elsewhere.copy.manifests.append(elsewhere.manifest)
    elsewhere.copy.refusals["home"] = ReplicaRefused("it can't be read")
    elsewhere.home.books.put(GRID, MinuteRecord(1_749_999_960, 60, 1, 0, 0, 0, 0, 0))
    elsewhere.tells(1.0, 0.2)
    async with asyncio.timeout(300), asyncio.TaskGroup() as tasks:
        following = tasks.create_task(elsewhere.status_service.follow())
        with elsewhere.home.board.subscribed() as events:
            heard: list[object] = []
            while not any(isinstance(event, MinuteBooked) for event in heard):
                heard += await events.next()
        for _ in range(5):
            calls = len(elsewhere.copy.calls)
            while len(elsewhere.copy.calls) == calls:  # the power is heard
                await asyncio.sleep(0.001)
            (fault,) = elsewhere.status_service.faults()
            assert (fault.kind, "can't be read" in fault.detail) == (FaultKind.COPY_FAILING, True)
            assert not (await elsewhere.status_service.copy()).ok
        assert elsewhere.home.board.now().meters[0].state is MeterState.LIVE
        del elsewhere.copy.refusals["home"]
        while elsewhere.status_service.faults():
            await asyncio.sleep(0.001)
        following.cancel()


async def test_what_its_own_tasks_and_questions_met_is_told(elsewhere: Elsewhere) -> None:
    async def crash() -> None:
        if not elsewhere.status_service.faults():
            raise ValueError("never")

    async with asyncio.timeout(300):
        await elsewhere.supervisor.run("follow", crash)
    span = Span(1_749_999_960, 1_749_999_960 + 3 * READ_AT_ONCE_S)
    elsewhere.odd_records.met([GRID], span, is_sound=False)
    kinds = {fault.kind for fault in elsewhere.status_service.faults()}
    assert kinds == {FaultKind.TASK_RESTARTED, FaultKind.COPY_LACKS}
    assert elsewhere.status_service.health()[1].ok


async def test_what_is_odd_is_read_again_until_it_is_in_order(elsewhere: Elsewhere) -> None:
    span = Span(1_749_999_960, 1_749_999_960 + READ_AT_ONCE_S + 60)
    met = elsewhere.odd_records.met
    met([GRID], span, is_sound=False)
    asked: list[Span] = []

    class Mended(MemoryBooks):
        @override
        async def minutes(self, meters: Sequence[MeterId], span: Span) -> list[MinuteRecord]:
            asked.append(span)
            met(meters, span, is_sound=True)
            return []

    books = Replica(Mended(elsewhere.home.site), None, elsewhere.clock)
    own = own_faults(elsewhere.clock, elsewhere.supervisor, elsewhere.odd_records)
    copys = ReplicaClock(elsewhere.clock)
    status_service = ViewerService(
        elsewhere.manifest, elsewhere.copy, books, elsewhere.home.board, copys, own, 0.001
    )
    async with asyncio.timeout(300), asyncio.TaskGroup() as tasks:
        following = tasks.create_task(status_service.follow())
        while status_service.faults():
            elsewhere.clock.advance(BOOKED_EVERY_S)
            await asyncio.sleep(0.001)
        following.cancel()
    assert asked == [Span(span.start, span.end - 60), Span(span.end - 60, span.end)]


async def test_days_that_are_none_are_read_again_until_they_are_in_order(
    elsewhere: Elsewhere,
) -> None:
    odd_records, minute = elsewhere.odd_records, Netting.MINUTE
    odd_records.met_days(range(730_000, 730_003), minute, [730_001, 730_002])
    odd_records.met_days(range(730_001, 730_002), Netting.HOUR, [730_001])
    odd_records.met_days(range(730_001, 730_002), Netting.HOUR, [])
    (fault,) = elsewhere.status_service.faults()
    assert fault.kind is FaultKind.COPY_LACKS
    assert "2 days that can't be read, the first of 1999-09-04" in fault.detail
    asked: list[tuple[int, Netting]] = []

    class Mended(MemoryBooks):
        @override
        async def days(self, first: int, end: int, netting: Netting) -> list[tuple[int, Energies]]:
            asked.append((first, netting))
            odd_records.met_days(range(first, end), netting, [])
            return []

    books = Replica(Mended(elsewhere.home.site), None, elsewhere.clock)
    status_service = ViewerService(
        elsewhere.manifest,
        elsewhere.copy,
        books,
        elsewhere.home.board,
        ReplicaClock(elsewhere.clock),
        elsewhere.own,
        0.001,
    )
    async with asyncio.timeout(300), asyncio.TaskGroup() as tasks:
        following = tasks.create_task(status_service.follow())
        while status_service.faults():
            elsewhere.clock.advance(BOOKED_EVERY_S)
            await asyncio.sleep(0.001)
        following.cancel()
    assert asked == [(730_001, minute), (730_002, minute)]
