"""Tasks that must not end: a crash is said and followed by a new start; settling goes on through a
full disk.
"""

import asyncio
import logging

import pytest
from typing_extensions import override

from tests.fakes.clock import ManualClock
from tests.fakes.journal import MemoryJournal
from wattledger.energy.fault import Fault, FaultKind
from wattledger.flow import settle as settle_module
from wattledger.flow import supervise as supervise_module
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.settle import settle
from wattledger.flow.store_state import StoreState
from wattledger.flow.supervise import Supervisor


async def test_a_crashed_task_is_said_and_started_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(supervise_module, "FIRST_PAUSE_S", 0.001)
    monkeypatch.setattr(supervise_module, "GOOD_RUN_S", 0.05)
    runs = 0

    async def task() -> None:
        nonlocal runs
        runs += 1
        if runs == 2:
            await asyncio.sleep(0.06)  # a good run: the pause is short again after it
        if runs < 3:
            raise RuntimeError("a fault of ours")

    with caplog.at_level(logging.ERROR):
        supervisor = Supervisor()
        assert list(supervisor.standing()) == []
        await supervisor.run("collect", task)
        (fault,) = supervisor.standing()
    assert isinstance(fault, Fault)
    assert fault.kind is FaultKind.TASK_RESTARTED
    assert fault.detail == "'collect' crashed once, with RuntimeError; started again"
    assert runs == 3
    assert caplog.text.count("collect failed") == 2
    assert "a fault of ours" in caplog.text


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
    async def settle(self, now: float) -> bool:
        await super().settle(now)
        self.left -= 1
        if self.left == 0:
            self.done.set()
        return self.left > 0


async def test_settling_takes_every_stretch_also_after_a_full_disk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settle_module, "BREATH_S", 0.0)
    journal = _Workload(5)
    journal.busy = 2
    clock = ManualClock()
    state = StoreState(clock)
    running = asyncio.create_task(settle(journal, clock, ClockSteps(clock), state, 0.001))
    async with asyncio.timeout(60):
        await journal.done.wait()
    running.cancel()
