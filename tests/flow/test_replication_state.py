"""What is said of the posting: how it is, since when, and once."""

from dataclasses import replace
from datetime import date

import pytest

from tests.fakes.copy import HELSINKI, MB
from tests.fakes.home import GRID, SOLAR
from tests.flow.posting import T0, Posting, record, stretch, sums_of
from wattledger.energy.errors import (
    ReplicaFull,
    ReplicaRefused,
    ReplicaTaken,
    ReplicaUnreachable,
    StoreBusy,
    WattledgerError,
)
from wattledger.energy.fault import FaultKind
from wattledger.energy.spans import Span
from wattledger.flow.replica_losses import Loss
from wattledger.flow.replication_plan import (
    LATE_WAITS_S,
)
from wattledger.flow.replication_state import (
    TURN_S,
    replica_faults,
    replica_health,
    replica_status,
)
from wattledger.flow.status import ReplicaState, copy_state

DAY_S = 86_400


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
        before, after = posting.clock.monotonic_s() - 61, posting.clock.monotonic_s() + 1
        assert replica_status(posting.replicator.state, {}, before).state is ReplicaState.UP_TO_DATE
        silent = replica_status(posting.replicator.state, {}, after)
        assert (silent.state, silent.ok) == (ReplicaState.AWAY, False)
        assert silent.failing_since == posting.clock.now_s() + 1


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


async def test_that_posting_stands_still_is_a_fault(posting: Posting) -> None:
    posting.replicator = posting.poster_with(retry_s=(0.2,))
    posting.copy.failures["take"] = ReplicaUnreachable("MongoDB: gone")
    async with posting.running():
        await posting.until(lambda: not posting.replicator.state.ok)
        (fault,) = replica_faults(posting.replicator.state)
        assert (fault.kind, fault.since) == (FaultKind.COPY_FAILING, posting.clock.now_s())
        assert fault.detail == "nothing is posted to MongoDB: gone"
        await posting.done()
        assert replica_faults(posting.replicator.state) == []


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


async def test_a_long_look_up_at_the_beginning_moves(posting: Posting) -> None:
    """Thirty batches over a slow line, each acknowledged; the lease is renewed meanwhile."""
    state, copy = posting.state, posting.copy
    posting.clock.advance(30 * DAY_S)
    copy.records = [(GRID, one) for one in stretch(T0, 30_001)]
    posting.outbox.put(GRID, *stretch(T0, 30_000))
    seen: list[bool] = []

    def slow() -> None:
        posting.clock.advance(2.5)
        seen.append(state.is_well)

    copy.looking_up = slow
    async with posting.running():
        await posting.done()
    assert len(seen) >= 30
    assert all(seen)
    first, last = (copy.calls.index("stored"), len(copy.calls) - copy.calls[::-1].index("stored"))
    assert copy.calls[first:last].count("keep") >= 29


async def test_days_that_are_added_up_from_the_copy_move_one_by_one(posting: Posting) -> None:
    """Each takes five seconds, and all of them longer than a lease lasts."""
    days = 40
    for meter in (GRID, SOLAR):
        posting.there.put(meter, *(one for n in range(days) for one in stretch(T0 + n * DAY_S, 3)))
        posting.home.books.put(meter, *(record(T0 + n * DAY_S) for n in range(days)))
    posting.outbox.kept_days = [
        replace(await sums_of(posting, posting.home.books), ordinal=739_703 + n)
        for n in range(days)
    ]
    posting.copy.records = [(GRID, record(T0 + 86_400))]
    seen: list[bool] = []

    def slow() -> None:
        posting.clock.advance(5.0)
        seen.append(posting.state.is_well)

    posting.there.adding_up = slow
    async with posting.running():
        await posting.until(lambda: len(posting.copy.day_sums) == days)
    assert len(seen) >= days
    assert all(seen)
    assert posting.copy.calls[: posting.copy.calls.index("put_days")].count("keep") > days


async def test_a_long_look_for_what_the_copy_has_more_moves(posting: Posting) -> None:
    """Of each of twenty months in doubt it is asked for five seconds."""
    starts = [HELSINKI.start_of(date(2025 + n // 12, n % 12 + 1, 1)) for n in range(20)]
    posting.there.put(GRID, *(one for start in starts for one in stretch(start, 2)))
    posting.home.books.put(GRID, *map(record, starts))
    posting.clock.wall_s = starts[-1] + 600.0
    seen: list[bool] = []

    def slow() -> None:
        posting.clock.advance(5.0)
        seen.append(posting.state.is_well)

    posting.there.telling_days = slow
    async with posting.running():
        await posting.until(lambda: posting.state.more_there is not None)
    assert len(seen) >= 18
    assert all(seen)


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
    """Also where the clock is set back meanwhile."""
    state, clock = posting.replicator.state, posting.clock
    state.rests(0)
    heard_s = clock.monotonic_s()
    assert (replica_health(state, heard_s).ok, replica_faults(state, heard_s)) == (True, [])
    clock.advance(5.0)
    silent_s = clock.monotonic_s()
    clock.wall_s -= 6 * 3_600.0
    clock.advance(1.0)
    (fault,) = replica_faults(state, silent_s)
    assert (fault.kind, fault.since) == (FaultKind.COPY_FAILING, clock.now_s() - 1.0)
    assert replica_status(state, {}, silent_s).failing_since == clock.now_s() - 1.0
    assert not replica_health(state, silent_s).ok
    state.rests(0)
    assert replica_health(state, silent_s).ok
