"""Whoever errs too often waits, and nobody else."""

import pytest

from tests.fakes.clock import ManualClock
from wattledger.flow.throttle import MOST_SOURCES, Throttle

HERE = "192.168.1.5"
THERE = "192.168.1.6"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def throttle(clock: ManualClock) -> Throttle:
    return Throttle(clock, most=3, window_s=60.0)


def test_who_errs_too_often_waits_and_nobody_else(throttle: Throttle, clock: ManualClock) -> None:
    for _ in range(3):
        assert throttle.wait_s(HERE) == 0
        throttle.count(HERE)
        clock.advance(10)
    assert throttle.wait_s(HERE) == 30
    assert throttle.wait_s(THERE) == 0
    clock.advance(29.5)
    assert throttle.wait_s(HERE) == 1
    clock.advance(0.5)
    assert throttle.wait_s(HERE) == 0


def test_one_more_wrong_one_and_it_waits_again(throttle: Throttle, clock: ManualClock) -> None:
    for _ in range(3):
        throttle.count(HERE)
        clock.advance(20)
    assert throttle.wait_s(HERE) == 0
    throttle.count(HERE)
    assert throttle.wait_s(HERE) == 20


def test_what_is_remembered_is_bounded(throttle: Throttle) -> None:
    """Who erred longest ago is forgotten first."""
    for source in (HERE, THERE):
        for _ in range(3):
            throttle.count(source)
    for number in range(MOST_SOURCES - 2):
        throttle.count(f"10.{number}")
    throttle.count(HERE)
    throttle.count("one more")
    assert throttle.wait_s(HERE) > 0
    assert throttle.wait_s(THERE) == 0
