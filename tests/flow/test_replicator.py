"""Posting by its words: what is sent, looked up, and held back, with a copy in memory."""

import pytest
from typing_extensions import override

from tests.fakes.home import GRID, SOLAR
from tests.flow.posting import T0, NotedCosts, Posting, record, stretch, sums_of
from wattledger.energy.errors import ReplicaRefused, ReplicaUnreachable
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.rollup import DaySums
from wattledger.energy.spans import Span
from wattledger.flow import replicator
from wattledger.flow.replica_losses import MENDED_TOLD_S
from wattledger.flow.replica_ports import SiteManifest, Turn, no_turn
from wattledger.flow.replica_timing import ReplicaTiming
from wattledger.flow.replication_plan import (
    LATE_BATCH,
    LATE_WAITS_S,
)
from wattledger.flow.replication_state import (
    replica_faults,
    replica_health,
    replica_status,
)
from wattledger.flow.status import ReplicaState


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
    assert LATE_WAITS_S + ReplicaTiming().idle_s < 300
    assert len(posting.copy.records) == 6


async def test_beside_a_record_that_is_dated_ahead_nothing_is_late(posting: Posting) -> None:
    """Somebody's, of 2037: else every minute would be held, and looked up."""
    posting.copy.records.append((GRID, record(2_114_380_800)))
    posting.outbox.put(GRID, record(T0 - 120))
    async with posting.running():
        await posting.done()
        posting.copy.calls.clear()
        posting.outbox.put(GRID, record(T0 - 60))
        posting.booked.ring()
        await posting.done()
    assert "append" in posting.copy.calls
    assert "stored" not in posting.copy.calls


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


async def test_the_card_is_told_again_when_it_changes(posting: Posting) -> None:
    async with posting.running():
        await posting.done()
        posting.manifest = SiteManifest(
            posting.home.site, posting.home.assignment, {}, {"mains": SOLAR}
        )
        await posting.until(lambda: len(posting.copy.manifests) == 2)


async def test_what_the_home_is_like_is_told_again_after_ten_minutes(posting: Posting) -> None:
    """Somebody may have removed it there, or written over it."""
    async with posting.running():
        await posting.done()
        await posting.until(lambda: "usage" in posting.copy.calls)
        posting.copy.manifests.clear()
        posting.clock.advance(599.0)
        calls = len(posting.copy.calls)
        await posting.until(lambda: len(posting.copy.calls) > calls + 4)
        assert posting.copy.manifests == []
        posting.clock.advance(1.0)
        await posting.until(lambda: posting.copy.manifests == [posting.manifest])
        calls = len(posting.copy.calls)
        await posting.until(lambda: len(posting.copy.calls) > calls + 4)
        assert posting.copy.manifests == [posting.manifest]


async def test_costs_follow_the_days_that_were_posted(posting: Posting) -> None:
    posting.home.books.put(GRID, *stretch(T0, 100))
    posting.outbox.kept_days = [await sums_of(posting, posting.home.books)]
    posting.costs = NotedCosts()
    posting.replicator = posting.poster_with()
    async with posting.running():
        await posting.until(lambda: posting.costs is not None and posting.costs.steps == 1)
    assert (posting.costs.begun, posting.costs.touched) == (1, [739_703])


class RefusedCosts(NotedCosts):
    """CostPoster whose every step is refused for a while."""

    def __init__(self) -> None:
        super().__init__()
        self.refusal: ReplicaRefused | None = ReplicaRefused("MongoDB: no (code 121)")
        self.tries = 0

    @override
    async def step(self, turn: Turn = no_turn) -> bool:
        self.tries += 1
        if self.refusal:
            raise self.refusal
        return await super().step(turn)

    async def tried_after(self, pause_s: float, posting: Posting) -> None:
        """And not a second before."""
        tries, calls = self.tries, len(posting.copy.calls)
        posting.clock.advance(pause_s - 1.0)
        await posting.until(lambda: len(posting.copy.calls) > calls + 4)
        assert self.tries == tries
        posting.clock.advance(1.0)
        await posting.until(lambda: self.tries == tries + 1)


async def test_costs_that_are_refused_hold_up_no_minute(
    posting: Posting, caplog: pytest.LogCaptureFixture
) -> None:
    costs = posting.costs = RefusedCosts()
    posting.replicator = posting.poster_with(idle_s=0.005)
    state, since = posting.state, posting.clock.now_s()
    words = "the costs of days are not posted: no (code 121)"
    async with posting.running():
        await posting.until(lambda: costs.tries == 1)
        posting.outbox.put(GRID, record(T0))
        posting.booked.ring()
        await posting.until(lambda: posting.copy.records == [(GRID, record(T0))])
        await posting.until(lambda: "up to date" in state.words)
        assert replica_faults(state) == [Fault(FaultKind.COPY_FAILING, f"MongoDB: {words}", since)]
        assert replica_health(state).detail == f"{words}; up to date"
        status = replica_status(state, {})
        assert (status.state, status.ok) == (ReplicaState.REFUSED, False)
        assert status.failing_since == since
        for pause_s in (60.0, 120.0, 240.0, 480.0, 960.0, 1_920.0, 3_600.0, 3_600.0):
            await costs.tried_after(pause_s, posting)
        costs.refusal = None
        posting.clock.advance(3_600.0)
        await posting.until(lambda: replica_faults(state) == [])
        assert replica_health(state).ok
    assert posting.copy.calls.count("take") == 1
    assert caplog.text.count(words) == 1


@pytest.mark.parametrize("call", ["put_home", "put_days", "usage"])
async def test_what_is_refused_beside_minutes_holds_up_none(posting: Posting, call: str) -> None:
    posting.home.books.put(GRID, *stretch(T0, 100))
    posting.outbox.kept_days = [await sums_of(posting, posting.home.books)]
    posting.copy.refusals[call] = ReplicaRefused("no")
    async with posting.running():
        await posting.until(lambda: call in posting.copy.calls)
        posting.outbox.put(GRID, record(T0))
        posting.booked.ring()
        await posting.until(lambda: posting.copy.records == [(GRID, record(T0))])
        await posting.until(lambda: "up to date" in posting.state.words)
        assert FaultKind.COPY_FAILING in {fault.kind for fault in replica_faults(posting.state)}
        del posting.copy.refusals[call]
        posting.clock.advance(60.0)
        await posting.until(lambda: not posting.state.refused.words)
    assert posting.copy.calls.count("take") == 1


async def test_what_the_copy_has_more_is_said_and_never_wiped(
    posting: Posting, caplog: pytest.LogCaptureFixture
) -> None:
    """A day is posted as it is there: by the first count, and once nothing waits for it."""
    for meter in (GRID, SOLAR):
        posting.there.put(meter, *stretch(T0, 300))
        posting.home.books.put(meter, *stretch(T0, 100))
    posting.outbox.kept_days = [await sums_of(posting, posting.home.books)]
    posting.copy.records = [(GRID, record(T0 + 86_400))]
    kept_days, posting.outbox.kept_days = posting.outbox.kept_days, []
    async with posting.running():
        await posting.until(lambda: bool(posting.copy.day_sums))
        assert posting.copy.day_sums == [await sums_of(posting, posting.there)]
        posting.copy.day_sums.clear()
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
