"""What a home draws: each appliance a function of the moment, in W."""

from enum import IntEnum
from math import cos, pi
from typing import Final, NamedTuple

from wattledger.simulator.feeds.noise import drifting, fraction

WEDNESDAY: Final = 2
SATURDAY: Final = 5


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


class Habit(NamedTuple):
    """Something done once a day, in minutes of the local day: begun at `earliest` or up to `spread`
    later, going on for `shortest` or up to `longer` more.
    """

    chance: Chance
    earliest: int
    spread: int
    shortest: int
    longer: int = 0
    nth: int = 0

    def since(self, now: Moment) -> float | None:
        """Minutes since it began today; None while it is not going on."""
        latest = self.earliest + self.spread + self.shortest + self.longer
        if not self.earliest <= now.minute < latest:
            return None
        begin = self.earliest + self.spread * now.today(self.chance, self.nth)
        elapsed = now.minute - begin
        length = self.shortest + self.longer * now.today(self.chance, self.nth + 1)
        return elapsed if 0 <= elapsed < length else None


_LUNCH: Final = Habit(Chance.STOVE, 690, 90, 25, 30)
_DINNER: Final = Habit(Chance.STOVE, 1000, 110, 25, 30, nth=2)
_COFFEE: Final = Habit(Chance.COFFEE, 375, 50, 9)
_LATE_COFFEE: Final = Habit(Chance.COFFEE, 510, 50, 9)
_EVENING: Final = Habit(Chance.EVENING, 960, 60, 340, 80)
_WEEKEND_EVENING: Final = Habit(Chance.EVENING, 720, 60, 570, 80)
_BOILER: Final = Habit(Chance.BOILER, 120, 15, 70, 80)
_LAUNDRY: Final = Habit(Chance.LAUNDRY, 540, 600, 90)
_SAUNA: Final = Habit(Chance.SAUNA, 1080, 60, 100)


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
    cooking = _DINNER.since(now) is not None
    cooking = cooking or (now.weekday >= SATURDAY and _LUNCH.since(now) is not None)
    return 2100.0 if cooking and fraction(now.seed, Chance.STOVE, now.at) < 0.6 else 0.0


def _evening_w(now: Moment) -> float:
    """Lamps and screens from late afternoon to bedtime; at weekends from noon."""
    habit = _WEEKEND_EVENING if now.weekday >= SATURDAY else _EVENING
    if habit.since(now) is None:
        return 0.0
    return 260 * (0.6 + 0.8 * drifting(now.at, 2400, now.seed, Chance.EVENING))


def _coffee_w(now: Moment) -> float:
    habit = _LATE_COFFEE if now.weekday >= SATURDAY else _COFFEE
    return 0.0 if habit.since(now) is None else 1000.0


def _boiler_w(now: Moment) -> float:
    return 0.0 if _BOILER.since(now) is None else 2000.0


def _laundry_w(now: Moment) -> float:
    """Every other day: an hour and a half, of which 25 minutes heat."""
    since = _LAUNDRY.since(now)
    if since is None or now.today(Chance.LAUNDRY, 9) < 0.5:
        return 0.0
    return 2000.0 if 8 <= since < 33 else 220.0


def _sauna_w(now: Moment) -> float:
    """Saturdays, and one Wednesday in two: 6 kW on three phases, later only half the time."""
    since = _SAUNA.since(now)
    if since is None or not _sauna_today(now):
        return 0.0
    return 2000.0 if since < 40 or now.minute // 4 % 2 else 0.0


def _sauna_today(now: Moment) -> bool:
    wednesday = now.weekday == WEDNESDAY and now.today(Chance.SAUNA, 9) < 0.5
    return now.weekday == SATURDAY or wednesday


def _heating_w(now: Moment) -> float:
    """A third of the heating, below 15 degrees outside: 25 W a degree, in pulses of 900 W."""
    share = min(max(15 - now.outdoor_c, 0) * 25 / 900, 1.0)
    return 900.0 if share > 0 and _cycling(now, Chance.HEATING, 2700, share) else 0.0
