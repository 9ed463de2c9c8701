"""A session of posting, from its lease to its end: of which copy, and what that has lost."""

import asyncio
from collections.abc import Sequence

import pytest
from typing_extensions import override

from tests.fakes.copy import MemoryOutbox
from tests.fakes.home import GRID, SOLAR
from tests.fakes.loop import at_once
from tests.flow.posting import T0, Posting, record, stretch
from wattledger.energy.errors import (
    ReplicaError,
    ReplicaForeign,
    ReplicaFull,
    ReplicaRefused,
    ReplicaRestored,
    ReplicaTaken,
    ReplicaUnreachable,
    StoreBusy,
)
from wattledger.energy.rollup import DaySums
from wattledger.flow import replicator
from wattledger.flow.replication_state import (
    replica_health,
)
from wattledger.flow.status import ReplicaState


class FullOutbox(MemoryOutbox):
    """A store whose disk is full."""

    @override
    async def acknowledge_days(self, days: Sequence[DaySums]) -> None:
        raise StoreBusy("the disk is full")


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


async def test_a_lease_that_cannot_be_given_back_runs_out(posting: Posting) -> None:
    posting.copy.failures["release"] = ReplicaUnreachable("gone")
    async with posting.running():
        await posting.done()
    assert not posting.replicator.state.is_writer


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


def test_a_store_that_takes_no_word_of_it_is_tried_after_growing_pauses() -> None:
    """Each try posts the day again."""

    async def test() -> None:
        posting = Posting()
        posting.outbox = FullOutbox()
        posting.outbox.kept_days = [DaySums(739_000, {})]
        posting.replicator = posting.poster_with(retry_s=(1.0, 60.0))
        async with posting.running():
            await asyncio.sleep(3_600)
        assert 55 <= posting.copy.epoch <= 65

    at_once(test())
