"""Posting by its words: what is sent, looked up, held back, and said, with a copy in memory."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.fakes.books import MemoryBooks
from tests.fakes.clock import ManualClock
from tests.fakes.copy import MB, MemoryCopy, MemoryOutbox
from tests.fakes.home import GRID, SOLAR, MemoryHome
from wattledger.energy.errors import (
    ReplicaError,
    ReplicaForeign,
    ReplicaFull,
    ReplicaRefused,
    ReplicaRestored,
    ReplicaTaken,
    ReplicaUnreachable,
    StoreBusy,
    WattledgerError,
)
from wattledger.energy.fault import FaultKind
from wattledger.energy.record import MinuteRecord
from wattledger.energy.rollup import DaySums, day_sums
from wattledger.energy.spans import Span
from wattledger.flow import replicator
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.notifier import Notifier
from wattledger.flow.pace import Pace
from wattledger.flow.publish_power import publish_power
from wattledger.flow.reconcile import ReconciledBooks
from wattledger.flow.replica_check import ReplicaCheck
from wattledger.flow.replica_losses import MENDED_TOLD_S, Lacks, Loss
from wattledger.flow.replica_ports import SiteManifest, Usage
from wattledger.flow.replication_plan import (
    LATE_BATCH,
    LATE_WAITS_S,
    MOST_SPAN_S,
    Backlog,
    batch_of,
    choose,
)
from wattledger.flow.replication_state import (
    TURN_S,
    ReplicationState,
    replica_faults,
    replica_health,
    replica_status,
)
from wattledger.flow.replicator import Replicator
from wattledger.flow.space_budget import years_left
from wattledger.flow.status import ReplicaState, copy_state

T0 = 1_774_648_800


def record(start: int) -> MinuteRecord:
    return MinuteRecord(start, 60, 1, 2, 3, 0, 0, 0)


def stretch(start: int, count: int) -> list[MinuteRecord]:
    return [record(start + 60 * minute) for minute in range(count)]


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
            replace(Pace(retry_s=(0.01,), idle_s=0.02), **pace),
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


@pytest.fixture
def posting() -> Posting:
    return Posting()


async def test_sends_everything_once_and_gives_the_lease_back(posting: Posting) -> None:
    posting.outbox.put(GRID, *stretch(T0, 1_500))
    posting.outbox.put(SOLAR, *stretch(T0, 3))
    posting.outbox.older = [(GRID, record(T0 - 60))]
    day = DaySums(739_000, {})
    posting.outbox.kept_days = [day]
    async with posting.running():
        await posting.done()
        await posting.until(lambda: bool(posting.copy.day_sums))
        assert posting.replicator.state.is_writer
        assert posting.replicator.to_post(GRID) == 0
    assert len(posting.copy.records) == 1_504
    assert len(set(posting.copy.records)) == 1_504
    assert posting.copy.day_sums == [day]
    assert posting.outbox.copy_id == "copy"
    assert posting.copy.calls[-1] == "release"
    assert not posting.replicator.state.is_writer


async def test_what_half_arrived_is_completed(posting: Posting) -> None:
    posting.copy.failures["half"] = ReplicaUnreachable("gone")
    posting.outbox.put(GRID, *stretch(T0, 100))
    async with posting.running():
        await posting.done()
        assert posting.replicator.state.last_error == "gone"
    assert sorted(r.start for _, r in posting.copy.records) == [T0 + 60 * m for m in range(100)]


async def test_without_a_doubt_nothing_is_looked_up(posting: Posting) -> None:
    async with posting.running():
        await posting.done()
        posting.outbox.put(GRID, record(T0))
        posting.booked.ring()
        await posting.done()
    assert "stored" not in posting.copy.calls


async def test_what_only_seems_to_wait_keeps_nothing_from_being_posted(posting: Posting) -> None:
    posting.outbox.ghosts = {GRID: 3}
    posting.outbox.put(SOLAR, record(T0))
    async with posting.running():
        await posting.done()
    assert posting.copy.records == [(SOLAR, record(T0))]


async def test_two_failures_of_one_kind_are_said_once(
    posting: Posting, caplog: pytest.LogCaptureFixture
) -> None:
    posting.replicator = posting.poster_with(retry_s=(0.2,))
    posting.copy.failures["take"] = ReplicaUnreachable("gone")
    async with posting.running():
        await posting.until(lambda: not posting.replicator.state.ok)
        posting.copy.failures["take"] = ReplicaUnreachable("gone")
        await posting.until(lambda: posting.copy.calls.count("take") == 3)
        await posting.done()
    assert caplog.text.count("mongodb: gone") == 1


async def test_that_posting_goes_on_is_said_once_also_where_something_waited(
    posting: Posting, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    posting.copy.failures["append"] = ReplicaUnreachable("gone")
    posting.outbox.put(GRID, *stretch(T0, 3))
    async with posting.running():
        await posting.until(lambda: not posting.replicator.state.ok)
        await posting.done()
    assert caplog.text.count("mongodb: posting again") == 1


async def test_what_is_wrong_is_told_with_its_kind_and_since_when(posting: Posting) -> None:
    posting.replicator = posting.poster_with(retry_s=(0.2,))
    posting.copy.failures["take"] = ReplicaUnreachable("gone")
    async with posting.running():
        await posting.until(lambda: not posting.replicator.state.ok)
        first = replica_status(posting.replicator.state, {})
        assert (first.state, first.failing_since) == (ReplicaState.AWAY, posting.clock.now_s())
        await posting.done()
        posting.clock.advance(60)
        last = replica_status(posting.replicator.state, {})
        assert (last.state, last.failing_since) == (ReplicaState.UP_TO_DATE, None)
        before, after = posting.clock.now_s() - 61, posting.clock.now_s() + 1
        assert replica_status(posting.replicator.state, {}, before).state is ReplicaState.UP_TO_DATE
        silent = replica_status(posting.replicator.state, {}, after)
        assert (silent.state, silent.failing_since, silent.ok) == (ReplicaState.AWAY, after, False)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (ReplicaUnreachable("a"), ReplicaState.AWAY),
        (ReplicaRefused("b"), ReplicaState.REFUSED),
        (ReplicaTaken("c"), ReplicaState.TAKEN),
        (ReplicaFull("d"), ReplicaState.FULL),
        (StoreBusy("e"), ReplicaState.FAILING),
    ],
)
def test_each_error_of_the_copy_has_its_state(error: WattledgerError, state: ReplicaState) -> None:
    assert copy_state(error) is state


async def test_what_is_known_there_already_is_not_sent(posting: Posting) -> None:
    posting.copy.records = [(GRID, one) for one in stretch(T0, 10)]
    posting.copy.records.append((GRID, record(T0 + 6_000)))
    posting.outbox.put(GRID, *stretch(T0, 10))
    async with posting.running():
        await posting.done()
    assert "append" not in posting.copy.calls


async def test_late_minutes_that_are_there_by_now_are_not_sent(posting: Posting) -> None:
    posting.copy.records = [(GRID, one) for one in stretch(T0, LATE_BATCH + 1)]
    async with posting.running():
        await posting.done()
        posting.outbox.put(GRID, *stretch(T0, LATE_BATCH))
        posting.booked.ring()
        await posting.done()
    assert "append" not in posting.copy.calls
    assert len(posting.copy.records) == LATE_BATCH + 1


async def test_what_was_lost_is_posted_at_once_and_told_until_then(posting: Posting) -> None:
    posting.outbox.put(GRID, *stretch(T0, 10))
    posting.home.books.put(GRID, *stretch(T0, 10))
    posting.there.put(GRID, *stretch(T0, 10))
    async with posting.running():
        await posting.done()
        await posting.until(lambda: posting.replica_check.confirms(Span(T0, T0 + 60)))
        del posting.copy.records[3]
        del posting.there.records[GRID, T0 + 180]
        posting.replica_check.doubt(Span(T0, T0 + 60))
        state = posting.replicator.state
        assert state.lack is not None
        assert replica_status(state, {}).state is ReplicaState.LACKING
        await posting.until(lambda: state.lack is not None and bool(state.lack.months))
        assert [fault.kind for fault in replica_faults(state)] == [FaultKind.COPY_LACKS]
        assert not replica_health(state).ok
        status = replica_status(state, {})
        assert (status.state, status.ok) == (ReplicaState.LACKING, False)
        assert status.failing_since == posting.clock.now_s()
        assert "lacks 1 minute" in status.words
        await posting.until(lambda: len(posting.copy.records) == 10)
        posting.there.put(GRID, record(T0 + 180))
        posting.clock.advance(MENDED_TOLD_S)
        posting.booked.ring()
        await posting.until(lambda: state.lack is None)
        await posting.done()
        assert replica_faults(state) == []
        assert state.state is ReplicaState.UP_TO_DATE


async def test_that_posting_stands_still_is_a_fault(posting: Posting) -> None:
    posting.replicator = posting.poster_with(retry_s=(0.2,))
    posting.copy.failures["take"] = ReplicaUnreachable("gone")
    async with posting.running():
        await posting.until(lambda: not posting.replicator.state.ok)
        (fault,) = replica_faults(posting.replicator.state)
        assert (fault.kind, fault.since) == (FaultKind.COPY_FAILING, posting.clock.now_s())
        assert "gone" in fault.detail
        await posting.done()
        assert replica_faults(posting.replicator.state) == []


async def test_late_minutes_are_held_for_four_minutes(posting: Posting) -> None:
    posting.copy.records = [(GRID, record(T0 + 86_400))]
    async with posting.running():
        await posting.done()
        posting.outbox.put(GRID, *stretch(T0, 5))
        posting.booked.ring()
        await posting.until(lambda: "late minutes" in posting.replicator.state.words)
        posting.clock.advance(LATE_WAITS_S - 1)
        posting.booked.ring()
        calls = posting.copy.calls.count("keep")
        await posting.until(lambda: posting.copy.calls.count("keep") > calls + 1)
        assert len(posting.copy.records) == 1
        posting.clock.advance(1)
        await posting.done()
    assert LATE_WAITS_S + Pace().idle_s < 300
    assert len(posting.copy.records) == 6


async def test_late_minutes_that_waited_before_a_start_wait_no_longer(posting: Posting) -> None:
    """How long they have waited nobody knows, and each start would make it longer."""
    posting.copy.records = [(GRID, record(T0 + 86_400))]
    posting.outbox.put(GRID, *stretch(T0, 42))
    async with posting.running():
        await posting.done()
    assert len(posting.copy.records) == 43


async def test_of_many_late_minutes_the_last_few_wait_no_longer_than_the_first(
    posting: Posting,
) -> None:
    posting.copy.records = [(GRID, record(T0 + 10 * 86_400))]
    posting.outbox.put(GRID, *stretch(T0, 1_007))
    async with posting.running():
        await posting.done()
    assert len(posting.copy.records) == 1_008


@pytest.mark.parametrize(
    "error", [ReplicaTaken("taken"), ReplicaRefused("no"), ReplicaFull("full")]
)
async def test_what_waiting_can_mend_is_waited_for(posting: Posting, error: ReplicaError) -> None:
    posting.replicator = posting.poster_with(pauses_s={type(error): 0.01})
    posting.copy.failures["take"] = error
    async with posting.running():
        await posting.until(lambda: posting.replicator.state.last_error == str(error))
        await posting.done()
    health = replica_health(posting.replicator.state)
    assert (health.ok, health.detail, health.last_error) == (True, "up to date", str(error))


async def test_the_card_is_told_again_when_it_changes(posting: Posting) -> None:
    async with posting.running():
        await posting.done()
        posting.manifest = SiteManifest(
            posting.home.site, posting.home.assignment, {}, {"mains": SOLAR}
        )
        await posting.until(lambda: len(posting.copy.manifests) == 2)


async def test_much_space_in_use_is_said(
    posting: Posting, caplog: pytest.LogCaptureFixture
) -> None:
    posting.copy.used_bytes = 450 * MB
    async with posting.running():
        await posting.until(lambda: "88 % of the space" in posting.replicator.state.words)
    assert "88 % of its space" in caplog.text
    status = replica_status(posting.replicator.state, {GRID: Span(T0, T0 + 86_400)})
    assert status.used_pct == pytest.approx(87.9, abs=0.1)
    assert status.years_left == pytest.approx(62 * MB / (10 * 525_960), abs=0.1)


async def test_a_lease_that_cannot_be_given_back_runs_out(posting: Posting) -> None:
    posting.copy.failures["release"] = ReplicaUnreachable("gone")
    async with posting.running():
        await posting.done()
    assert not posting.replicator.state.is_writer


def test_years_follow_what_records_take() -> None:
    usage = Usage(8_000_000, 512 * MB)
    year = Span(T0, T0 + 365 * 86_400)
    assert years_left(usage, {}) is None
    measured = years_left(usage, {GRID: year, SOLAR: year})
    per_record = 8_000_000 / (2 * 365 * 1_440)
    assert measured == pytest.approx((512 * MB - 8e6) / (per_record * 525_960 * 2))
    old = Span(T0 - 86_400 * 800, T0)
    assert years_left(usage, {GRID: year, SOLAR: old}) == pytest.approx(
        (512 * MB - 8e6) / (8_000_000 / (1_165 * 1_440) * 525_960)
    )


def test_nothing_is_chosen_where_nothing_is_due() -> None:
    few = Backlog(GRID, 0, LATE_BATCH - 1, T0)
    assert choose([], {}, 0.0) is None
    assert choose([few], {GRID: 0.0}, LATE_WAITS_S - 1) is None
    due = choose([few], {GRID: 0.0}, LATE_WAITS_S)
    assert due is not None
    assert (due.span, due.late) == (Span(0, T0 + 1), True)
    enough = choose([Backlog(SOLAR, 0, LATE_BATCH, T0)], {}, 0.0)
    assert enough is not None
    assert Backlog(GRID, 1, 0, None).late_span == Span(0, 0)


def test_a_batch_is_of_records_close_together() -> None:
    near, far = record(T0), record(T0 + MOST_SPAN_S)
    assert batch_of([near, far]) == [near]
    assert batch_of([]) == []


async def test_the_power_is_told_while_this_server_posts(posting: Posting) -> None:
    posting.home.read("mains", 100.0)
    posting.copy.failures["put_power"] = ReplicaUnreachable("gone")
    async with asyncio.TaskGroup() as tasks:
        telling = tasks.create_task(
            publish_power(posting.home.board, posting.replicator, posting.copy, every_s=0.005)
        )
        await asyncio.sleep(0.02)
        assert "put_power" not in posting.copy.calls
        posting.replicator.state.writes(is_writer=True)
        await posting.until(lambda: bool(posting.copy.powers))
        telling.cancel()
    assert posting.copy.powers[0][0].label.name == "mains"


async def test_what_the_copy_has_more_is_said_and_never_wiped(
    posting: Posting, caplog: pytest.LogCaptureFixture
) -> None:
    """A day is posted as it is there, once nothing waits that would belong to it."""
    for meter in (GRID, SOLAR):
        posting.there.put(meter, *stretch(T0, 300))
        posting.home.books.put(meter, *stretch(T0, 100))
    posting.outbox.kept_days = [await sums_of(posting, posting.home.books)]
    posting.copy.records = [(GRID, record(T0 + 86_400))]
    kept_days, posting.outbox.kept_days = posting.outbox.kept_days, []
    async with posting.running():
        await posting.done()
        posting.outbox.kept_days = kept_days
        posting.outbox.put(GRID, record(T0))
        posting.booked.ring()
        await posting.until(lambda: "late minutes" in posting.replicator.state.words)
        assert "more of 1 day" in posting.replicator.state.words
        assert posting.copy.day_sums == []
        posting.clock.advance(LATE_WAITS_S)
        await posting.until(lambda: bool(posting.copy.day_sums))
        assert posting.copy.day_sums == [await sums_of(posting, posting.there)]
        looks = posting.copy.calls.count("usage")
        posting.clock.advance(replicator.LOOK_EVERY_S)
        await posting.until(lambda: posting.copy.calls.count("usage") > looks)
    assert caplog.text.count("wattledger mongodb restore") == 1


async def sums_of(posting: Posting, books: MemoryBooks) -> DaySums:
    quarters = await books.quarters(Span(T0, T0 + 86_400))
    return day_sums(739_703, quarters, T0, posting.home.site.roles)


@pytest.mark.parametrize("lost", [slice(-3, None), slice(None)], ids=["the newest", "all"])
async def test_where_the_newest_was_lost_all_that_was_lost_is_posted_again(
    posting: Posting, lost: slice
) -> None:
    posting.outbox.put(GRID, *stretch(T0, 10))
    async with posting.running():
        await posting.done()
    del posting.copy.records[lost]
    async with posting.running():
        await posting.until(lambda: posting.replicator.state.last_error == str(ReplicaRestored()))
        await posting.done()
    assert sorted(posting.copy.records) == [(GRID, one) for one in stretch(T0, 10)]


async def test_every_meter_s_newest_is_looked_for_after_a_start(posting: Posting) -> None:
    posting.outbox.put(GRID, *stretch(T0, 10))
    posting.outbox.put(SOLAR, *stretch(T0, 10))
    async with posting.running():
        await posting.done()
    posting.copy.records = [(meter, one) for meter, one in posting.copy.records if meter == GRID]
    async with posting.running():
        await posting.until(lambda: posting.replicator.state.last_error == str(ReplicaRestored()))
        await posting.done()
    assert len(set(posting.copy.records)) == 20


async def test_where_only_late_minutes_were_lost_the_epoch_tells(posting: Posting) -> None:
    posting.outbox.put(GRID, *stretch(T0, 10))
    async with posting.running():
        await posting.done()
    posting.copy.epoch -= 1
    del posting.copy.records[2:5]
    async with posting.running():
        await posting.until(lambda: posting.replicator.state.last_error == str(ReplicaRestored()))
        await posting.done()
    assert sorted(posting.copy.records) == [(GRID, one) for one in stretch(T0, 10)]


async def test_the_epoch_is_noted_at_the_begin_each_hour_and_at_the_end(posting: Posting) -> None:
    async with posting.running():
        await posting.done()
        assert posting.outbox.notes == [1]
        posting.copy.epoch = 5
        posting.clock.advance(replicator.NOTE_EVERY_S - 1)
        calls = posting.copy.calls.count("keep")
        await posting.until(lambda: posting.copy.calls.count("keep") > calls + 1)
        assert posting.outbox.notes == [1]
        posting.clock.advance(1)
        await posting.until(lambda: posting.outbox.notes == [1, 5])
        posting.copy.epoch = 7
        calls = posting.copy.calls.count("keep")
        await posting.until(lambda: posting.copy.calls.count("keep") > calls + 1)
    assert posting.outbox.notes == [1, 5, 7]


async def test_a_full_disk_does_not_keep_minutes_from_being_posted(posting: Posting) -> None:
    posting.outbox.full = True
    posting.outbox.put(GRID, *stretch(T0, 10))
    async with posting.running():
        await posting.done()
        posting.outbox.full = False
        posting.clock.advance(replicator.NOTE_EVERY_S)
        await posting.until(lambda: posting.outbox.notes == [1])
    assert posting.replicator.state.last_error is None


@pytest.mark.parametrize("error", [ReplicaForeign("no time series"), ReplicaRestored()])
async def test_another_copy_is_said_once_nothing_is_answered_from_it(
    posting: Posting, error: ReplicaError
) -> None:
    posting.replicator = posting.poster_with(pauses_s={type(error): 60.0})
    async with posting.running():
        await posting.done()
        posting.outbox.may_aim.clear()
        posting.copy.failures["keep"] = error
        await posting.until(lambda: posting.outbox.aims == ["copy", None])
        assert posting.replicator.state.ok
        posting.outbox.may_aim.set()
        await posting.until(lambda: not posting.replicator.state.ok)
        assert posting.outbox.copy_id is None
        assert posting.replicator.state.last_error == str(error)


async def test_the_lease_is_given_back_also_after_a_failure(
    posting: Posting,
) -> None:
    posting.replicator = posting.poster_with(pauses_s={ReplicaFull: 60.0})
    posting.copy.failures["append"] = ReplicaFull("full")
    posting.copy.failures["usage"] = ReplicaUnreachable("gone")
    posting.outbox.put(GRID, record(T0))
    async with posting.running():
        await posting.until(lambda: posting.replicator.state.last_error == "full")
        await posting.until(lambda: posting.copy.calls[-1] == "usage")
        assert "release" not in posting.copy.calls
    assert posting.copy.calls[-1] == "release"
    assert posting.replicator.state.usage is None


async def test_a_lease_that_was_never_had_is_not_given_back(posting: Posting) -> None:
    posting.copy.failures["take"] = ReplicaTaken("taken")
    async with posting.running():
        await posting.until(lambda: not posting.replicator.state.ok)
    assert posting.copy.calls == ["take"]


async def test_a_clock_that_is_set_ends_the_pause_after_a_refusal(posting: Posting) -> None:
    posting.copy.failures["take"] = ReplicaRefused("the certificate is not valid yet")
    posting.outbox.put(GRID, record(T0))
    async with posting.running():
        await posting.until(lambda: posting.replicator.state.state is ReplicaState.REFUSED)
        await asyncio.sleep(0)
        posting.clock.wall_s += 3_600
        posting.steps.look()
        await posting.done()
    assert len(posting.copy.records) == 1


async def test_posting_that_hangs_is_told_after_a_minute(posting: Posting) -> None:
    """No call fails."""
    posting.outbox.may_aim.clear()
    state = posting.replicator.state
    async with posting.running():
        await posting.until(lambda: bool(posting.outbox.aims))
        posting.clock.advance(TURN_S - 1)
        assert [wait.allowed_s for wait in state.standing()] == [TURN_S]
        assert replica_status(state, {}).ok
        posting.clock.advance(1)
        status = replica_status(state, {})
        assert (status.state, status.ok) == (ReplicaState.AWAY, False)
        assert status.failing_since == posting.clock.now_s() - TURN_S
        assert "nothing moves" in replica_health(state).detail
        posting.outbox.may_aim.set()
        await posting.done()
        assert replica_status(state, {}).ok


async def test_minutes_that_nobody_acknowledges_are_told(posting: Posting) -> None:
    posting.copy.records = [(GRID, record(T0 + 600))]
    state = posting.replicator.state
    async with posting.running():
        await posting.done()
        posting.outbox.put(GRID, record(T0))  # late: it waits for company
        posting.booked.ring()
        await posting.until(lambda: "late" in state.words)
        state.lacks.counted(date(2026, 3, 1), Loss(surplus_records=1))
        assert replica_health(state).ok
        assert "1 record of 2026-03 twice" in replica_health(state).detail
        assert [fault.kind for fault in replica_faults(state)] == [FaultKind.COPY_LACKS]
        (wait,) = state.standing()
        assert "acknowledges nothing" in wait.detail
        assert wait.allowed_s > LATE_WAITS_S
        posting.clock.advance(LATE_WAITS_S)
        posting.booked.ring()
        await posting.done()
        assert not [*state.standing()]


def test_a_copy_that_answers_no_question_is_told_until_it_is_heard(posting: Posting) -> None:
    state, now_s = posting.replicator.state, posting.clock.now_s()
    state.rests(0, now_s)
    assert (replica_health(state, now_s).ok, replica_faults(state, now_s)) == (True, [])
    (fault,) = replica_faults(state, now_s + 1)
    assert (fault.kind, fault.since) == (FaultKind.COPY_FAILING, now_s + 1)
    assert not replica_health(state, now_s + 1).ok
