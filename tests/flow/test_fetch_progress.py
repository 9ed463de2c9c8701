"""The progress of catching up: from it anyone who asks, whenever, reckons the time that remains."""

import pytest

from tests.fakes.clock import ManualClock
from wattledger.energy.spans import Span
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.fetch_progress import FetchProgress

DAY_S = 86_400
T0 = 1_750_032_000


class Bench:
    """Fetches at a steady pace, as a meter gives its pages."""

    def __init__(self, days: int) -> None:
        self.clock = ManualClock(float(T0))
        self.steps = ClockSteps(self.clock)
        self.progress = FetchProgress(self.clock, self.steps)
        self.left = Span(T0 - days * DAY_S, T0)
        self.progress.connected()
        self.progress.found([self.left], [])

    def fetch(self, seconds: int, minutes_a_second: int) -> None:
        for _ in range(seconds):
            self.clock.advance(1)
            self.left = Span(self.left.start + 60 * minutes_a_second, self.left.end)
            self.progress.fetched(60 * minutes_a_second)

    @property
    def remaining_s(self) -> float:
        """As a client reckons it."""
        since = self.progress.since
        assert since is not None
        pace = self.progress.minutes_fetched / (self.clock.now_s() - since)
        return self.progress.minutes_to_fetch / pace


def test_nothing_is_known_before_the_first_look_and_all_of_it_after() -> None:
    bench = Bench(40)
    progress = FetchProgress(bench.clock, bench.steps)
    assert (progress.to_fetch, progress.minutes_to_fetch, progress.since) == ((), 0, None)
    assert bench.progress.minutes_to_fetch == 40 * 1_440
    assert bench.progress.minutes_fetched == 0
    assert bench.progress.since == T0


def test_the_time_that_remains_is_right_whenever_one_looks() -> None:
    bench = Bench(40)
    for _ in range(5):
        bench.fetch(10, 200)
        bench.progress.found([bench.left], [])
        truth_s = bench.progress.minutes_to_fetch / 200
        assert truth_s / 2 <= bench.remaining_s <= truth_s * 2


@pytest.mark.parametrize("away_s", [5, 3_600])
def test_a_break_between_two_connections_does_not_count(away_s: int) -> None:
    bench = Bench(40)
    bench.fetch(20, 100)
    bench.progress.broken_off()
    bench.progress.broken_off()
    assert bench.progress.since is None
    bench.progress.found([bench.left], [])  # from what was on its way
    assert bench.progress.since is None
    bench.clock.advance(away_s)
    bench.progress.connected()
    bench.progress.found([bench.left], [])
    assert bench.progress.minutes_fetched == 2_000
    bench.fetch(10, 100)
    assert bench.remaining_s == pytest.approx(bench.progress.minutes_to_fetch / 100)


def test_a_clock_that_is_set_meanwhile_does_not_count_either() -> None:
    bench = Bench(40)
    bench.fetch(20, 100)
    bench.clock.wall_s += 400 * DAY_S
    bench.steps.look()
    bench.fetch(10, 100)
    assert bench.remaining_s == pytest.approx(bench.progress.minutes_to_fetch / 100)


def test_the_next_catching_up_begins_anew_and_another_meter_is_not_known() -> None:
    bench = Bench(1)
    bench.fetch(10, 144)
    bench.progress.found([], [])
    assert (bench.progress.since, bench.progress.minutes_fetched) == (None, 1_440)
    bench.progress.broken_off()
    bench.progress.connected()
    bench.progress.found([Span(T0, T0 + 120)], [Span(T0 - 60, T0 + 120)])
    assert bench.progress.tried == [Span(T0 - 60, T0)]
    assert (bench.progress.since, bench.progress.minutes_fetched) == (T0 + 10, 0)
    bench.progress.fetched(60)
    bench.progress.forget()
    assert (bench.progress.to_fetch, bench.progress.since) == ((), None)
    assert (bench.progress.minutes_to_fetch, bench.progress.minutes_fetched) == (0, 0)
