from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.energy.pricing import ALWAYS, KWH, fixed, tariff, vat
from wattledger.energy.bill import Bill, BillLine, bill_of
from wattledger.energy.cost import RowKey, RowSum
from wattledger.energy.demand import Demand
from wattledger.energy.money import rounded
from wattledger.energy.tariff import DemandFee, MonthlyFee, Side, Tariff, Validity, Weight, When

MARCH = date(2026, 3, 1)
FEE = MonthlyFee("basic fee", ALWAYS, 4 * 10**7)
DEMAND = DemandFee("power", ALWAYS, 3_600, 15_000_000, threshold_kw_e7=8 * KWH)
FROM_MID_MARCH = date(2026, 3, 11)


def lines_of(table: Tariff, **peaks: list[Demand]) -> list[tuple[str, Fraction | None]]:
    picked = {0: [peaks["peak"]]} if "peak" in peaks else {}
    return [(line.name, line.amount) for line in bill_of(table, MARCH, {}, picked).lines]


def test_energy_is_a_line_for_each_rate_of_vat_and_what_is_earned_negative() -> None:
    rates = [
        vat(24, Validity(date(2000, 1, 1), FROM_MID_MARCH)),
        vat(25.5, Validity(FROM_MID_MARCH)),
    ]
    table = tariff(fixed(10), fixed(5, Side.EXPORT, "sold"), rates=rates)
    kwh = KWH * 10**6
    rows = {
        RowKey(0, 24_000): RowSum(KWH, kwh),
        RowKey(0, 25_500): RowSum(2 * KWH, 2 * kwh),
        RowKey(1, 0): RowSum(KWH, kwh // 2),
    }
    lines = bill_of(table, MARCH, rows, {}).lines
    assert [(line.quantity, line.rate_e5, line.amount) for line in lines] == [
        (Fraction(1), 24_000, Fraction(124, 1000)),
        (Fraction(2), 25_500, Fraction(251, 1000)),
        (Fraction(1), 0, Fraction(-5, 100)),
    ]


def test_a_rate_that_comes_back_within_a_month_counts_its_energy_once() -> None:
    """As where a lower rate, or none, holds for some days of it."""
    back = date(2026, 3, 21)
    around = [vat(24, Validity(date(2000, 1, 1), FROM_MID_MARCH)), vat(24, Validity(back))]
    lower = [*around, vat(10, Validity(FROM_MID_MARCH, back))]
    rows = {RowKey(0, 24_000): RowSum(KWH, KWH * 10**6)}
    for rates in (lower, around):
        table = replace(tariff(fixed(10), rates=rates), monthly=(FEE,))
        bill = bill_of(table, MARCH, rows, {})
        assert [line.amount for line in bill.lines if line.rate_e5 == 24_000] == [
            Fraction(124, 1000),
            Fraction(21, 31) * 4 * Fraction(124, 100),
        ]


def test_what_was_typed_with_vat_is_divided_once_at_the_line() -> None:
    """20 MWh at 7.99 c with VAT are 1,598.00, which a price rounded before would miss."""
    table = tariff(replace(fixed(7.99), includes_vat=True))
    rows = {RowKey(0, 25_500): RowSum(20_000 * KWH, 0, 20_000 * KWH * 799_000)}
    (line,) = bill_of(table, MARCH, rows, {}).lines
    assert line.amount == 1598
    assert line.ex_vat == Fraction(1598_000, 1255)


def test_a_fee_goes_by_the_days_on_which_it_holds() -> None:
    half = replace(FEE, valid=Validity(date(2026, 3, 17)), vat=None)
    table = replace(tariff(), monthly=(half, replace(FEE, name="typed", includes_vat=True)))
    assert lines_of(table) == [("basic fee", Fraction(4 * 15, 31)), ("typed", 4)]


def test_a_power_fee_has_the_vat_of_the_months_last_day() -> None:
    rates = [
        vat(24, Validity(date(2000, 1, 1), FROM_MID_MARCH)),
        vat(25.5, Validity(FROM_MID_MARCH)),
    ]
    table = replace(tariff(rates=rates), demand=(DEMAND,))
    peak = [Demand(0, 137 * KWH // 10, True)]
    (line,) = bill_of(table, MARCH, {}, {0: [peak]}).lines
    assert (line.quantity, line.unit) == (Fraction("5.7"), "kW")
    assert lines_of(table, peak=peak) == [("power", Fraction("10.73025"))]
    assert lines_of(table) == [("power", None)]
    assert [line.rate_e5 for line in bill_of(table, MARCH, {}, {}).lines] == [25_500]
    new_rate = [
        vat(24, Validity(ALWAYS.first, date(2026, 4, 1))),
        vat(10, Validity(date(2026, 4, 1))),
    ]
    assert lines_of(replace(table, vat_rates=tuple(new_rate)), peak=peak) == [
        ("power", Fraction("10.602")),
    ]
    on_its_last = (
        vat(24, Validity(ALWAYS.first, date(2026, 3, 31))),
        vat(10, Validity(date(2026, 3, 31))),
    )
    assert lines_of(replace(table, vat_rates=on_its_last), peak=peak) == [
        ("power", Fraction("9.405"))
    ]
    later = replace(table, demand=(replace(DEMAND, valid=Validity(date(2026, 4, 1))),))
    assert lines_of(later) == []


def test_what_has_no_price_or_no_rate_is_null_and_not_nothing() -> None:
    table = replace(tariff(fixed(10), rates=[]), monthly=(FEE,), demand=(DEMAND,))
    bill = bill_of(table, MARCH, {}, {0: [[Demand(0, KWH, True)]]})
    assert [line.amount for line in bill.lines] == [None, None, None]
    assert [line.rate_e5 for line in bill.lines] == [0, 0, 0]
    assert bill.total is None
    assert bill.rounding == 0


@given(st.lists(st.fractions(-1000, 1000, max_denominator=10**6), max_size=8))
def test_the_printed_lines_and_their_rounding_are_the_total(amounts: list[Fraction]) -> None:
    lines = [BillLine("x", Side.IMPORT, None, "kWh", 0, one, one) for one in amounts]
    bill = Bill(lines)
    printed = sum((rounded(one) for one in amounts), Decimal(0))
    assert printed + bill.rounding == (bill.total or 0)


def test_a_fee_of_the_winter_alone_is_nothing_in_summer_and_unknown_without_a_record() -> None:
    winter = frozenset({12, 1, 2, 3})
    weights = (Weight(When(), 0), Weight(When(weekdays=frozenset({0}), months=winter), 10**7))
    table = replace(tariff(rates=[vat(25)]), demand=(replace(DEMAND, weights=weights),))
    assert lines_of(table) == [("power", None)]
    (line,) = bill_of(table, date(2026, 4, 1), {}, {}).lines
    assert (line.quantity, line.unit, line.amount) == (Fraction(), "kW", Fraction())
    yearly = replace(table, demand=(replace(table.demand[0], months_mean=12),))
    assert bill_of(yearly, date(2026, 4, 1), {}, {}).lines[0].amount is None
