import asyncio
from functools import partial

import pytest

from wattledger.simulator.clock import SimClock


class Machine:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_time_runs_as_many_times_faster_as_asked() -> None:
    machine = Machine()
    clock = SimClock(1000.0, rate=600.0, monotonic=machine)
    machine.seconds += 2.0
    assert clock.now() == 2200.0


def test_a_new_rate_counts_from_now_on() -> None:
    machine = Machine()
    clock = SimClock(1000.0, rate=10.0, monotonic=machine)
    machine.seconds += 1.0
    clock.set_rate(0.0)
    machine.seconds += 50.0
    assert clock.now() == 1010.0


def test_advance_jumps() -> None:
    clock = SimClock(1000.0, rate=0.0)
    clock.advance(86_400.0)
    assert clock.now() == 87_400.0


async def test_who_waits_goes_on_when_the_instant_is_reached() -> None:
    clock = SimClock(1000.0, rate=0.0)
    waiting = asyncio.create_task(clock.wait_until(1060.0))
    await asyncio.sleep(0)
    clock.advance(59.0)
    await asyncio.sleep(0)
    assert not waiting.done()
    clock.advance(1.0)
    await waiting


async def test_a_fast_clock_is_waited_for_in_real_time() -> None:
    clock = SimClock(1000.0, rate=100_000.0)
    await clock.wait_until(2000.0)
    assert clock.now() >= 2000.0


async def test_a_change_of_rate_reaches_those_who_wait() -> None:
    clock = SimClock(1000.0, rate=0.001)
    waiting = asyncio.create_task(clock.wait_until(1060.0))
    await asyncio.sleep(0)
    clock.set_rate(100_000.0)
    await waiting


def test_without_a_start_it_is_now() -> None:
    assert SimClock().now() > 1_700_000_000


def test_a_clock_never_runs_backwards() -> None:
    clock = SimClock(1000.0)
    for act in (partial(SimClock, 1000.0), clock.set_rate, clock.advance):
        with pytest.raises(ValueError, match="backwards"):
            act(-1.0)
