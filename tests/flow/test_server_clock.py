"""Whether the server's clock is trusted: beside its meters' clocks, its own past, and what is
parked.
"""

import asyncio

import pytest

from tests.fakes.books import MemoryBooks
from tests.fakes.clock import ManualClock
from tests.fakes.home import GRID, MemoryHome
from tests.fakes.meter import FakeMeter
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import Role
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.hysteresis import STEADY_S, Hysteresis
from wattledger.flow.server_clock import STEP_TOLD_S, ServerClock


class Bench:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.steps = ClockSteps(self.clock)
        self.grid = FakeMeter("mains", Role.GRID, "A0DD6CA0C27C", self.clock)
        self.solar = FakeMeter("roof", Role.SOLAR, "84FCE6367400", self.clock)
        self.books: MemoryBooks = MemoryHome(self.clock).books
        self.watch = ServerClock(self.clock, self.steps, [self.grid, self.solar], self.books)

    def words(self) -> str | None:
        self.watch.look()
        found = [*self.watch.standing()]
        assert all(isinstance(one, Fault) for one in found)
        assert all(one.kind is FaultKind.SERVER_CLOCK_DOUBTFUL for one in found)
        return found[0].detail if found else None

    def steady_words(self) -> str | None:
        self.words()
        self.clock.advance(STEADY_S)
        return self.words()


@pytest.mark.parametrize("off_s", [-7_200.0, -6.0, 6.0, 240.0, 86_400.0])
def test_two_meters_that_agree_are_right(off_s: float) -> None:
    bench = Bench()
    bench.grid.offset_s, bench.solar.offset_s = off_s, off_s + 1
    words = bench.steady_words()
    assert words is not None
    assert ("behind" if off_s > 0 else "ahead of") in words
    bench.grid.offset_s = bench.solar.offset_s = 0.3
    assert bench.steady_words() is None


@pytest.mark.parametrize("offsets", [(240.0, 0.0), (240.0, None), (None, None), (4.9, 4.9)])
def test_one_meter_alone_or_two_that_differ_say_nothing_about_the_server(
    offsets: tuple[float | None, float | None],
) -> None:
    bench = Bench()
    bench.grid.offset_s, bench.solar.offset_s = offsets
    assert bench.steady_words() is None


def test_a_clock_that_was_never_set_is_told_at_once_and_so_is_its_step() -> None:
    bench = Bench()
    right, bench.clock.wall_s = bench.clock.wall_s, 12.0
    bench.steps = ClockSteps(bench.clock)
    bench.watch = ServerClock(bench.clock, bench.steps, [], bench.books)
    assert bench.words() == "the server's clock was never set: no minute can be booked"
    bench.clock.wall_s = right
    bench.steps.look()
    words = bench.words()
    assert words is not None
    assert "set forward by" in words
    bench.clock.advance(STEP_TOLD_S)
    assert bench.words() is None


def test_parked_minutes_wait_for_the_clock_and_that_is_told() -> None:
    bench = Bench()
    bench.books.kept_aside[GRID] = 12
    asyncio.run(bench.watch.read())
    words = bench.words()
    assert words is not None
    assert words.startswith("12 minutes are parked")
    bench.books.kept_aside.clear()
    asyncio.run(bench.watch.read())
    assert bench.words() is None


def test_a_value_that_trembles_around_a_limit_does_not_flap() -> None:
    clock = ManualClock()
    limit = Hysteresis(5.0, clock)

    def after(value: float, seconds: float = 1.0) -> bool:
        clock.advance(seconds)
        return limit.is_over(value)

    assert not any(after(value) for value in (4.9, 5.1, 4.9, 5.1, 5.0, 5.2) * 5)
    assert not after(5.1)
    assert after(5.1, STEADY_S)
    assert all(after(value) for value in (4.9, 5.1, 4.1, 4.5) * 5)
    assert not after(4.0)
    assert not after(4.9)
