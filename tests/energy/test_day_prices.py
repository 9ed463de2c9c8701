from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tests.energy.pricing import (
    ALWAYS,
    HELSINKI,
    cents,
    fixed,
    market,
    no_market,
    spot_row,
    tariff,
    vat,
)
from wattledger.energy.day_prices import DayPrices, day_prices, spot_of, windowed
from wattledger.energy.money import WHOLE
from wattledger.energy.netting import Netting
from wattledger.energy.tariff import Component, Kind, Side, Tariff, Validity, When, Zone

DAY = date(2026, 1, 15)
START = HELSINKI.start_of(DAY)
QUARTERS = [100 * quarter for quarter in range(100)]


def prices_of(table: Tariff, day: date = DAY) -> DayPrices:
    return day_prices(table, HELSINKI, day, market(HELSINKI.start_of(day), QUARTERS))


def day_and_night() -> Component:
    zones = (Zone(When(420, 1320), cents(5.1)),)
    return Component("transfer", Side.IMPORT, Kind.ZONES, ALWAYS, cents(3.2), zones)


@pytest.mark.parametrize(
    ("day", "quarters", "first_dear"),
    [(DAY, 96, 28), (date(2026, 3, 29), 92, 24), (date(2026, 10, 25), 100, 32)],
)
def test_zones_go_by_the_wall_clock(day: date, quarters: int, first_dear: int) -> None:
    prices = day_prices(tariff(day_and_night()), HELSINKI, day, no_market)
    column = list(prices.imported.parts[0].prices)
    assert len(column) == quarters
    assert column.index(cents(5.1)) == first_dear
    assert column.count(cents(5.1)) == 60
    assert prices.end - prices.start == 900 * quarters


def test_a_zone_may_begin_at_half_past() -> None:
    zones = (Zone(When(7 * 60 + 30, 1320), cents(5.1)),)
    dear = Component("transfer", Side.IMPORT, Kind.ZONES, ALWAYS, cents(3.2), zones)
    prices = day_prices(tariff(dear), HELSINKI, DAY, no_market)
    assert list(prices.imported.parts[0].prices).index(cents(5.1)) == 30


def test_an_all_in_price_has_its_vat_and_one_typed_with_vat_has_it_already() -> None:
    typed = replace(fixed(9, name="typed"), includes_vat=True)
    prices = prices_of(tariff(fixed(7.5), typed))
    expected = cents(7.5) * 125_500 + cents(9) * WHOLE
    assert set(prices.imported.all_in_e12) == {expected}


def test_spot_has_its_margin_and_vat_multiplies_both_also_below_zero() -> None:
    table = tariff(spot_row(0.39))
    prices = day_prices(table, HELSINKI, DAY, market(START, [-50_000] * 96))
    assert prices.imported.all_in_e12[0] == (-50_000 + 39_000) * 125_500


def test_a_floor_raises_the_spot_price_before_the_margin() -> None:
    table = tariff(replace(spot_row(0.39), floored=True))
    prices = day_prices(table, HELSINKI, DAY, market(START, [-50_000, None]))
    assert prices.imported.all_in_e12[:2] == [39_000 * 125_500, None]


def test_a_margin_typed_with_vat_is_not_taxed_again() -> None:
    table = tariff(replace(spot_row(0.39), includes_vat=True))
    prices = day_prices(table, HELSINKI, DAY, market(START, [10_000] * 96))
    assert prices.imported.all_in_e12[0] == 10_000 * 125_500 + 39_000 * WHOLE


def test_an_hours_contract_has_the_mean_in_each_quarter() -> None:
    prices = prices_of(tariff(spot_row(by_hour=True), rates=[vat(0)]))
    assert prices.imported.parts[0].prices[:5] == [150, 150, 150, 150, 550]


def test_hour_netting_has_the_hours_mean_exactly() -> None:
    table = tariff(spot_row(), fixed(0, Side.EXPORT), rates=[vat(0)])
    start = market(START, [1, 2, 2, 2] * 24)
    prices = windowed(day_prices(table, HELSINKI, DAY, start), Netting.HOUR)
    assert prices.imported.all_in_e12[0] == Fraction(7, 4) * WHOLE
    assert len(prices.imported.all_in_e12) == 24
    assert prices.window_of(START + 3_600) == 1
    assert windowed(prices, Netting.QUARTER) is prices


def test_an_hour_that_lacks_a_quarters_price_has_none() -> None:
    table = tariff(spot_row())
    prices = day_prices(table, HELSINKI, DAY, market(START, [1, 2, 3, None, 5]))
    assert windowed(prices, Netting.HOUR).imported.all_in_e12[:2] == [None, None]


def test_while_something_has_lapsed_nothing_has_a_price() -> None:
    ended = replace(fixed(7), valid=Validity(date(2000, 1, 1), DAY))
    prices = prices_of(tariff(ended, fixed(2, name="transfer")))
    assert set(prices.imported.all_in_e12) == {None}
    assert prices.imported.lapses
    assert set(prices.exported.all_in_e12) == {0}


def test_spot_prices_go_by_area_and_start() -> None:
    spot = spot_of({"FI": {900: 12}})
    assert (spot("FI", 900), spot("FI", 1800), spot("EE", 900)) == (12, None, None)
