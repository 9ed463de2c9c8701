"""What is answered of costs: a period as a whole and its buckets, a month's bill, prices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from wattledger.energy.bill import Bill, BillLine, demand_lines, fee_lines
from wattledger.energy.cost import Costs
from wattledger.energy.demand import Peaks
from wattledger.energy.energy_result import EnergyResult
from wattledger.energy.money import PAID_UNITS, PRICE_UNITS, Exact
from wattledger.energy.period import Period
from wattledger.energy.tariff import Tariff

PRICE_UNITS_ALL_IN = 10**12


class Fees(NamedTuple):
    """What comes by the month, in the currency; None below a month and where it is not known."""

    fixed: Fraction | None = None
    demand: Fraction | None = None


class CostPart(NamedTuple):
    """A stretch of time: what its energy cost, and the fees of its months."""

    costs: Costs
    fees: Fees = Fees()

    @property
    def total(self) -> Fraction | None:
        """What is unknown counts as nothing; None where all is, so that parts add up."""
        parts = (in_currency(self.costs.energy_e19), self.fees.fixed, self.fees.demand)
        known = [part for part in parts if part is not None]
        return sum(known, Fraction()) if known else None


@dataclass(frozen=True, slots=True)
class CostResult:
    """`energy` is the same question's energies, with coverage and the edges of the buckets.

    `why_unknown` says in words what a server away from home can't tell.
    """

    energy: EnergyResult
    tariff: Tariff
    whole: CostPart
    netting_effect: Fraction | None
    buckets: Sequence[CostPart]
    why_unknown: str | None = None

    @property
    def paid_per_kwh(self) -> Fraction | None:
        """What a bought kWh cost, fees apart."""
        costs = self.whole.costs
        if costs.import_e19 is None or not costs.paid_dmwh:
            return None
        return Fraction(costs.import_e19) / (costs.paid_dmwh * PRICE_UNITS_ALL_IN)

    @property
    def mean_price_per_kwh(self) -> Fraction | None:
        """The plain mean of the import price over the windows that are booked and priced."""
        costs = self.whole.costs
        if not costs.paid_windows:
            return None
        return Fraction(costs.price_sum_e12) / (costs.paid_windows * PRICE_UNITS_ALL_IN)


@dataclass(frozen=True, slots=True)
class BillResult:
    """`complete` is whether the month is over, booked and priced."""

    month: Period
    tariff: Tariff
    bill: Bill
    energy: EnergyResult
    priced_pct: float | None
    why_unknown: str | None = None

    @property
    def complete(self) -> bool:
        return self.energy.complete and self.priced_pct == 100


@dataclass(frozen=True, slots=True)
class PriceResult:
    """Prices by quarter, in the currency per kWh: `spot` without VAT, the others all-in."""

    period: Period
    currency: str
    starts: Sequence[int]
    spot: Sequence[Fraction | None]
    imported: Sequence[Fraction | None]
    exported: Sequence[Fraction | None]
    complete_to: int | None


def in_currency(amount_e19: Exact | None) -> Fraction | None:
    return None if amount_e19 is None else Fraction(amount_e19) / PAID_UNITS


def price_of(price: Exact | None, units: int = PRICE_UNITS) -> Fraction | None:
    return None if price is None else Fraction(price) / units


def fixed_of(tariff: Tariff, month: date) -> Fraction | None:
    """What the monthly fees of a month come to."""
    return _amount_of([line for fee in tariff.monthly for line in fee_lines(tariff, fee, month)])


def demand_of(tariff: Tariff, month: date, peaks: Peaks) -> Fraction | None:
    """What its demand fees come to."""
    return _amount_of(
        [
            line
            for place, fee in enumerate(tariff.demand)
            for line in demand_lines(tariff, fee, month, peaks.get(place, ()))
        ]
    )


def _amount_of(lines: Sequence[BillLine]) -> Fraction | None:
    """0 where there are none, None where none is known."""
    known = [line.amount for line in lines if line.amount is not None]
    return None if lines and not known else sum(known, Fraction())


def summed_fees(fees: Sequence[Fees]) -> Fees:
    """Those of several months; None where none is known."""
    fixed = [one.fixed for one in fees if one.fixed is not None]
    demand = [one.demand for one in fees if one.demand is not None]
    return Fees(
        sum(fixed, Fraction()) if fixed else None, sum(demand, Fraction()) if demand else None
    )
