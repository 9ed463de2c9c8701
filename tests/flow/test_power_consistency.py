"""A meter's power beside what it counts: told when they disagree for a quarter of an hour."""

import asyncio
from collections.abc import Callable

import pytest

from tests.fakes.clock import ManualClock
from tests.fakes.home import GRID, MemoryHome
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.power_reading import PhaseReading, PowerReading
from wattledger.energy.record import Counters, MinuteRecord
from wattledger.flow.power_consistency import PowerConsistency
from wattledger.flow.power_memory import REMEMBERED, PowerMemory

T0 = 1_750_032_000
PHASE = PhaseReading(None, None, None, None, None, None)
Power = Callable[[int], float]


class Bench:
    """Polls once a second, or less often; books, and counts, what it is told."""

    def __init__(self, every_s: int = 1, offset_s: float = 0.0) -> None:
        self.clock = ManualClock(T0 - offset_s)
        self.books = MemoryHome(self.clock).books
        self.memory = PowerMemory()
        self.agreement = PowerConsistency(self.books, self.memory)
        self.every_s = every_s
        self.offset_s = offset_s
        self.minute = T0
        self.counters = (0, 0, 0, 0, 0, 0)
        self.epoch = 0

    def runs(
        self, minutes: int, power_w: Power, counted_w: float, registers_w: float | None = None
    ) -> None:
        for _ in range(minutes):
            for second in range(0, 60, self.every_s):
                self.poll(power_w(second))
                self.clock.advance(self.every_s)
            energies = _energies(counted_w)
            self.books.put(GRID, MinuteRecord(self.minute, 60, *energies))
            self.minute += 60
            moved = energies if registers_w is None else _energies(registers_w)
            a, b, c, d, e, f = (old + new for old, new in zip(self.counters, moved, strict=True))
            self.counters = (a, b, c, d, e, f)
            self.agreement.counted(Counters(self.minute, self.counters, self.epoch))
            self.agreement.counted(Counters(self.minute, self.counters, self.epoch))

    def set_back(self, seconds: int) -> None:
        """The meter's clock and the server's."""
        self.clock.wall_s -= seconds
        self.minute -= seconds
        self.epoch += 1

    def poll(self, power_w: float | None) -> None:
        at, received_s = self.clock.now_s(), self.clock.monotonic_s()
        reading = PowerReading(GRID, at, received_s, power_w, (PHASE,) * 3)
        self.memory.take(reading, self.offset_s)
        self.memory.take(reading, self.offset_s)

    def words(self) -> str | None:
        asyncio.run(self.agreement.read(GRID))
        found = [*self.agreement.standing()]
        assert all(isinstance(one, Fault) for one in found)
        assert all(one.kind is FaultKind.POWER_DISAGREES for one in found)
        return found[0].detail if found else None


def _energies(power_w: float) -> tuple[int, int, int, int, int, int]:
    """Of a minute of such a power, on three phases of which one gives back."""
    energy_dmwh = round(power_w * 10_000 / 60)
    imported, exported = max(0, energy_dmwh), max(0, -energy_dmwh)
    return imported, 500, 0, exported, 0, 500


def steady(power_w: float) -> Power:
    return lambda _: power_w


@pytest.mark.parametrize(
    ("power_w", "counted_w"), [(1_000, 0), (1_000, 500), (200, 0), (-3_000, 3_000), (0, 900)]
)
def test_power_without_minutes_and_minutes_without_power_are_told(
    power_w: float, counted_w: float
) -> None:
    bench = Bench()
    bench.runs(14, steady(power_w), counted_w)
    assert bench.words() is None
    bench.runs(2, steady(power_w), counted_w)
    words = bench.words()
    assert words is not None
    assert words.startswith(
        f"it shows {power_w:.0f} W, and its booked minutes of the same quarter of an hour come to "
        f"{counted_w:.0f} W"
    )
    bench.runs(20, steady(power_w), power_w)
    assert bench.words() is None


@pytest.mark.parametrize(
    ("power_w", "counted_w"), [(1_000, 1_000), (1_000, 800), (20, 0), (-3_000, -2_900), (0, 55)]
)
def test_what_polls_can_miss_is_no_disagreement(power_w: float, counted_w: float) -> None:
    bench = Bench()
    bench.runs(30, steady(power_w), counted_w)
    assert bench.words() is None


def test_loads_that_come_and_go_agree() -> None:
    bench = Bench(every_s=5)
    bench.runs(30, lambda second: 3_000.0 if second < 20 else 0.0, 1_000)
    assert bench.words() is None


@pytest.mark.parametrize("offset_s", [-3_600.0, -240.0, 90.0])
def test_minutes_are_those_of_the_meters_clock(offset_s: float) -> None:
    bench = Bench(offset_s=offset_s)
    bench.runs(8, steady(3_000), 3_000)
    bench.runs(8, steady(0), 0)
    assert bench.words() is None


@pytest.mark.parametrize("has_minutes", [True, False])
def test_a_clock_that_is_set_back_hides_nothing(has_minutes: bool) -> None:
    bench = Bench()
    bench.runs(20, steady(1_000), 1_000)
    bench.set_back(86_400)
    bench.runs(17, steady(1_000), 0)
    if not has_minutes:
        bench.books.records.clear()
    words = bench.words()
    assert words is not None
    assert words.startswith("it shows 1000 W")


def test_counters_that_stand_still_beside_minutes_are_told() -> None:
    bench = Bench()
    bench.runs(20, steady(1_000), 1_000, registers_w=0)
    words = bench.words()
    assert words is not None
    assert "its counters" in words


def test_counters_of_two_epochs_and_minutes_that_were_not_polled_are_not_compared() -> None:
    bench = Bench()
    bench.runs(10, steady(1_000), 1_000, registers_w=0)
    bench.epoch = 1
    bench.runs(10, steady(1_000), 1_000, registers_w=0)
    assert bench.words() is None
    bench = Bench(every_s=30)
    bench.runs(30, steady(1_000), 0)
    assert bench.words() is None
    bench = Bench()
    bench.runs(8, steady(1_000), 0)
    bench.clock.advance(600)
    bench.minute += 600
    bench.runs(8, steady(1_000), 0)
    assert bench.words() is not None  # the break lies outside of what is compared


def test_without_a_meter_or_a_value_nothing_is_said() -> None:
    bench = Bench()
    assert bench.words() is None
    bench.runs(20, steady(1_000), 0)
    assert bench.words() is not None
    asyncio.run(bench.agreement.read(None))
    assert [*bench.agreement.standing()] == []
    lonely = Bench()
    lonely.poll(100.0)
    lonely.poll(None)
    lonely.memory.take(None, 0.0)
    assert lonely.memory.minutes == {}
    assert lonely.memory.usual_w is None


def test_an_hour_is_remembered() -> None:
    bench = Bench(every_s=10)
    bench.runs(REMEMBERED + 20, steady(-600), -600)
    assert len(bench.memory.minutes) == REMEMBERED
    assert bench.memory.usual_w == pytest.approx(600)


def test_without_counters_minutes_alone_are_compared() -> None:
    bench = Bench()
    bench.runs(20, steady(1_000), 1_000)
    alone = PowerConsistency(bench.books, bench.memory)
    asyncio.run(alone.read(GRID))
    assert [*alone.standing()] == []
