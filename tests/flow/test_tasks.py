"""Tasks that must not end: a crash is said and followed by a new start; settling goes on through a
full disk.
"""

import asyncio
from itertools import pairwise

import pytest
from typing_extensions import override

from tests.fakes.journal import MemoryJournal
from tests.fakes.loop import LoopClock, at_once
from wattledger.energy.fault import Fault, FaultKind
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.store_maintenance import maintain_store
from wattledger.flow.store_write_health import StoreWriteHealth
from wattledger.flow.supervisor import Supervisor


def test_a_crashed_task_is_said_and_started_again(caplog: pytest.LogCaptureFixture) -> None:
    async def crashing() -> None:
        began_s: list[float] = []

        async def task() -> None:
            began_s.append(asyncio.get_running_loop().time())
            if len(began_s) == 3:
                await asyncio.sleep(301)  # a good run: the pause is short again after it
            if len(began_s) < 5:
                raise RuntimeError("a fault of ours")

        supervisor = Supervisor()
        assert list(supervisor.standing()) == []
        await supervisor.run("collect", task)
        (fault,) = supervisor.standing()
        assert isinstance(fault, Fault)
        assert fault.kind is FaultKind.TASK_RESTARTED
        assert fault.detail == "'collect' crashed 2 times, with RuntimeError; started again"
        assert began_s == pytest.approx([0, 1, 3, 305, 307])

    at_once(crashing())
    assert caplog.text.count("collect failed") == 4
    assert "a fault of ours" in caplog.text


def test_its_pause_grows_to_a_minute() -> None:
    async def crashing() -> None:
        began_s: list[float] = []

        async def task() -> None:
            began_s.append(asyncio.get_running_loop().time())
            if len(began_s) < 9:
                raise RuntimeError

        await Supervisor().run("collect", task)
        pauses_s = [later - sooner for sooner, later in pairwise(began_s)]
        assert pauses_s == pytest.approx([1, 2, 4, 8, 16, 32, 60, 60])

    at_once(crashing())


async def test_a_cancelled_task_stays_cancelled() -> None:
    running = asyncio.create_task(Supervisor().run("collect", asyncio.Event().wait))
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


class _Workload(MemoryJournal):
    """So many stretches to settle."""

    def __init__(self, stretches: int) -> None:
        super().__init__()
        self.left = stretches
        self.done = asyncio.Event()

    @override
    async def maintain(self, now: float) -> bool:
        await super().maintain(now)
        self.left -= 1
        if self.left == 0:
            self.done.set()
        return self.left > 0


def test_settling_takes_every_stretch_also_after_a_full_disk() -> None:
    """It looks again half a minute after each of two refusals, and breathes between stretches."""

    async def settling() -> None:
        journal, clock = _Workload(5), LoopClock()
        journal.busy = 2
        steps = ClockSteps(clock)
        running = asyncio.create_task(
            maintain_store(journal, clock, steps, StoreWriteHealth(clock))
        )
        await journal.done.wait()
        assert clock.monotonic_s() == pytest.approx(2 * 30 + 4 * 0.02)
        running.cancel()

    at_once(settling())
