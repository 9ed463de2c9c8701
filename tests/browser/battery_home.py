"""The same spring day in a home that measures more: a battery, and two parts of the home."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from wattledger.simulator.feed import PhaseMinute
from wattledger.simulator.feeds.household import DAY_S, Energies, Household, MinuteRow

CAPACITY_DMWH = 120_000_000
FIRST_DMWH = 20_000_000
MOST_DMWH_A_MINUTE = 2_500 * 10_000 // 60
"""The battery holds 12 kWh, begins each UTC day with 2, and takes or gives 2.5 kW at most."""
LOADS = {"heat pump": 35, "car": 20}
"""Their shares of what the home uses, %."""
Powers = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class MinuteMeans:
    """A feed that holds each minute's mean, 0.1 mWh a minute on each phase."""

    of: "BatteryHome"
    name: str

    def minute(self, start: int) -> tuple[PhaseMinute, PhaseMinute, PhaseMinute]:
        a, b, c = (
            PhaseMinute(max(net, 0), max(-net, 0), net * 0.006, net * 0.006)
            for net in self.of.nets(start)[self.name]
        )
        return a, b, c

    def power_w(self, at: float) -> tuple[float, float, float]:
        a, b, c = (net * 0.006 for net in self.of.nets(int(at) // 60 * 60)[self.name])
        return a, b, c


class BatteryHome:
    """Everything is what the two-meter home has, but that the battery takes what would be sold, and
    gives what would be bought: mains carry the rest.
    """

    def __init__(self, home: Household) -> None:
        self._home = home
        self._day = lru_cache(maxsize=4)(self._build)

    def nets(self, start: int) -> dict[str, Powers]:
        """What each meter counts in the minute, import less export."""
        day = start - start % DAY_S
        return self._day(day)[(start - day) // 60]

    def days(self, start: int, end: int) -> Iterator[dict[str, list[MinuteRow]]]:
        for at in range(start - start % DAY_S, end, DAY_S):
            minutes = range(max(at, start), min(at + DAY_S, end), 60)
            names = ("mains", "roof", "battery", *LOADS)
            yield {
                name: [(one, _two_ways(self.nets(one)[name])) for one in minutes] for name in names
            }

    def _build(self, day: int) -> list[dict[str, Powers]]:
        stored = FIRST_DMWH
        found = []
        for rows in self._home.days(day, day + DAY_S):
            for (_, mains), (_, roof) in zip(rows.mains, rows.solar, strict=True):
                bought, produced = _net(mains), _net(roof)
                given = max(min(sum(bought), MOST_DMWH_A_MINUTE, stored), -MOST_DMWH_A_MINUTE)
                given = max(given, stored - CAPACITY_DMWH) // 3
                stored -= 3 * given
                a, b, c = (one - given for one in bought)
                used = [one + sun for one, sun in zip(bought, produced, strict=True)]
                found.append(
                    {
                        "mains": (a, b, c),
                        "roof": produced,
                        "battery": (given, given, given),
                        **{name: _share(used, pct) for name, pct in LOADS.items()},
                    }
                )
        return found


def _share(used: list[int], pct: int) -> Powers:
    a, b, c = (max(one, 0) * pct // 100 for one in used)
    return a, b, c


def _net(energies: Energies) -> Powers:
    a, b, c, d, e, f = energies
    return a - d, b - e, c - f


def _two_ways(nets: Powers) -> Energies:
    a, b, c = nets
    return max(a, 0), max(b, 0), max(c, 0), max(-a, 0), max(-b, 0), max(-c, 0)


@cache
def battery_home(home: Household) -> BatteryHome:
    return BatteryHome(home)
