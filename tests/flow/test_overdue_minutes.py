"""Minutes that are due and do not come: asked for soon, told within a minute."""

import pytest

from tests.fakes.clock import ManualClock
from tests.fakes.meter import FakeMeter
from tests.flow.tailing import HELSINKI, NOON
from wattledger.energy.fault import FaultKind
from wattledger.energy.meter import Role
from wattledger.energy.record import MinuteRecord
from wattledger.energy.spans import Span
from wattledger.flow.overdue_minutes import OverdueMinutes


class Bench:
    def __init__(self, period_s: int = 60) -> None:
        self.clock = ManualClock(NOON)
        self.meter = FakeMeter("mains", Role.GRID, "A0DD6CA0C27C", self.clock)
        self.overdue = OverdueMinutes(self.meter, HELSINKI, self.clock)
        self.period_s = period_s
        self.moved_s = 0.0
        self.overdue.connected(is_other=False)

    def push(self, start: int) -> bool:
        return self.overdue.came(MinuteRecord(start, self.period_s, 1, 0, 0, 0, 0, 0))

    def is_told(self) -> bool:
        wait = self.overdue.wait(self.moved_s)
        if wait is None:
            return False
        assert wait.kind is FaultKind.MINUTES_OVERDUE
        return self.clock.monotonic_s() - wait.since_s >= wait.allowed_s


@pytest.mark.parametrize("period_s", [60, 300, 900])
def test_a_push_that_does_not_come_is_asked_for_and_then_told(period_s: int) -> None:
    bench = Bench(period_s)
    bench.clock.advance(3_600)
    end = int(bench.clock.now_s()) // 900 * 900
    bench.clock.wall_s = end
    bench.push(end - period_s)
    bench.clock.advance(period_s + 30)
    assert not bench.overdue.is_silent()
    bench.clock.advance(1)
    assert bench.overdue.is_silent()
    assert not bench.is_told()
    bench.clock.advance(29)
    assert bench.is_told()
    bench.push(end)
    assert not bench.is_told()


def test_a_meter_that_was_just_connected_is_given_time_for_its_first_minute() -> None:
    bench = Bench()
    bench.overdue.booked(Span(NOON - 86_400, NOON - 3_600))
    assert bench.overdue.is_silent()
    bench.clock.advance(119)
    assert not bench.is_told()
    bench.clock.advance(1)
    assert bench.is_told()
    wait = bench.overdue.wait(0.0)
    assert wait is not None
    assert wait.detail == (
        "no minute came since that of 2025-06-16T11:00:00+03:00: it sends none, and gives none "
        "when it is asked"
    )


def test_while_fetching_gets_on_nothing_is_overdue() -> None:
    bench = Bench()
    for _ in range(10):
        bench.clock.advance(50)
        bench.moved_s = bench.clock.monotonic_s()
        assert not bench.is_told()
    bench.clock.advance(60)
    assert bench.is_told()


def test_minutes_that_are_pushed_and_parked_are_not_overdue_but_unpushed_ones_say_why() -> None:
    bench = Bench()
    bench.meter.offset_s = 86_400.0
    bench.clock.advance(600)
    wait = bench.overdue.wait(0.0)
    assert wait is not None
    assert wait.detail.endswith("yet: what it has waits until the server's clock is right")
    bench.push(int(bench.clock.now_s()) + 86_400 - 60)
    bench.overdue.booked(Span(NOON - 86_400, NOON - 3_600))
    assert not bench.is_told()


def test_a_meter_without_time_and_another_meter_owe_nothing_yet() -> None:
    bench = Bench()
    bench.push(NOON - 60)
    bench.clock.advance(600)
    bench.meter.offset_s = None
    assert not bench.is_told()
    assert not bench.overdue.is_silent()
    bench.meter.offset_s = 0.0
    assert bench.is_told()
    bench.overdue.connected(is_other=True)
    assert not bench.is_told()
    assert bench.overdue.booked_to is None
    assert not bench.overdue.is_silent()


def test_a_push_tells_whether_it_leaves_a_hole() -> None:
    bench = Bench()
    assert not bench.push(NOON)
    assert not bench.push(NOON + 60)
    assert bench.push(NOON + 180)
    assert not bench.push(NOON + 120)
    assert bench.overdue.booked_to == NOON + 240


@pytest.mark.parametrize("pushed", [True, False])
def test_minutes_that_were_dated_ahead_do_not_stand_for_those_that_lack(pushed: bool) -> None:
    """Meter and server were a day ahead, by one bad source of time, and both are put right."""
    bench = Bench()
    ahead = NOON + 86_400
    if pushed:
        bench.push(ahead - 60)
    bench.overdue.booked(Span(NOON - 600, ahead), [Span(NOON, ahead - 60)])
    bench.clock.advance(91)
    assert bench.overdue.is_silent()
    bench.clock.advance(29)
    assert bench.is_told()
    wait = bench.overdue.wait(0.0)
    assert wait is not None
    assert wait.detail.startswith("no minute came since that of 2025-06-16T12:00:00+03:00")


def test_a_push_after_the_clock_was_set_back_is_the_newest() -> None:
    bench = Bench()
    bench.push(NOON + 86_400)
    assert not bench.push(NOON)
    assert bench.overdue.booked_to == NOON + 60
    assert bench.push(NOON + 180)
    bench.clock.advance(300)
    assert not bench.is_told()
    bench.clock.advance(60)
    assert bench.is_told()
