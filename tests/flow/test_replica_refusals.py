"""What is refused beside minutes."""

import pytest

from tests.fakes.clock import ManualClock
from wattledger.energy.errors import ReplicaForeign, ReplicaRefused
from wattledger.flow.replica_refusals import FIRST_S, ReplicaRefusals


async def test_each_refusal_is_told_until_its_work_is_done() -> None:
    clock = ManualClock(1_000.0)
    refused = ReplicaRefusals(clock)
    answers: list[Exception | bool] = []

    async def work() -> bool:
        answer = answers.pop()
        if isinstance(answer, Exception):
            raise answer
        return answer

    for what in ("no costs", "no days"):
        answers.append(ReplicaRefused("MongoDB: not this"))
        assert not await refused.tried(what, work)
        clock.advance(1.0)
    assert not await refused.tried("no costs", work)
    assert (refused.words, refused.since) == ("no costs: not this; no days: not this", 1_000.0)
    clock.advance(FIRST_S)
    answers += [True]
    assert await refused.tried("no costs", work)
    assert (refused.words, refused.since) == ("no days: not this", 1_001.0)
    answers += [False]
    assert not await refused.tried("no days", work)
    assert (refused.words, refused.since) == ("", None)


async def test_that_the_minutes_are_not_ours_is_no_refusal_beside_them() -> None:
    async def work() -> bool:
        raise ReplicaForeign("no time series")

    refused = ReplicaRefusals(ManualClock())
    with pytest.raises(ReplicaForeign):
        await refused.tried("no days", work)
    assert refused.words == ""
