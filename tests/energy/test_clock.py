import time

import pytest

from wattledger.energy.clock import Clock, SystemClock, was_set


def test_the_system_clock_is_the_machine_s() -> None:
    clock: Clock = SystemClock()
    assert abs(clock.now_s() - time.time()) < 5
    before = time.monotonic()
    assert before <= clock.monotonic_s() <= time.monotonic()


@pytest.mark.parametrize(
    ("now_s", "expected"),
    [
        (0, False),
        (1_599_999_999.9, False),
        (1_600_000_000, True),
        (2_147_385_600, True),
        (2_147_385_600.1, False),
    ],
)
def test_a_clock_of_before_there_were_meters_was_never_set(now_s: float, expected: bool) -> None:
    assert was_set(now_s) == expected
