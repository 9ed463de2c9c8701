"""A home that measures more, made of one of two meters: a battery that takes what would be sold and
gives what would be bought, a second plant, and two parts of what is used.

Its battery and its parts are reckoned, not measured.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from wattledger.simulator.feed import Feed, PhaseMinute
from wattledger.simulator.feeds.household import DAY_S, Energies, Household, MinuteRow
from wattledger.simulator.feeds.ripple import W_PER_DMWH_A_MINUTE, Wave, waves_at

CAPACITY_DMWH = 120_000_000
FIRST_DMWH = 20_000_000
MOST_DMWH_A_MINUTE = 2_500 * 10_000 // 60
"""The battery holds 12 kWh, begins each UTC day with 2, and takes or gives 2.5 kW at most."""
CAR_FROM_DMWH_A_MINUTE = 900 * 10_000 // 60
"""What a phase takes above 900 W charges the car."""
HEAT_PUMP_PCT = 40
"""Of what is left."""
SUNNY = ("roof", "shed")
Powers = tuple[int, int, int]


class BatteryHome:
    """`nets` is what each meter counts in a minute, import less export, 0.1 mWh on each phase.

    `shed_pct`: how much of the sun shines on the shed, none: there is one plant. `shared`: how the
    meter is called that has both parts, None: each has its own.
    """

    def __init__(self, home: Household, shed_pct: int = 0, shared: str | None = None) -> None:
        self._home = home
        self._shed_pct = shed_pct
        self._shared = shared
        self._day = lru_cache(maxsize=4)(self._build)

    def nets(self, start: int) -> dict[str, Powers]:
        day = start - start % DAY_S
        return self._day(day)[(start - day) // 60]

    def feed(self, name: str) -> Feed:
        return _Feed(self, name)

    def days(self, start: int, end: int) -> Iterator[dict[str, list[MinuteRow]]]:
        """All minutes in [start, end), both multiples of 60, by the UTC day and the meter."""
        for day in range(start - start % DAY_S, end, DAY_S):
            minutes = range(max(day, start), min(day + DAY_S, end), 60)
            found = [(at, self.nets(at)) for at in minutes]
            yield {
                name: [(at, _two_ways(nets[name])) for at, nets in found] for name in found[0][1]
            }

    def _build(self, day: int) -> list[dict[str, Powers]]:
        stored = FIRST_DMWH
        found = []
        for rows in self._home.days(day, day + DAY_S):
            for (_, mains), (_, sun) in zip(rows.mains, rows.solar, strict=True):
                bought, produced = _net(mains), _net(sun)
                given = max(min(sum(bought), MOST_DMWH_A_MINUTE, stored), -MOST_DMWH_A_MINUTE)
                given = max(given, stored - CAPACITY_DMWH) // 3
                stored -= 3 * given
                a, b, c = (one - given for one in bought)
                used = [max(one + other, 0) for one, other in zip(bought, produced, strict=True)]
                found.append(
                    {
                        "mains": (a, b, c),
                        **self._plants(produced),
                        "battery": (given, given, given),
                        **self._parts(used),
                    }
                )
        return found

    def _plants(self, produced: Powers) -> dict[str, Powers]:
        if not self._shed_pct:
            return {"roof": produced}
        shed = _share(produced, self._shed_pct)
        a, b, c = (one - other for one, other in zip(produced, shed, strict=True))
        return {"roof": (a, b, c), "shed": shed}

    def _parts(self, used: list[int]) -> dict[str, Powers]:
        car = sum(max(one - CAR_FROM_DMWH_A_MINUTE, 0) for one in used)
        pump = (sum(used) - car) * HEAT_PUMP_PCT // 100
        if self._shared:
            return {self._shared: (pump, car, 0)}
        return {"heat pump": (pump, 0, 0), "car": (car, 0, 0)}


@dataclass(frozen=True, slots=True)
class _Feed:
    """Wavers within the minute as a household's feeds do."""

    home: BatteryHome
    name: str

    def minute(self, start: int) -> tuple[PhaseMinute, PhaseMinute, PhaseMinute]:
        def phase_minute(phase: int, net: int) -> PhaseMinute:
            ends = [net * factor * W_PER_DMWH_A_MINUTE for factor in self._wave(start, phase)]
            return PhaseMinute(max(net, 0), max(-net, 0), min(ends), max(ends))

        a, b, c = (phase_minute(*one) for one in enumerate(self.home.nets(start)[self.name]))
        return a, b, c

    def power_w(self, at: float) -> tuple[float, float, float]:
        second = int(at)
        start = second - second % 60
        a, b, c = (
            net * self._wave(start, phase)[second % 60] * W_PER_DMWH_A_MINUTE
            for phase, net in enumerate(self.home.nets(start)[self.name])
        )
        return a, b, c

    def _wave(self, start: int, phase: int) -> Wave:
        waves = waves_at(start, phase)
        return waves.solar if self.name in SUNNY else waves.load


def _share(energies: Powers, pct: int) -> Powers:
    a, b, c = (one * pct // 100 for one in energies)
    return a, b, c


def _net(energies: Energies) -> Powers:
    a, b, c, d, e, f = energies
    return a - d, b - e, c - f


def _two_ways(nets: Powers) -> Energies:
    a, b, c = nets
    return max(a, 0), max(b, 0), max(c, 0), max(-a, 0), max(-b, 0), max(-c, 0)
