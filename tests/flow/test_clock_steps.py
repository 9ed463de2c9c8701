"""Steps of the wall clock: noticed within seconds, whoever waits for a time is woken, moments stay
true.
"""

import asyncio
import logging

import pytest
from typing_extensions import override

from tests.fakes.loop import LoopClock, at_once
from wattledger.flow.clock_steps import ClockSteps

NOON = 1_750_064_400.0


@pytest.mark.parametrize("by_s", [-3_600.0, -2.5, 2.5, 240.0, NOON])
def test_a_step_wakes_whoever_waits_within_seconds(
    by_s: float, caplog: pytest.LogCaptureFixture
) -> None:
    async def test() -> None:
        clock = LoopClock(NOON if by_s < NOON else 0.0)
        steps = ClockSteps(clock)
        woken = steps.notifier.wakes(asyncio.Event())
        looking = asyncio.create_task(steps.run())
        resting = asyncio.create_task(steps.pause(600.0))
        await asyncio.sleep(30.0)
        clock.ahead_s += by_s
        began_s = clock.monotonic_s()
        await resting
        assert clock.monotonic_s() - began_s <= 2.0
        assert woken.is_set()
        assert steps.total_s == pytest.approx(by_s)
        assert steps.latest is not None
        assert steps.latest[0] == pytest.approx(by_s)
        looking.cancel()

    with caplog.at_level(logging.WARNING):
        at_once(test())
    way = "forward" if by_s > 0 else "back"
    assert caplog.text.count("the server's clock was set") == 1
    assert f"was set {way} by {abs(by_s):.0f} s" in caplog.text


class SleepingClock(LoopClock):
    """Of a machine that was suspended for `slept_s`, in which the loop's timers stood still."""

    slept_s = 0.0

    @override
    def monotonic_s(self) -> float:
        return super().monotonic_s() + self.slept_s


def test_a_machine_that_slept_wakes_whoever_waits_and_its_clock_was_not_set(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def test() -> None:
        clock = SleepingClock(NOON)
        steps = ClockSteps(clock)
        woken = steps.notifier.wakes(asyncio.Event())
        moment = steps.moment()
        looking = asyncio.create_task(steps.run())
        resting = asyncio.create_task(steps.pause(600.0))
        await asyncio.sleep(30.0)
        assert not woken.is_set()
        clock.slept_s = 28_800.0
        began_s = asyncio.get_running_loop().time()
        await resting
        assert asyncio.get_running_loop().time() - began_s <= 2.0
        assert woken.is_set()
        assert (steps.total_s, steps.latest, moment.at) == (0.0, None, NOON)
        looking.cancel()

    at_once(test())
    assert caplog.text == ""


def test_a_clock_that_is_hurried_was_not_stepped(caplog: pytest.LogCaptureFixture) -> None:
    async def test() -> None:
        clock = LoopClock(NOON)
        steps = ClockSteps(clock)
        looking = asyncio.create_task(steps.run())
        for _ in range(600):
            await asyncio.sleep(1.0)
            clock.ahead_s += 0.01
        assert steps.latest is None
        began_s = clock.monotonic_s()
        await steps.pause(600.0)
        assert clock.monotonic_s() - began_s == pytest.approx(600.0)
        looking.cancel()

    at_once(test())
    assert caplog.text == ""


def test_a_moment_is_right_as_soon_as_the_clock_is() -> None:
    async def test() -> None:
        clock = LoopClock(0.0)
        steps = ClockSteps(clock)
        await asyncio.sleep(100.0)
        moment = steps.moment(40.0)
        assert moment.at == pytest.approx(60.0)
        clock.ahead_s += NOON
        steps.look()
        assert moment.at == pytest.approx(NOON + 60.0)
        assert steps.moment().at == pytest.approx(NOON + 100.0)

    at_once(test())
