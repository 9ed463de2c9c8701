"""Day-ahead prices of the demo: composed, of no market, so that there is something to look at.

A day has its level (a run of windy days, then calm ones), the shape of a working day or a weekend,
more sun in the middle of summer days, and now and then an hour that nobody expected.
"""

from collections.abc import Iterator
from datetime import datetime
from math import pi, sin
from zoneinfo import ZoneInfo

from wattledger.simulator.feeds.demo_home import ZONE
from wattledger.simulator.feeds.noise import mixed

QUARTER_S, DAY_S = 900, 86_400
WINDY_DAYS = 5
"""A run of days between two levels."""
_SHAPE = (
    *(0.62, 0.56, 0.53, 0.52, 0.55, 0.70, 1.05, 1.45, 1.52, 1.28, 1.12, 1.02),
    *(0.95, 0.90, 0.92, 1.02, 1.25, 1.58, 1.62, 1.42, 1.18, 1.00, 0.85, 0.70),
)
"""Of a working day, by its hours."""
_SOURCE = 0x50


def demo_prices(start: int, end: int) -> Iterator[tuple[int, int]]:
    """(start, price in 0.01 EUR/MWh without VAT) of the quarters between two instants."""
    zone = ZoneInfo(ZONE)
    for at in range(start - start % QUARTER_S, end, QUARTER_S):
        wall = datetime.fromtimestamp(at, zone)
        yield at, round(100 * _price(at, wall))


def _price(at: int, wall: datetime) -> float:
    day = wall.toordinal()
    summer = sin(pi * min(max((wall.timetuple().tm_yday - 60) / 245, 0), 1))
    level = 28 + 75 * _between(day) ** 2 + 22 * (1 - summer)
    hour = wall.hour + wall.minute / 60
    after = (wall.hour + 1) % 24
    shape = _SHAPE[wall.hour] + (_SHAPE[after] - _SHAPE[wall.hour]) * (hour - wall.hour)
    if wall.weekday() > 4:
        shape = 0.55 + 0.45 * shape
    sun = 34 * summer * max(0, sin(pi * (hour - 8) / 11)) if 8 < hour < 19 else 0
    spike = 260 * _chance(day, wall.hour) if _chance(day // 9, wall.hour, 1) > 0.985 else 0
    return level * shape - sun + spike + 6 * (_chance(at, 2) - 0.5)


def _between(day: int) -> float:
    """0 to 1: the levels of two runs of days, and smoothly from one to the other."""
    run, inside = divmod(day, WINDY_DAYS)
    share = (1 - sin(pi * (0.5 + inside / WINDY_DAYS))) / 2
    before, following = _chance(run, 3), _chance(run + 1, 3)
    return before + (following - before) * share


def _chance(*keys: int) -> float:
    """0 to 1."""
    return mixed(_SOURCE, *keys) / 2**64
