from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tests.energy.pricing import ALWAYS, HELSINKI, KWH
from wattledger.energy.demand import (
    Demand,
    Import,
    billed_kw_e7,
    counts_in,
    demands,
    fee_e14,
    highest,
    mean_power_kw_e7,
    picked_months,
    window_start,
)
from wattledger.energy.tariff import DemandFee, Step, Tariff, Validity, Weight, When

DAY = HELSINKI.start_of(date(2026, 1, 15))
HOURLY = DemandFee("power", ALWAYS, 3_600, 1)
QUARTERLY = replace(HOURLY, window_s=900)


def quarters(*kilowatt_hours: float, start: int = DAY) -> list[Import]:
    return [
        Import(start + 900 * index, round(kwh * KWH), 900)
        for index, kwh in enumerate(kilowatt_hours)
    ]


def test_a_windows_power_is_its_import_over_its_whole_length() -> None:
    imports = quarters(1, 2, 3, 4, 5)
    assert demands(imports, HOURLY, HELSINKI) == [
        (DAY, 10 * KWH, True),
        (DAY + 3_600, 5 * KWH, False),
    ]
    assert demands(imports[:1], QUARTERLY, HELSINKI) == [(DAY, 4 * KWH, True)]
    assert window_start(DAY + 3_700, 900, HELSINKI) == DAY + 3_600


def test_the_highest_are_picked_and_of_equal_ones_the_earliest() -> None:
    found = demands(quarters(1, 3, 2, 3), QUARTERLY, HELSINKI)
    picked = highest(found, replace(QUARTERLY, count_windows=3), HELSINKI)
    assert [one.start - DAY for one in picked] == [900, 2_700, 1_800]
    assert mean_power_kw_e7(picked) == Fraction(32 * KWH, 3)


def test_of_different_days_each_gives_one() -> None:
    tomorrow = DAY + 86_400
    found = demands([*quarters(1, 3, 3), *quarters(2, start=tomorrow)], QUARTERLY, HELSINKI)
    fee = replace(QUARTERLY, count_windows=2, distinct_days=True)
    assert [one.start for one in highest(found, fee, HELSINKI)] == [DAY + 900, tomorrow]


def test_what_is_below_the_threshold_costs_nothing() -> None:
    picked = [Demand(DAY, 13 * KWH, True)]
    assert billed_kw_e7([picked], replace(HOURLY, threshold_kw_e7=8 * KWH)) == 5 * KWH
    assert billed_kw_e7([picked], replace(HOURLY, threshold_kw_e7=20 * KWH)) == 0


def test_a_month_counts_for_a_minimum_and_the_mean_of_months_is_billed() -> None:
    fee = replace(HOURLY, minimum_kw_e7=5 * KWH // 2, months_mean=12)
    months = [[Demand(DAY, kwh * KWH, True)] for kwh in (1, 4, 6)]
    assert billed_kw_e7(months, fee) == Fraction(125 * KWH, 30)
    assert billed_kw_e7(months[:1], fee) == 5 * KWH // 2


def test_a_step_begins_at_its_lower_edge() -> None:
    fee = replace(HOURLY, steps=(Step(0, 13 * KWH), Step(2 * KWH, 25 * KWH)))
    found = [fee_e14(power, fee) / KWH**2 for power in (0, 2 * KWH - 1, 2 * KWH, 9 * KWH)]
    assert found == [13, 13, 25, 25]
    assert fee_e14(3 * KWH, replace(HOURLY, price_e7=2 * KWH)) == 6 * KWH**2


JANUARY, MARCH = date(2026, 1, 1), date(2026, 3, 1)


def test_the_months_before_are_those_of_the_row_that_held_then() -> None:
    """In two rows of a name, of which the second one began on 16 January."""
    old = replace(HOURLY, months_mean=12, valid=Validity(date(2025, 1, 1), date(2026, 1, 16)))
    new = replace(old, valid=Validity(date(2026, 1, 16)))
    other = replace(HOURLY, name="other")
    table = Tariff("t", "EUR", demand=(new, old, other))
    one, two, three, four = ([Demand(DAY, kwh * KWH, True)] for kwh in (1, 2, 3, 4))
    peaks = {
        date(2025, 2, 1): [[], one, one],
        date(2025, 3, 1): [[], one, one],
        date(2025, 4, 1): [[], two, one],
        date(2025, 5, 1): [[], [], one],
        JANUARY: [three, four, one],
        MARCH: [two, [], three],
    }
    assert picked_months(table, MARCH, peaks) == {0: [two, three, two], 2: [three]}
    assert picked_months(table, date(2026, 4, 1), peaks) == {}
    february = {JANUARY: peaks[MARCH], date(2026, 2, 1): peaks[JANUARY]}
    assert picked_months(table, date(2026, 2, 1), february)[0] == [two, three]


def test_some_windows_count_half_and_some_do_not() -> None:
    weights = (Weight(When(), 0), Weight(When(0, 15), KWH // 2))
    fee = replace(QUARTERLY, weights=weights)
    assert demands(quarters(1, 9), fee, HELSINKI) == [(DAY, 2 * KWH, True)]


@pytest.mark.parametrize("hour", [0, 12, 23])
def test_weights_go_by_the_hours_of_the_wall_clock(hour: int) -> None:
    begins = hour * 60
    weights = (Weight(When(), 0), Weight(When(begins, begins + 15), KWH))
    fee = replace(QUARTERLY, weights=weights)
    found = demands(quarters(*[1] * 96), fee, HELSINKI)
    assert [one.start for one in found] == [DAY + hour * 3_600]
    assert counts_in(fee, MARCH)


def test_a_fee_of_the_winter_does_not_count_in_summer() -> None:
    """Nor on the first day after it; on its last day it does."""
    winter = When(45, 60, months=frozenset({3}))
    fee = replace(QUARTERLY, weights=(Weight(When(), 0), Weight(winter, KWH)))
    months = [date(2026, month, 1) for month in (2, 3, 4)]
    assert [counts_in(fee, month) for month in months] == [False, True, False]
    sundays = replace(winter, weekdays=frozenset({6}))
    on_sundays = replace(fee, weights=(Weight(When(), 0), Weight(sundays, KWH)))
    assert counts_in(on_sundays, MARCH)


def test_a_weight_may_begin_at_half_past() -> None:
    fee = replace(QUARTERLY, weights=(Weight(When(0, 7 * 60 + 30), 0),))
    half_past = DAY + 7 * 3_600 + 1_800
    found = demands(quarters(1, 1, 1, start=half_past - 900), fee, HELSINKI)
    assert [one.start for one in found] == [half_past, half_past + 900]


def test_windows_before_a_fees_first_day_do_not_count() -> None:
    fee = replace(QUARTERLY, valid=Validity(date(2026, 1, 16)))
    assert demands(quarters(1), fee, HELSINKI) == []
