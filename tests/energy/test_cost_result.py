"""What is answered of costs, from sums that are reckoned by hand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tests.energy.making import HOME, calendar_of
from tests.energy.pricing import ALWAYS, KWH, tariff, vat
from tests.fakes.energies import home_energies
from wattledger.energy.bill import Bill
from wattledger.energy.cost import Costs
from wattledger.energy.cost_result import (
    BillResult,
    CostPart,
    CostResult,
    Fees,
    demand_of,
    fixed_of,
    in_currency,
    price_of,
    summed_fees,
)
from wattledger.energy.coverage import Coverage
from wattledger.energy.demand import Demand
from wattledger.energy.energy_query import query_of_period
from wattledger.energy.energy_result import Buckets, EnergyResult
from wattledger.energy.netting import Netting
from wattledger.energy.period import PeriodKind, period_around
from wattledger.energy.tariff import DemandFee, MonthlyFee, Validity

MARCH = date(2026, 3, 1)
EURO = 10**19
FEE = MonthlyFee("basic fee", ALWAYS, 4 * 10**7)
UNTAXED = MonthlyFee("of another table", ALWAYS, 10**7, vat="nobody's")
POWER = DemandFee("power", ALWAYS, 3_600, 10**7)
TABLE = tariff(rates=[vat(25)])


def march(*, complete: bool = True) -> EnergyResult:
    calendar = calendar_of("Europe/Helsinki")
    period = period_around(PeriodKind.MONTH, MARCH)
    asked = query_of_period(calendar, period, None, Netting.QUARTER, calendar.bounds(period)[1])
    coverage = Coverage(100.0, (100.0, 100.0))
    buckets = Buckets((), (), ())
    return EnergyResult(asked, HOME, home_energies(), coverage, buckets, complete, 0, "store")


def answer(costs: Costs) -> CostResult:
    return CostResult(march(), TABLE, CostPart(costs), None, [])


@pytest.mark.parametrize(
    ("costs", "fees", "total"),
    [
        (Costs(import_e19=3 * EURO, export_e19=EURO), Fees(Fraction(5), Fraction(7)), 14),
        (Costs(export_e19=EURO), Fees(demand=Fraction(7)), 6),
        (Costs(), Fees(fixed=Fraction(5)), 5),
        (Costs(import_e19=0), Fees(), 0),
        (Costs(), Fees(), None),
    ],
)
def test_what_is_unknown_of_a_total_counts_as_nothing_and_all_of_it_is_unknown(
    costs: Costs, fees: Fees, total: int | None
) -> None:
    assert CostPart(costs, fees).total == total


def test_a_bought_kwh_and_the_mean_price_by_hand() -> None:
    """2 kWh at 10 c and one at 40 c, in two windows."""
    costs = Costs(import_e19=6 * EURO // 10, paid_dmwh=3 * KWH, paid_windows=2)
    told = answer(costs._replace(price_sum_e12=5 * 10**11))
    assert told.paid_per_kwh == Fraction(2, 10)
    assert told.mean_price_per_kwh == Fraction(25, 100)


def test_where_nothing_was_bought_no_kwh_has_a_price() -> None:
    told = answer(Costs(import_e19=0, paid_windows=1, price_sum_e12=10**11))
    assert told.paid_per_kwh is None
    assert told.mean_price_per_kwh == Fraction(1, 10)
    assert answer(Costs()).paid_per_kwh is None
    assert answer(Costs()).mean_price_per_kwh is None


@pytest.mark.parametrize(
    ("energy", "priced_pct", "complete"),
    [(True, 100, True), (True, 99.9, False), (False, 100, False), (True, None, False)],
)
def test_a_bill_is_complete_when_all_of_the_month_is_booked_and_priced(
    energy: bool, priced_pct: float | None, complete: bool
) -> None:
    bill = BillResult(
        period_around(PeriodKind.MONTH, MARCH), TABLE, Bill([]), march(complete=energy), priced_pct
    )
    assert bill.complete is complete


def test_small_parts_of_the_currency_are_told_in_the_currency() -> None:
    assert [in_currency(one) for one in (EURO // 4, 0, None)] == [Fraction(1, 4), 0, None]
    assert [price_of(one) for one in (799_000, 0, None)] == [Fraction("0.0799"), 0, None]
    assert price_of(10**11, 10**12) == Fraction(1, 10)


@pytest.mark.parametrize(
    ("fees", "amount"),
    [
        ((), 0),
        ((FEE,), 5),
        ((FEE, replace(FEE, name="reading")), 10),
        ((UNTAXED,), None),
        ((FEE, UNTAXED), 5),
        ((replace(FEE, valid=Validity(date(2026, 4, 1))),), 0),
    ],
)
def test_monthly_fees_come_to_nothing_where_there_are_none_and_are_unknown_where_all_are(
    fees: tuple[MonthlyFee, ...], amount: int | None
) -> None:
    assert fixed_of(replace(TABLE, monthly=fees), MARCH) == amount


@pytest.mark.parametrize(
    ("peaks", "amount"),
    [({0: [3], 1: [2]}, Fraction("6.25")), ({1: [2]}, Fraction("2.5")), ({}, None)],
)
def test_each_demand_fee_counts_its_own_windows(
    peaks: dict[int, Sequence[int]], amount: Fraction | None
) -> None:
    table = replace(TABLE, demand=(POWER, replace(POWER, name="of the grid")))
    picked = {place: [[Demand(0, kw * KWH, True) for kw in of]] for place, of in peaks.items()}
    assert demand_of(table, MARCH, picked) == amount
    assert demand_of(TABLE, MARCH, {}) == 0


def test_the_fees_of_months_add_up_and_are_unknown_where_all_are() -> None:
    known = [Fees(Fraction(1), None), Fees(), Fees(Fraction(2), Fraction(4))]
    assert summed_fees(known) == Fees(Fraction(3), Fraction(4))
    assert summed_fees([Fees(Fraction(1))]) == Fees(Fraction(1), None)
    assert summed_fees([Fees(), Fees()]) == Fees(None, None)
    assert summed_fees([]) == Fees(None, None)
