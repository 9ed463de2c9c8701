from dataclasses import replace
from datetime import date
from fractions import Fraction

from tests.energy.pricing import ALWAYS, HELSINKI, KWH
from wattledger.energy.demand import (
    Demand,
    Import,
    billed_kw_e7,
    demands,
    highest,
    mean_power_kw_e7,
    window_start,
)
from wattledger.energy.tariff import DemandFee, Validity, Weight, When

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
    assert billed_kw_e7(picked, replace(HOURLY, threshold_kw_e7=8 * KWH)) == 5 * KWH
    assert billed_kw_e7(picked, replace(HOURLY, threshold_kw_e7=20 * KWH)) == 0


def test_some_windows_count_half_and_some_do_not() -> None:
    weights = (Weight(When(), 0), Weight(When(0, 15), KWH // 2))
    fee = replace(QUARTERLY, weights=weights)
    assert demands(quarters(1, 9), fee, HELSINKI) == [(DAY, 2 * KWH, True)]


def test_a_weight_may_begin_at_half_past() -> None:
    fee = replace(QUARTERLY, weights=(Weight(When(0, 7 * 60 + 30), 0),))
    half_past = DAY + 7 * 3_600 + 1_800
    found = demands(quarters(1, 1, 1, start=half_past - 900), fee, HELSINKI)
    assert [one.start for one in found] == [half_past, half_past + 900]


def test_windows_before_a_fees_first_day_do_not_count() -> None:
    fee = replace(QUARTERLY, valid=Validity(date(2026, 1, 16)))
    assert demands(quarters(1), fee, HELSINKI) == []
