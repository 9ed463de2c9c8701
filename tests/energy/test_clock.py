import time

import pytest

from wattledger.energy.clock import Clock, SystemClock, was_set


def test_the_system_clock_is_the_machine_s() -> None:
    clock: Clock = SystemClock()
    assert abs(clock.now_s() - time.time()) < 5
    before = time.clock_gettime(time.CLOCK_BOOTTIME)
    assert before <= clock.monotonic_s() <= time.clock_gettime(time.CLOCK_BOOTTIME)


def test_a_duration_counts_the_machine_s_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """CLOCK_MONOTONIC stands still meanwhile."""
    asleep_s = 28_800.0
    shown = {time.CLOCK_BOOTTIME: 500.0, time.CLOCK_MONOTONIC: 500.0}
    monkeypatch.setattr(time, "clock_gettime", shown.__getitem__)
    monkeypatch.setattr(time, "monotonic", lambda: shown[time.CLOCK_MONOTONIC])
    clock = SystemClock()
    shown[time.CLOCK_BOOTTIME] += asleep_s
    assert clock.monotonic_s() == 500.0 + asleep_s


def test_where_no_clock_counts_the_sleep_the_usual_one_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another system's, or one that is faked by a library that does not know of it."""
    monkeypatch.setattr(time, "monotonic", lambda: 7.0)

    def unknown(which: int) -> float:
        raise OSError(22, "Invalid argument")

    with monkeypatch.context() as patch:
        patch.setattr(time, "clock_gettime", unknown)
        assert SystemClock().monotonic_s() == 7.0
    monkeypatch.delattr(time, "CLOCK_BOOTTIME")
    assert SystemClock().monotonic_s() == 7.0


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
