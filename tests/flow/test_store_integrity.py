"""The watch over the store's file: what it looks through, tells, and has fetched again."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from typing_extensions import override

from tests.fakes.books import MemoryBooks
from tests.fakes.clock import ManualClock
from tests.fakes.integrity import MemoryIntegrity
from tests.fakes.journal import MemoryJournal
from tests.fakes.meter import FakeMeter
from wattledger.energy.booking_entry import Gap, GapReason
from wattledger.energy.errors import ReplicaUnreachable
from wattledger.energy.fault import Fault, FaultKind
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
from wattledger.flow.damage_healing import METER_FIRST_S, FromCopy
from wattledger.flow.meter_counters import CounterKeeper, Epochs
from wattledger.flow.notifier import Notifier
from wattledger.flow.replica import Replica
from wattledger.flow.server_clock import ServerClock
from wattledger.flow.store_integrity import DAY_S, TOLD_S, WEEK_S, StoreIntegrity
from wattledger.flow.store_integrity_ports import Mended
from wattledger.flow.store_state import StoreState

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
        state = StoreState(self.clock)
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


async def test_empty_books_are_not_looked_through() -> None:
    stage = Stage()
    await stage.tick()
    assert stage.integrity.checked == []
    assert stage.told == []
    assert stage.keeping.health().ok


@pytest.mark.slow
async def test_everything_is_looked_through_within_a_week() -> None:
    stage = Stage()
    stage.books.put(MAINS, RECORD, RECORD._replace(start=NOON + 40 * 86_400))
    end = NOON + 40 * 86_400 + 60
    await stage.tick()
    assert stage.integrity.checked == [Span(end - 86_400, end)]
    stage.integrity.checked.clear()
    for _ in range(7 * 24 + 1):
        await stage.tick(3_600)
    seen = sorted(stage.integrity.checked)
    assert seen[0].start <= NOON
    assert seen[-1].end >= end - 86_400
    assert all(later.start <= earlier.end for earlier, later in pairwise(seen))
    assert max(span.length_s for span in seen) <= 86_400
    stage.integrity.checked.clear()
    await stage.tick(WEEK_S + 5)
    assert stage.integrity.checked[-1].end == end


async def test_damage_is_told_for_a_day_and_longer_while_it_lasts() -> None:
    stage = Stage()
    stage.integrity.mended = Mended("1 hour of a meter was set aside", fetchable=True)
    stage.integrity.lost = {MAINS: [HOUR]}
    await stage.tick()
    assert stage.told == [FaultKind.STORE_DAMAGED]
    assert "60 minutes are null" in stage.keeping.health().detail
    await stage.tick(2 * TOLD_S)
    assert stage.told == [FaultKind.STORE_DAMAGED]
    stage.integrity.lost = {}
    stage.integrity.mended = Mended("1 sum is made anew")
    await stage.tick()
    assert "all of it is mended" in stage.keeping.standing()[0].detail
    assert stage.keeping.health().ok
    await stage.tick(TOLD_S + 1)
    assert stage.told == []


async def test_a_clock_that_is_set_takes_nothing_from_how_long_damage_is_told() -> None:
    stage = Stage(at_s=100.0)
    stage.integrity.mended = Mended("1 hour of a meter was set aside")
    await stage.tick()
    await stage.set_clock(NOON)
    (fault,) = stage.keeping.standing()
    assert (fault.kind, fault.since) == (FaultKind.STORE_DAMAGED, NOON - 5.0)
    await stage.tick(TOLD_S - 6.0)
    assert stage.told == [FaultKind.STORE_DAMAGED]
    await stage.tick(1.0)
    assert stage.told == []


async def test_since_when_the_store_is_unwell_goes_with_a_clock_that_is_set() -> None:
    stage = Stage(at_s=100.0)
    stage.integrity.lost = {MAINS: [HOUR]}
    stage.integrity.words = "it was removed"
    await stage.tick()
    await stage.set_clock(NOON)
    gone, damaged = stage.keeping.standing()
    (minutes,) = stage.keeping.damage(MAINS, [Gap(HOUR, GapReason.DAMAGED)])
    assert {gone.since, damaged.since, minutes.since} == {NOON - 5.0}
    stage.integrity.mended = Mended(unmended="is there room on the disk?")
    await stage.tick()
    stage.integrity.mended = Mended(unmended="is there room on the disk?")
    await stage.set_clock(NOON + 3_600.0)
    assert stage.keeping.standing()[1].since == NOON + 3_595.0


async def test_the_copy_is_asked_in_time_though_the_clock_is_set_back() -> None:
    asked: list[Span] = []

    async def from_copy(meter: MeterId, span: Span) -> Sequence[MinuteRecord] | None:
        asked.append(span)
        return None

    stage = Stage(from_copy)
    stage.integrity.lost = {MAINS: [HOUR]}
    await stage.tick()
    await stage.set_clock(NOON - 6 * 3_600.0)
    assert asked == []
    await stage.tick(METER_FIRST_S)
    assert asked == [HOUR]


async def test_damage_that_cannot_be_mended_yet_is_told_until_it_is() -> None:
    stage = Stage()
    stage.integrity.lost = {MAINS: [HOUR]}
    since = stage.clock.now_s()
    for _ in range(2):
        stage.integrity.mended = Mended(unmended="is there room on the disk?")
        await stage.tick()
        (fault,) = stage.keeping.standing()
        assert fault == Fault(FaultKind.STORE_DAMAGED, "is there room on the disk?", since)
        assert not stage.keeping.health().ok
        stage.clock.advance(15.0)
    stage.integrity.lost = {}
    await stage.tick()
    assert stage.told == []
    assert stage.keeping.health().ok


async def test_damage_of_before_the_start_is_told() -> None:
    stage = Stage()
    stage.integrity.lost = {MAINS: [HOUR]}
    await stage.tick()
    assert stage.told == [FaultKind.STORE_DAMAGED]


async def test_what_the_meter_does_not_give_comes_from_the_copy() -> None:
    answers: list[Sequence[MinuteRecord] | None] = [None, [RECORD]]

    async def from_copy(meter: MeterId, span: Span) -> Sequence[MinuteRecord] | None:
        assert (meter, span) == (MAINS, HOUR)
        return answers.pop(0)

    stage = Stage(from_copy)
    stage.integrity.lost = {MAINS: [HOUR]}
    booking = asyncio.ensure_future(stage.bookkeeper.run())
    await stage.tick()
    assert len(answers) == 2
    await stage.tick(METER_FIRST_S)
    assert stage.journal.commits == []
    await stage.tick(METER_FIRST_S)
    assert [entry.record for entry in stage.journal.commits[-1]] == [RECORD]
    stage.bookkeeper.stop()
    await booking


LOST = {MAINS: [HOUR]}


def lacking(asked: list[Span]) -> FromCopy:
    async def from_copy(meter: MeterId, span: Span) -> Sequence[MinuteRecord] | None:
        asked.append(span)
        return []

    return from_copy


async def test_the_copy_is_asked_ever_more_seldom_for_what_it_lacks() -> None:
    asked: list[Span] = []
    stage = Stage(lacking(asked))
    hours = [Span(NOON - 7_200 * n, NOON - 7_200 * n + 3_600) for n in range(200, 0, -1)]
    stage.integrity.lost = {MAINS: hours}
    for _ in range(41):
        await stage.tick(15.0)
    assert len(asked) <= 3 * 200
    asked.clear()
    for _ in range(31):
        await stage.tick(DAY_S)
    assert len(asked) <= 31 * 200
    assert not stage.keeping.health().ok


class SlowCopy(MemoryBooks):
    """Takes too long for what is longer than an hour; `asked` is what it was really asked for."""

    asked: list[Span]

    @override
    async def minutes(self, meters: Sequence[MeterId], span: Span) -> list[MinuteRecord]:
        self.asked.append(span)
        if span.length_s > HOUR.length_s:
            raise ReplicaUnreachable("no answer in time")
        return await super().minutes(meters, span)


@pytest.mark.parametrize("every_s", [14.0, 15.0])
async def test_what_the_copy_does_not_answer_holds_nothing_else_up(every_s: float) -> None:
    async def from_copy(meter: MeterId, span: Span) -> Sequence[MinuteRecord] | None:
        return await replica.minutes(meter, span)

    stage = Stage(from_copy)
    copy = SlowCopy(stage.books.site)
    copy.asked = []
    copy.put(MAINS, RECORD)
    replica = Replica(copy, None, stage.clock)
    days = [Span(NOON - 86_400 * n, NOON - 86_400 * n + 7_200) for n in range(20, 0, -1)]
    stage.integrity.lost = {MAINS: [*days, HOUR]}
    async with stage.booking():
        for _ in range(80):
            await stage.tick(every_s)
        assert [entry.record for entry in stage.journal.commits[0]] == [RECORD]
    assert {*copy.asked} == {*days, HOUR}


async def test_what_the_copy_does_not_answer_it_is_asked_again_after_a_pause() -> None:
    asked: list[Span] = []

    async def from_copy(meter: MeterId, span: Span) -> Sequence[MinuteRecord] | None:
        asked.append(span)
        return None

    stage = Stage(from_copy)
    stage.integrity.lost = {MAINS: [HOUR]}
    for _ in range(4 * 60):
        await stage.tick(15.0)
    assert len(asked) == 3_600 // METER_FIRST_S - 1


async def test_what_neither_the_meter_nor_the_copy_has_is_given_up_and_told_for_a_day() -> None:
    asked: list[Span] = []
    stage = Stage(lacking(asked))
    stage.integrity.harm(MAINS, HOUR)
    await stage.integrity.check(HOUR)
    async with stage.booking():
        await stage.tick()
        await stage.meter_lists()
        await stage.tick()
        assert stage.given_up == {}
        await stage.tick(METER_FIRST_S)
        await stage.tick()
        assert stage.given_up == LOST
    assert asked == [HOUR]
    assert stage.keeping.health().ok
    assert stage.keeping.damage(MAINS, [Gap(HOUR, GapReason.DAMAGED)]) == []
    (fault,) = stage.keeping.standing()
    assert fault.kind is FaultKind.STORE_DAMAGED
    gone = "60 minutes stay null: neither the meter nor MongoDB has them any more"
    assert fault.detail == f"damage on the disk was found: an hour of a meter was set aside; {gone}"
    await stage.tick(TOLD_S)
    assert stage.told == []
    stage.integrity.lost = {}
    await stage.tick()
    assert stage.given_up == {}


async def test_without_a_copy_what_the_meter_lists_no_more_is_given_up() -> None:
    stage = Stage()
    stage.integrity.mended = Mended("1 hour of a meter was set aside", fetchable=True)
    stage.integrity.lost = {MAINS: [HOUR]}
    async with stage.booking():
        await stage.meter_lists()
        stage.clock.advance(1.0)
        await stage.tick()
        await stage.tick(METER_FIRST_S)
        assert stage.given_up == {}  # it was listed before the damage was known
        half = Span(HOUR.start, HOUR.start + 1_800)
        await stage.meter_lists(half)
        await stage.tick()
        rest = Span(half.end, HOUR.end)
        assert stage.given_up == {MAINS: [rest]}
        assert not stage.keeping.health().ok
        stage.integrity.lost = {MAINS: [rest]}
        await stage.tick()
        assert stage.keeping.health().ok
    (fault,) = stage.keeping.standing()
    assert fault.detail.endswith("30 minutes stay null: no meter has them any more")


async def test_nothing_is_given_up_while_the_meter_is_away_or_the_copy_does_not_answer() -> None:
    answers: list[Sequence[MinuteRecord] | None] = []

    async def from_copy(meter: MeterId, span: Span) -> Sequence[MinuteRecord] | None:
        return answers.pop()

    stage = Stage(from_copy)
    stage.integrity.lost = {MAINS: [HOUR]}
    async with stage.booking():
        await stage.tick()
        await stage.meter_lists()
        answers.append(None)
        await stage.tick(METER_FIRST_S)
        stage.backfill.disconnected()
        answers.append([])
        await stage.tick(METER_FIRST_S)
        await stage.tick()
        assert answers == []
        assert stage.given_up == {}
        await stage.meter_lists()
        await stage.tick()
        assert stage.given_up == LOST


async def test_a_meter_that_was_replaced_lists_nothing() -> None:
    stage = Stage()
    stage.integrity.lost = {MeterId("A0DD6CA0C2FF"): [HOUR]}
    async with stage.booking():
        await stage.tick()
        await stage.tick(METER_FIRST_S)
        assert stage.given_up == {}  # it may be the one that is away
        await stage.meter_lists(HOUR)
        await stage.tick()
        assert [*stage.given_up] == [MeterId("A0DD6CA0C2FF")]


async def test_what_was_given_up_before_the_start_is_no_news() -> None:
    stage = Stage()
    stage.integrity.lost = {MAINS: [HOUR]}
    async with stage.booking():
        await stage.tick()
        await stage.meter_lists()
        await stage.tick(METER_FIRST_S - 1.0)
        assert stage.told == [FaultKind.STORE_DAMAGED]
        await stage.tick(1.0)
        assert stage.given_up == LOST
        assert stage.told == []
        assert stage.keeping.health().ok


async def test_another_meter_that_is_away_keeps_nothing_from_being_given_up() -> None:
    stage = Stage()
    solar = stage.add_solar()
    stage.integrity.lost = {MAINS: [HOUR], SOLAR: [HOUR]}
    async with stage.booking():
        await stage.tick()
        await stage.meter_lists()
        await stage.tick(METER_FIRST_S)
        await stage.tick()
        assert solar.meter_id is None
        assert stage.given_up == {MAINS: [HOUR]}


async def test_a_store_that_is_gone_is_told_until_it_is_back() -> None:
    stage = Stage()
    stage.integrity.words = "it was removed"
    await stage.tick()
    await stage.tick()
    assert stage.told == [FaultKind.STORE_GONE]
    assert stage.keeping.health().detail == "it was removed"
    stage.integrity.busy = True
    await stage.tick()
    assert stage.told == [FaultKind.STORE_GONE]
    stage.integrity.busy, stage.integrity.words = False, None
    await stage.tick()
    assert stage.told == []


async def test_what_is_noticed_is_dealt_with_at_once() -> None:
    stage = Stage()
    running = asyncio.ensure_future(stage.keeping.run())
    for _ in range(2):
        await stage.integrity.mends.wait()
        stage.integrity.mends.clear()
        stage.integrity.notice()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_the_copy_is_asked_for_minutes_whole_or_not() -> None:
    stage = Stage()
    stage.books.put(MAINS, RECORD)
    assert await Replica(stage.books, None, stage.clock).minutes(MAINS, HOUR) == [RECORD]


async def test_what_of_one_meter_is_damaged() -> None:
    stage = Stage()
    stage.integrity.lost = {MAINS: [HOUR]}
    await stage.tick()
    assert stage.keeping.damage(MAINS, [Gap(HOUR, GapReason.OUTAGE)]) == []
    (fault,) = stage.keeping.damage(MAINS, [Gap(HOUR, GapReason.DAMAGED)])
    assert (fault.kind, fault.since) == (FaultKind.DAMAGED_MINUTES, stage.clock.now_s())
    assert fault.detail.startswith("60 minutes were damaged")
