"""Demand: the month's highest windows, and what a fee makes of them.

A window's power is its netted import over its whole length, also where minutes of it are missing:
then it was at least that.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from heapq import nsmallest
from typing import NamedTuple

from wattledger.energy.day_prices import HOUR_S
from wattledger.energy.money import PRICE_UNITS, Exact, plain
from wattledger.energy.period import Calendar, next_month
from wattledger.energy.record import QUARTER_S
from wattledger.energy.tariff import MINUTES_A_DAY, DemandFee, Tariff


class Demand(NamedTuple):
    """One window as a fee sees it. `power_kw_e7` is counted in 1e-7 kW, weighted.

    `is_whole` is False where a part of it is not booked: then the power was at least that.
    """

    start: int
    power_kw_e7: Exact
    is_whole: bool


class Import(NamedTuple):
    """The netted import of a stretch of time inside one quarter or one hour from midnight."""

    start: int
    imported_dmwh: int
    covered_s: int


def demands(imports: Iterable[Import], fee: DemandFee, calendar: Calendar) -> list[Demand]:
    """The windows of a fee that have a record, in order; those that do not count are left out."""
    windows: dict[int, tuple[int, int]] = {}
    for start, imported, covered_s in imports:
        at = window_start(start, fee.window_s, calendar)
        energy, covered = windows.get(at, (0, 0))
        windows[at] = energy + imported, covered + covered_s
    found = (
        _demand(start, energy, covered_s, fee, calendar)
        for start, (energy, covered_s) in sorted(windows.items())
    )
    return [one for one in found if one is not None]


@lru_cache(maxsize=500)
def counts_in(fee: DemandFee, month: date) -> bool:
    """Whether a window of the month can count at all: some fees are of the winter alone."""
    days = (
        date.fromordinal(day) for day in range(month.toordinal(), next_month(month).toordinal())
    )
    minutes = range(0, MINUTES_A_DAY, QUARTER_S // 60)
    return any(fee.weight_e7(day, at) != 0 for day in days for at in minutes)


def window_start(instant: int, window_s: int, calendar: Calendar) -> int:
    """The start of the fee's window that holds an instant."""
    return instant - instant % QUARTER_S if window_s == QUARTER_S else calendar.hour_start(instant)


def weight_at(start: int, fee: DemandFee, calendar: Calendar) -> int:
    """How much a fee counts of the window that begins there, PRICE_UNITS for all of it."""
    if not fee.weights:
        return PRICE_UNITS
    local = datetime.fromtimestamp(start, calendar.time_zone)
    weight_e7 = fee.weight_e7(local.date(), local.hour * 60 + local.minute)
    return PRICE_UNITS if weight_e7 is None else weight_e7


def _demand(
    start: int, energy_dmwh: int, covered_s: int, fee: DemandFee, calendar: Calendar
) -> Demand | None:
    weight_e7 = weight_at(start, fee, calendar)
    if weight_e7 == 0 or not fee.valid.holds_on(calendar.day_of(start)):
        return None
    power: Exact = energy_dmwh * HOUR_S // fee.window_s
    if weight_e7 != PRICE_UNITS:
        power = plain(Fraction(power * weight_e7, PRICE_UNITS))
    return Demand(start, power, covered_s >= fee.window_s)


def highest(found: Sequence[Demand], fee: DemandFee, calendar: Calendar) -> list[Demand]:
    """Those that the fee picks, highest first; of equal ones the earliest."""
    if fee.distinct_days:
        best: dict[date, Demand] = {}
        for one in found:
            day = calendar.day_of(one.start)
            best[day] = min(best.get(day, one), one, key=_order)
        found = list(best.values())
    return nsmallest(fee.count_windows, found, key=_order)


def _order(one: Demand) -> tuple[Exact, int]:
    return -one.power_kw_e7, one.start


def mean_power_kw_e7(picked: Sequence[Demand]) -> Exact:
    """The mean of the picked windows: of fewer than the fee counts while there are no more."""
    return plain(Fraction(sum(one.power_kw_e7 for one in picked), len(picked)))


Months = Sequence[Sequence[Demand]]
"""What was picked of each month that a fee counts, the billed one the last; none is empty."""
Peaks = Mapping[int, Months]
"""For each demand fee that has something to count, by its place in the tariff."""


def billed_kw_e7(months: Months, fee: DemandFee) -> Exact:
    """What of the months' mean is above the threshold."""
    counted = [max(mean_power_kw_e7(picked), fee.minimum_kw_e7) for picked in months]
    return max(plain(Fraction(sum(counted), len(counted))) - fee.threshold_kw_e7, 0)


def fee_e14(billed_kw_e7: Exact, fee: DemandFee) -> Exact:
    """What a whole month of that power costs, without VAT: 1e-14 of the currency."""
    if not fee.steps:
        return billed_kw_e7 * fee.price_e7
    reached = [step.amount_e7 for step in fee.steps if step.from_kw_e7 <= billed_kw_e7]
    return reached[-1] * PRICE_UNITS


def picked_months(
    tariff: Tariff, month: date, peaks: Mapping[date, Sequence[Sequence[Demand]]]
) -> Peaks:
    """What the fees of a month count, from the peaks of each month by the fee's place. A month
    before it is that of the row of the same name that held then.
    """
    found: dict[int, Months] = {}
    for place, fee in enumerate(tariff.demand):
        counted = [
            _of_name(tariff, fee.name, peaks[one])
            for one in sorted(peaks)
            if 0 < _months_between(one, month) < fee.months_mean
        ]
        picked = peaks[month][place] if month in peaks else ()
        if picked:
            found[place] = [*(one for one in counted if one), picked]
    return found


def _of_name(tariff: Tariff, name: str, peaks: Sequence[Sequence[Demand]]) -> Sequence[Demand]:
    """Of a month in which two rows of a name hold, the later one's."""
    rows = zip(tariff.demand, peaks, strict=True)
    ours = [(fee.valid.first, picked) for fee, picked in rows if fee.name == name and picked]
    return max(ours, default=(None, ()), key=lambda one: one[0])[1]


def _months_between(earlier: date, later: date) -> int:
    return 12 * (later.year - earlier.year) + later.month - earlier.month
