"""What a day came to, reckoned by hand."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.energy.making import meter_records, quarters_of, record
from tests.energy.pricing import (
    ALWAYS,
    HELSINKI,
    KWH,
    fixed,
    market,
    no_market,
    spot_row,
    tariff,
    vat,
)
from wattledger.energy.cost import Costs, Window
from wattledger.energy.day_cost import DayCost, day_cost, imports_of, summed_days, windows_of
from wattledger.energy.day_prices import day_prices
from wattledger.energy.demand import Demand
from wattledger.energy.meter import MeterLabel, Role
from wattledger.energy.netting import Netting
from wattledger.energy.record import MinuteRecord
from wattledger.energy.site import Site
from wattledger.energy.tariff import DemandFee, Side, Tariff
from wattledger.energy.windows import WindowSums

DAY = date(2026, 1, 15)
START = HELSINKI.start_of(DAY)
SITE = Site(
    "Home",
    HELSINKI,
    Netting.HOUR,
    (MeterLabel.of("mains", Role.GRID), MeterLabel.of("solar", Role.SOLAR)),
)
POWER = DemandFee("power", ALWAYS, 3_600, 10**7)
TABLE = tariff(fixed(8), fixed(4, Side.EXPORT), rates=[vat(25)])
CENT = 10**17
"""In 1e-19 of the currency."""


def quarter(at: int, bought_kwh: int = 0, sold_kwh: int = 0) -> MinuteRecord:
    return record(START + 900 * at, 900, bought_kwh * KWH, sold_kwh * KWH)


def cost(
    quarters: list[WindowSums], table: Tariff = TABLE, netting: Netting = Netting.HOUR
) -> DayCost:
    prices = day_prices(table, HELSINKI, DAY, no_market)
    return day_cost(quarters, netting, prices, table, SITE)


BOTH_WAYS = quarters_of([quarter(0, 3), quarter(1, sold_kwh=2), quarter(4, 1)], [])


def test_what_netting_saves_is_what_no_netting_would_have_cost_more() -> None:
    """Bought at 10 c, sold at 4 c: by the hour 1 kWh and 1 kWh, without it 4 kWh less 2 kWh."""
    by_hour = cost(BOTH_WAYS)
    assert by_hour.costs.energy_e19 == 2 * 10 * CENT
    assert by_hour.phase_e19 == (4 * 10 - 2 * 4) * CENT
    assert by_hour.netting_effect_e19 == 12 * CENT
    assert cost(BOTH_WAYS, netting=Netting.PHASE).netting_effect_e19 == 0


def test_where_nothing_is_priced_netting_has_no_known_effect() -> None:
    unpriced = tariff(spot_row(), spot_row(0, Side.EXPORT))
    assert cost(BOTH_WAYS, unpriced).netting_effect_e19 is None
    known = cost(BOTH_WAYS)
    assert known._replace(phase_e19=None).netting_effect_e19 is None
    assert known._replace(costs=Costs()).netting_effect_e19 is None


def test_a_quarter_of_the_plant_alone_is_no_part_of_what_was_paid() -> None:
    """The plant's record tells nothing of the mains."""
    quarters = quarters_of([quarter(0, 1)], [quarter(0, 2), quarter(9, 5)])
    found = cost(quarters)
    assert found.phase_e19 == 10 * CENT
    assert (found.costs.booked_windows, found.costs.saved_e19) == (1, 20 * CENT)


def test_what_the_home_used_and_did_not_buy_is_of_the_time_that_both_have() -> None:
    minutes = [record(START + 60 * at, 60, 100) for at in range(15)]
    (window,) = windows_of(
        quarters_of(minutes, [record(START, 60, 70)]), Netting.QUARTER, START, SITE
    )
    assert window == Window(START, 1_500, 0, 70)


def test_an_hour_has_the_mean_of_its_quarters_prices() -> None:
    table = tariff(spot_row(), rates=[vat(0)])
    prices = day_prices(table, HELSINKI, DAY, market(START, [10**6, 3 * 10**6] * 48))
    quarters = quarters_of([quarter(0, 1)], [])
    by_hour, by_quarter = (
        day_cost(quarters, netting, prices, table, SITE)
        for netting in (Netting.HOUR, Netting.QUARTER)
    )
    assert (by_hour.costs.import_e19, by_quarter.costs.import_e19) == (20 * CENT, 10 * CENT)
    assert by_hour.phase_e19 == 10 * CENT
    assert [key.row for key in by_hour.rows] == [0]


@pytest.mark.parametrize(
    ("netting", "window_s", "starts", "imported_kwh"),
    [
        (Netting.HOUR, 3_600, [0, 4], [1, 1]),
        (Netting.HOUR, 900, [0, 1, 4], [3, 0, 1]),
        (Netting.QUARTER, 3_600, [0, 1, 4], [3, 0, 1]),
    ],
)
def test_a_demand_fee_counts_import_as_the_home_is_netted(
    netting: Netting, window_s: int, starts: list[int], imported_kwh: list[int]
) -> None:
    fee = replace(POWER, window_s=window_s)
    found = imports_of(BOTH_WAYS, netting, fee, START)
    assert [(one.start - START) // 900 for one in found] == starts
    assert [one.imported_dmwh // KWH for one in found] == imported_kwh
    assert sum(one.covered_s for one in found) == 3 * 900


def test_a_demand_fee_counts_no_window_without_a_record_of_the_mains() -> None:
    assert imports_of(quarters_of([], [quarter(0, 1)]), Netting.QUARTER, POWER, START) == []


def test_of_several_days_the_highest_windows_are_left_and_the_sums_add_up() -> None:
    table = replace(TABLE, demand=(POWER, replace(POWER, count_windows=2)))
    one, other = (cost(quarters_of([quarter(at, kwh)], []), table) for at, kwh in ((0, 2), (8, 3)))
    both = summed_days(iter([one, other]), table, SITE)
    low, high = Demand(START, 2 * KWH, False), Demand(START + 7_200, 3 * KWH, False)
    assert one.peaks == ([low], [low])
    assert both.peaks == ([high], [high, low])
    assert both.costs.energy_e19 == both.phase_e19 == 50 * CENT
    assert (both.rows, both.netting_effect_e19) == ({}, 0)
    assert summed_days([], table, SITE) == DayCost(Costs(), {}, None, ([], []))


@given(
    meter_records(START, 7_200, (900,)),
    meter_records(START, 7_200, (900,)),
    st.integers(0, 2),
    st.sampled_from(Netting),
)
def test_a_day_is_the_sum_of_its_parts_cut_at_an_hour(
    mains: list[MinuteRecord], plant: list[MinuteRecord], hours: int, netting: Netting
) -> None:
    quarters = quarters_of(mains, plant)
    cut = START + 3_600 * hours
    parts = [
        [one for one in quarters if one.start < cut],
        [one for one in quarters if one.start >= cut],
    ]
    whole = cost(quarters, netting=netting)
    added = summed_days((cost(part, netting=netting) for part in parts), TABLE, SITE)
    assert added == whole._replace(rows={})
