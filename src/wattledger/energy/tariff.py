"""A tariff: what is paid and earned per kWh, per month and per kW, from when to when.

Rows are dated by days of the home's zone. Rows of one name follow one another; where one ends and
nothing follows it, nothing is known from then on. Before its first day a row is absent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

MINUTES_A_DAY = 24 * 60
EVERY_WEEKDAY = frozenset(range(7))
EVERY_MONTH = frozenset(range(1, 13))


class Side(StrEnum):
    IMPORT = "import"
    EXPORT = "export"


class Kind(StrEnum):
    FIXED = "fixed"
    SPOT = "spot"
    ZONES = "zones"


@dataclass(frozen=True, slots=True)
class Validity:
    """From a first day up to, not including, another; None has no end."""

    first: date
    end: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.first <= day and (self.end is None or day < self.end)

    def overlaps(self, other: "Validity") -> bool:
        starts_before = other.end is None or self.first < other.end
        return starts_before and (self.end is None or other.first < self.end)

    def days_of(self, first: date, end: date) -> int:
        """How many of the days [first, end) it holds."""
        until = end if self.end is None else min(self.end, end)
        return max((until - max(self.first, first)).days, 0)


@dataclass(frozen=True, slots=True)
class When:
    """Moments by the wall clock: minutes of the day, half-open and round midnight where the end is
    not later; weekdays from Monday, 0; months. A moment must match all three.
    """

    from_minutes: int = 0
    to_minutes: int = MINUTES_A_DAY
    weekdays: frozenset[int] = EVERY_WEEKDAY
    months: frozenset[int] = EVERY_MONTH

    def matches(self, day: date, minutes: int) -> bool:
        if day.month not in self.months or day.weekday() not in self.weekdays:
            return False
        if self.from_minutes < self.to_minutes:
            return self.from_minutes <= minutes < self.to_minutes
        return minutes >= self.from_minutes or minutes < self.to_minutes


@dataclass(frozen=True, slots=True)
class Zone:
    """A price per kWh at some moments."""

    when: When
    price_e7: int


@dataclass(frozen=True, slots=True)
class VatRate:
    """A rate of the VAT table `name`; the nameless one is of every row that names none."""

    name: str
    valid: Validity
    rate_e5: int


@dataclass(frozen=True, slots=True)
class Component:
    """One part of the price per kWh. Its own price, zones and margin are with VAT where
    `includes_vat`; a spot price never is.

    `vat` names its table of VAT, None for no VAT; `by_hour` takes the hour's mean of a spot price.
    """

    name: str
    side: Side
    kind: Kind
    valid: Validity
    price_e7: int | None = None
    zones: tuple[Zone, ...] = ()
    area: str = ""
    margin_e7: int = 0
    by_hour: bool = False
    floored: bool = False
    vat: str | None = ""
    includes_vat: bool = False

    def own_price_e7(self, day: date, minutes: int) -> int | None:
        """Its price at a moment of the wall clock, for spot its margin; the last zone that matches
        counts, without one `price`.
        """
        if self.kind is Kind.SPOT:
            return self.margin_e7
        for zone in reversed(self.zones):
            if zone.when.matches(day, minutes):
                return zone.price_e7
        return self.price_e7


@dataclass(frozen=True, slots=True)
class MonthlyFee:
    name: str
    valid: Validity
    amount_e7: int
    vat: str | None = ""
    includes_vat: bool = False


class Pick(StrEnum):
    HIGHEST = "highest"


@dataclass(frozen=True, slots=True)
class Weight:
    """How much a window counts at some moments."""

    when: When
    weight_e7: int


@dataclass(frozen=True, slots=True)
class Step:
    """What a month costs from a power on, up to where the next step begins."""

    from_kw_e7: int
    amount_e7: int


@dataclass(frozen=True, slots=True)
class DemandFee:
    """A fee on the month's `count` highest windows, per kW of their mean above the threshold, or by
    the step that it is in. A month counts for `minimum_kw_e7` at least, and with `months_mean` the
    mean of so many months is billed, this one the last.
    """

    name: str
    valid: Validity
    window_s: int
    price_e7: int
    count_windows: int = 1
    distinct_days: bool = False
    threshold_kw_e7: int = 0
    weights: tuple[Weight, ...] = ()
    vat: str | None = ""
    minimum_kw_e7: int = 0
    steps: tuple[Step, ...] = ()
    """In their order, the first one from 0 on; then there is no price per kW."""
    months_mean: int = 1

    def weight_e7(self, day: date, minutes: int) -> int | None:
        """By the last zone that matches; None where none does, and the window counts as it is."""
        for weight in reversed(self.weights):
            if weight.when.matches(day, minutes):
                return weight.weight_e7
        return None


class Rated(NamedTuple):
    """A component on a day, with the rate of its VAT; `row` is its place in the tariff."""

    row: int
    component: Component
    rate_e5: int


class Lapse(NamedTuple):
    """What is not known on a day, and since when; None where it never was before."""

    what: str
    since: date | None

    @property
    def words(self) -> str:
        since = "" if self.since is None else f" from {self.since}"
        return f"{self.what}{since}"


class SideOnDay(NamedTuple):
    """What one side's price is made of on a day; nothing may be priced while something lapsed."""

    rows: tuple[Rated, ...]
    lapses: tuple[Lapse, ...]


@dataclass(frozen=True, slots=True)
class Tariff:
    """A whole table. `name` is the stem of its file."""

    name: str
    currency: str
    vat_rates: tuple[VatRate, ...] = ()
    components: tuple[Component, ...] = ()
    monthly: tuple[MonthlyFee, ...] = ()
    demand: tuple[DemandFee, ...] = ()

    @property
    def areas(self) -> frozenset[str]:
        """The bidding zones whose spot price it needs."""
        return frozenset(one.area for one in self.components if one.kind is Kind.SPOT)

    def rate_e5(self, vat: str | None, day: date) -> int | None:
        """The rate of a VAT table on a day, 0 without VAT; None where no row holds."""
        if vat is None:
            return 0
        rates = (one for one in self.vat_rates if one.name == vat and one.valid.holds_on(day))
        return next((one.rate_e5 for one in rates), None)

    def side_on(self, side: Side, day: date) -> SideOnDay:
        """The components of one side that hold on a day, and what lapsed."""
        ours = [one for one in self.components if one.side is side]
        rows: list[Rated] = []
        lapses = _lapsed(ours, day)
        for row, component in enumerate(self.components):
            if component.side is not side or not component.valid.holds_on(day):
                continue
            rate_e5 = self.rate_e5(component.vat, day)
            if rate_e5 is None:
                lapses.append(Lapse(f"{component.name}: no rate of VAT on {day}", None))
            else:
                rows.append(Rated(row, component, rate_e5))
        if not rows and not lapses and (ours or side is Side.IMPORT):
            lapses.append(Lapse(f"{side}: no price on {day}", None))
        return SideOnDay(tuple(rows), tuple(lapses))


def _lapsed(components: Sequence[Component], day: date) -> list[Lapse]:
    """Names whose rows have ended by `day`, with nothing that began on the day they ended."""
    lapses: list[Lapse] = []
    for name in dict.fromkeys(one.name for one in components):
        rows = [one.valid for one in components if one.name == name]
        ends = [valid.end for valid in rows if valid.end is not None and valid.end <= day]
        if not ends or any(valid.holds_on(day) for valid in rows):
            continue
        since = max(ends)
        if not any(one.valid.first == since for one in components):
            lapses.append(Lapse(f"{name}: no price", since))
    return lapses


def dated_rates(
    tariff: Tariff, vat: str | None, valid: Validity, month: tuple[date, date]
) -> list[tuple[int | None, int]]:
    """(rate of VAT, days) of a row within the days of a month, in the order of the calendar; a rate
    that comes back is there once, with all its days.
    """
    rates = [one.valid for one in tariff.vat_rates if one.name == vat]
    edges = {edge for one in (valid, *rates) for edge in (one.first, one.end) if edge is not None}
    days = [month[0], *sorted(edge for edge in edges if month[0] < edge < month[1]), month[1]]
    shares: dict[int | None, int] = {}
    for first, end in pairwise(days):
        if not valid.holds_on(first):
            continue
        rate_e5 = tariff.rate_e5(vat, first)
        shares[rate_e5] = shares.get(rate_e5, 0) + (end - first).days
    return [*shares.items()]
