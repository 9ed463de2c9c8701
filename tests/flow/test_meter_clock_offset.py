"""A meter's clock that is off: its own words, the remedy, what it does to a day's energy."""

import pytest

from tests.fakes.clock import ManualClock
from tests.fakes.home import GRID, MemoryHome
from tests.fakes.meter import FakeMeter
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import Role
from wattledger.energy.power_reading import PhaseReading, PowerReading
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.hysteresis import STEADY_S
from wattledger.flow.meter_clock_offset import MeterClockOffset, shift_words
from wattledger.flow.power_memory import PowerMemory
from wattledger.flow.server_clock import ServerClock

PHASE = PhaseReading(None, None, None, None, None, None)


class Bench:
    def __init__(self) -> None:
        self.clock = ManualClock()
        self.meter = FakeMeter("mains", Role.GRID, "A0DD6CA0C27C", self.clock)
        self.memory = PowerMemory()
        other = FakeMeter("roof", Role.SOLAR, "84FCE6367400", self.clock)
        self.other, books = other, MemoryHome(self.clock).books
        self.server = ServerClock(self.clock, ClockSteps(self.clock), [self.meter, other], books)
        self.off = MeterClockOffset(self.meter, self.memory, self.server, self.clock)

    def words(self, offset_s: float | None) -> str | None:
        self.meter.offset_s = offset_s
        self.server.look()
        for _ in range(int(STEADY_S)):
            self.clock.advance(1)
            assert len([*self.off.standing()]) <= 1
        self.clock.advance(1)
        self.server.look()
        found = [*self.off.standing()]
        assert all(isinstance(one, Fault) for one in found)
        assert all(one.kind is FaultKind.CLOCK_OFF for one in found)
        return found[0].detail if found else None

    def poll(self, power_w: float, seconds: int) -> None:
        for _ in range(seconds):
            self.clock.advance(1)
            at, received_s = self.clock.now_s(), self.clock.monotonic_s()
            reading = PowerReading(GRID, at, received_s, power_w, (PHASE,) * 3)
            self.memory.take(reading, 0.0)


@pytest.mark.parametrize("offset_s", [None, 0.0, 4.9, -4.9, 5.0])
def test_a_clock_that_is_right_enough_is_fine(offset_s: float | None) -> None:
    assert Bench().words(offset_s) is None


@pytest.mark.parametrize(
    ("offset_s", "said"),
    [(240.0, "240 s ahead of"), (-5.2, "5 s behind"), (3_600.0, "3600 s ahead of")],
)
def test_beyond_five_seconds_it_is_told_with_the_remedy(offset_s: float, said: str) -> None:
    bench = Bench()
    words = bench.words(offset_s)
    assert words is not None
    assert words.startswith(f"its clock is {said} the server's: let it get its time from the net")
    assert bench.words(0.0) is None


def test_the_shift_of_a_days_energy_is_estimated_from_the_power_of_late() -> None:
    bench = Bench()
    bench.poll(-1_000.0, 120)
    words = bench.words(240.0)
    assert words is not None
    assert words.endswith(
        ". At the 1000 W of late about 6400 Wh of a day's 24000 Wh are booked into another "
        "quarter-hour, 67 Wh into another day"
    )
    assert "24000 Wh are booked into another quarter-hour, 1000 Wh" in shift_words(3_600.0, 1_000)
    assert "24000 Wh are booked into another quarter-hour, 24000 Wh" in shift_words(1e6, 1_000)


def test_where_the_meters_agree_the_server_may_be_the_wrong_one() -> None:
    bench = Bench()
    bench.other.offset_s = 7_200.0
    words = bench.words(7_200.0)
    assert words is not None
    assert words.endswith("so that the server's may be the wrong one")


def test_a_server_whose_clock_was_never_set_finds_no_fault_with_a_meter() -> None:
    bench = Bench()
    bench.clock.wall_s = 1_000.0
    assert bench.words(1.7e9) is None
