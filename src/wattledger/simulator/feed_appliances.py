"""What a home draws: each appliance a function of the moment, in W."""

from enum import IntEnum
from math import cos, pi
from typing import NamedTuple

from wattledger.simulator.feed_noise import drifting, fraction

SATURDAY = 5


class Chance(IntEnum):
    """Keeps the appliances' chances apart."""

    BASE = 1
    FRIDGE = 2
    FREEZER = 3
    STOVE = 4
    EVENING = 5
    COFFEE = 6
    BOILER = 7
    SAUNA = 8
    HEATING = 9
    LAUNDRY = 10
    OUTDOOR = 11
    CLOUD = 12


class Moment(NamedTuple):
    """A minute as a household sees it: `day` counts local days, `minute` is of that day."""

    seed: int
    at: int
    day: int
    minute: int
    outdoor_c: float

    @property
    def weekday(self) -> int:
        """Monday is 0; local day 0, 1970-01-01, was a Thursday."""
        return (self.day + 3) % 7

    def today(self, chance: Chance, nth: int = 0) -> float:
        """In [0, 1), the same all day."""
        return fraction(self.seed, chance, self.day, nth)


def outdoor_c(seed: int, at: int) -> float:
    """Air of southern Finland: -6 to 18 degrees by season, 5 by weather, 3 by the hour (UTC)."""
    season = -cos(2 * pi * (at / 86400 - 20) / 365.2425)
    weather = drifting(at, 3 * 86400, seed, Chance.OUTDOOR) * 2 - 1
    hour = -cos(2 * pi * (at / 86400 - 1 / 24))
    return 6 + 12 * season + 5 * weather + 3 * hour


def loads_w(now: Moment) -> tuple[float, float, float]:
    """Everything that runs, by phase."""
    shared = _sauna_w(now) + _heating_w(now)
    return (
        50 + _wandering_w(now, 0) + _fridge_w(now) + _evening_w(now) + shared,
        40 + _wandering_w(now, 1) + _stove_w(now) + _laundry_w(now) + shared,
        70 + _wandering_w(now, 2) + _freezer_w(now) + _coffee_w(now) + _boiler_w(now) + shared,
    )


def _between(now: Moment, begin: float, length: float) -> bool:
    return begin <= now.minute < begin + length


def _wandering_w(now: Moment, phase: int) -> float:
    return 45 * drifting(now.at, 1200, now.seed, Chance.BASE, phase)


def _cycling(now: Moment, chance: Chance, every_s: int, share: float) -> bool:
    """On for about `share` of each cycle, never in step with the clock."""
    cycle, rest = divmod(now.at + now.seed * 977, every_s)
    return rest < every_s * share * (0.8 + 0.4 * fraction(now.seed, chance, cycle))


def _fridge_w(now: Moment) -> float:
    return 85.0 if _cycling(now, Chance.FRIDGE, 2580, 0.35) else 0.0


def _freezer_w(now: Moment) -> float:
    return 110.0 if _cycling(now, Chance.FREEZER, 3480, 0.4) else 0.0


def _stove_w(now: Moment) -> float:
    """Dinner on working days, lunch and dinner at weekends; plates that go on and off."""
    dinner = 1000 + 110 * now.today(Chance.STOVE)
    lunch = 690 + 90 * now.today(Chance.STOVE, 1)
    length = 25 + 30 * now.today(Chance.STOVE, 2)
    cooking = _between(now, dinner, length)
    cooking = cooking or (now.weekday >= SATURDAY and _between(now, lunch, length))
    hot = fraction(now.seed, Chance.STOVE, now.at) < 0.6
    return 2100.0 if cooking and hot else 0.0


def _evening_w(now: Moment) -> float:
    """Lamps and screens from late afternoon to bedtime; at weekends from noon."""
    begin = (720 if now.weekday >= SATURDAY else 960) + 60 * now.today(Chance.EVENING)
    end = 1320 + 80 * now.today(Chance.EVENING, 1)
    loud = 0.6 + 0.8 * drifting(now.at, 2400, now.seed, Chance.EVENING)
    return 260 * loud if begin <= now.minute < end else 0.0


def _coffee_w(now: Moment) -> float:
    begin = (510 if now.weekday >= SATURDAY else 375) + 50 * now.today(Chance.COFFEE)
    return 1000.0 if _between(now, begin, 9) else 0.0


def _boiler_w(now: Moment) -> float:
    length = 70 + 80 * now.today(Chance.BOILER)
    return 2000.0 if _between(now, 120, length) else 0.0


def _laundry_w(now: Moment) -> float:
    """Every other day: an hour and a half, of which 25 minutes heat."""
    if now.today(Chance.LAUNDRY) < 0.5:
        return 0.0
    begin = 540 + 600 * now.today(Chance.LAUNDRY, 1)
    if _between(now, begin + 8, 25):
        return 2000.0
    return 220.0 if _between(now, begin, 90) else 0.0


def _sauna_w(now: Moment) -> float:
    """Saturdays, and one Wednesday in two: 6 kW on three phases, at first full, then half the
    time.
    """
    wanted = now.weekday == SATURDAY or (now.weekday == 2 and now.today(Chance.SAUNA) < 0.5)
    begin = 1080 + 60 * now.today(Chance.SAUNA, 1)
    if not wanted or not _between(now, begin, 100):
        return 0.0
    full = now.minute < begin + 40
    return 2000.0 if full or now.minute // 4 % 2 else 0.0


def _heating_w(now: Moment) -> float:
    """A third of the heating, below 15 degrees outside: 25 W a degree, in pulses of 900 W."""
    share = min(max(15 - now.outdoor_c, 0) * 25 / 900, 1.0)
    return 900.0 if share > 0 and _cycling(now, Chance.HEATING, 2700, share) else 0.0
