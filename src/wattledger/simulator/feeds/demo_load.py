"""The demo's loads: one measured phase of a whole year, three different days of it at once.

The series (a Shelly 3EM, ten-minute steps) is read by its wall clock, taken as Central European. A
day at the demo's home, also by the wall clock, takes the nearest day of the same weekday from the
measured year: phase a that day itself, phases b and c days some weeks off. Inside ten minutes the
load moves as a household measured by the minute does at that power (a P1 monitor); the energies of
ten minutes stay exactly as measured.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from wattledger.simulator.feeds.cumulative_series import curve_of
from wattledger.simulator.feeds.household import Phases
from wattledger.simulator.feeds.noise import mixed
from wattledger.simulator.feeds.recorded_series import CENTRAL_EUROPE, p1_monitor_power_w, shelly_em
from wattledger.simulator.feeds.ripple import W_PER_DMWH_A_MINUTE, edges_of, parts_of
from wattledger.simulator.feeds.shipped import shipped

PHASE_DAYS: Final = (0, -14, 21)
_BIN_S: Final = 600
_WEEKS: Final = 350
"""The measured year goes round after fifty whole weeks: of the 52 it has not all."""
_NEIGHBOURS: Final = 64


@dataclass(frozen=True, slots=True)
class Shapes:
    """How ten minutes may go, by rising power: eleven `edges` cut a bin's energy."""

    power_w: tuple[float, ...]
    edges: tuple[tuple[int, ...], ...]

    def near(self, power_w: float, nth: int) -> tuple[int, ...]:
        """One of the `_NEIGHBOURS` shapes measured at about this power."""
        middle = bisect_left(self.power_w, power_w) - _NEIGHBOURS // 2
        first = min(max(middle, 0), len(self.edges) - _NEIGHBOURS)
        return self.edges[first + nth]


@dataclass(frozen=True, slots=True)
class MeasuredLoad:
    """The year's ten-minute energies, 0.1 mWh, from `start`, the midnight of `first_day` in
    `zone`.
    """

    first_day: date
    zone: ZoneInfo
    start: int
    bins_dmwh: tuple[int, ...]
    shapes: Shapes

    def hour(self, day: date, hour: int) -> Phases:
        """Sixty minutes from the wall clock's `hour` of a calendar day, any year."""
        a, b, c = (self._phase(day, hour, phase) for phase in range(3))
        return a, b, c

    def _phase(self, day: date, hour: int, phase: int) -> list[int]:
        first = self.bin_of(day, hour, phase)
        chance = mixed(day.toordinal(), hour, phase)
        minutes: list[int] = []
        for energy in self.bins_dmwh[first : first + 6]:
            shape = self.shapes.near(energy * W_PER_DMWH_A_MINUTE / 10, chance % _NEIGHBOURS)
            minutes += parts_of(energy, shape)
            chance //= _NEIGHBOURS
        return minutes

    def bin_of(self, day: date, hour: int, phase: int) -> int:
        """Which measured ten minutes begin this hour of this phase."""
        source = self.first_day + timedelta(self._measured_day(day, phase))
        wall = datetime(source.year, source.month, source.day, hour, tzinfo=self.zone)
        return (int(wall.timestamp()) - self.start) // _BIN_S

    def _measured_day(self, day: date, phase: int) -> int:
        """The nearest measured day of the season and weekday, moved by the phase's weeks."""
        season = (_day_of_leap_year(day) - _day_of_leap_year(self.first_day)) % 366
        weekday = (day.weekday() - self.first_day.weekday()) % 7
        nearest = season + (weekday - season + 3) % 7 - 3
        return (nearest + PHASE_DAYS[phase]) % _WEEKS


def _day_of_leap_year(day: date) -> int:
    return day.replace(year=2024).timetuple().tm_yday


def measured_load() -> MeasuredLoad:
    curve = curve_of(shelly_em(shipped("shelly3em_gen1_em_data_phaseC.csv")))
    zone = ZoneInfo(CENTRAL_EUROPE)
    first_day = datetime.fromtimestamp(curve.start, UTC).date() + timedelta(days=1)
    midnight = datetime(first_day.year, first_day.month, first_day.day, tzinfo=zone)
    start = int(midnight.timestamp())
    counters = [curve.at(at)[0] for at in range(start, curve.end, _BIN_S)]
    bins = tuple(after - before for before, after in pairwise(counters))
    return MeasuredLoad(first_day, zone, start, bins, _measured_shapes())


def _measured_shapes() -> Shapes:
    """Every ten minutes of the P1 monitor in which nothing was fed."""
    rows = p1_monitor_power_w(shipped("p1mon_1min_2024-02_2024-03.csv"))
    found: list[tuple[float, tuple[int, ...]]] = []
    for first in range(0, len(rows) - 9, 10):
        ten = rows[first : first + 10]
        drawn_w = [drawn for _, drawn, _ in ten]
        whole = ten[9][0] - ten[0][0] == timedelta(minutes=9)
        if whole and min(drawn_w) > 0 and not any(fed for _, _, fed in ten):
            found.append((sum(drawn_w) / 10, edges_of(drawn_w)))
    found.sort()
    return Shapes(tuple(power for power, _ in found), tuple(edges for _, edges in found))
