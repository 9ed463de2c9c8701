from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.energy.pricing import (
    HELSINKI,
    KWH,
    cents,
    fixed,
    market,
    no_market,
    spot_row,
    tariff,
    vat,
    window,
)
from wattledger.energy.cost import (
    Costs,
    RowKey,
    Window,
    costs_of,
    row_sums,
    summed_costs,
    summed_rows,
)
from wattledger.energy.day_prices import DayPrices, day_prices
from wattledger.energy.money import PAID_UNITS, WHOLE
from wattledger.energy.tariff import Side

DAY = date(2026, 1, 15)
START = HELSINKI.start_of(DAY)

TYPED = replace(spot_row(0.49), includes_vat=True)
TABLE = tariff(TYPED, fixed(5.1, name="transfer"), fixed(4.7, Side.EXPORT, "sold"))

amounts = st.integers(0, 10**9)
spots = st.lists(st.none() | st.integers(-(10**6), 10**7), min_size=96, max_size=96)


@st.composite
def days(draw: st.DrawFn) -> tuple[list[Window], DayPrices]:
    """Windows in order, some without a record, on a day of which some prices are known."""
    prices = day_prices(TABLE, HELSINKI, DAY, market(START, draw(spots)))
    starts = sorted(draw(st.sets(st.integers(0, 95), max_size=20)))
    windows = []
    for index in starts:
        imported, exported = draw(st.tuples(amounts, st.just(0)) | st.tuples(st.just(0), amounts))
        consumed = draw(st.none() | st.integers(-(10**6), 10**9))
        windows.append(window(START + 900 * index, imported, exported, consumed))
    return windows, prices


@given(days(), st.integers(0, 20))
def test_any_split_adds_up(day: tuple[list[Window], DayPrices], at: int) -> None:
    windows, prices = day
    parts = [windows[:at], windows[at:]]
    assert summed_costs(costs_of(part, prices) for part in parts) == costs_of(windows, prices)
    assert summed_rows(row_sums(part, prices) for part in parts) == row_sums(windows, prices)


@given(days())
def test_the_components_add_up_to_the_whole(day: tuple[list[Window], DayPrices]) -> None:
    windows, prices = day
    costs, rows = costs_of(windows, prices), row_sums(windows, prices)
    both = [Side.IMPORT, Side.EXPORT]
    paid, earned = (
        sum(
            total.all_in_e19(key.rate_e5)
            for key, total in rows.items()
            if TABLE.components[key.row].side is side
        )
        for side in both
    )
    assert (costs.import_e19 or 0, costs.export_e19 or 0) == (paid, earned)


def plain_costs(windows: Sequence[Window], price: float = 8) -> Costs:
    table = tariff(fixed(price), fixed(4, Side.EXPORT), rates=[vat(25)])
    return costs_of(windows, day_prices(table, HELSINKI, DAY, no_market))


def test_a_kilowatt_hour_by_hand() -> None:
    """8 c with 25 % is 10 c; what the sun gave beyond what was sold was not bought."""
    costs = plain_costs([window(START, KWH, consumed=3 * KWH), window(START + 900, 0, KWH, -KWH)])
    assert costs.import_e19 == PAID_UNITS // 10
    assert costs.export_e19 == 4 * PAID_UNITS // 100
    assert costs.saved_e19 == PAID_UNITS // 10
    assert costs.energy_e19 == 6 * PAID_UNITS // 100
    assert costs.priced_pct == 100
    assert (costs.paid_dmwh, costs.price_sum_e12) == (KWH, 2 * cents(10) * WHOLE)


def test_a_window_without_a_record_or_a_price_is_no_part_of_it() -> None:
    table = tariff(spot_row(), spot_row(-0.3, Side.EXPORT))
    prices = day_prices(table, HELSINKI, DAY, market(START, [10_000]))
    unbooked = Window(START, None, None)
    costs = costs_of([unbooked, window(START, KWH), window(START + 900, KWH)], prices)
    assert (costs.booked_windows, costs.priced_windows, costs.priced_pct) == (2, 1, 50)
    assert costs.import_e19 == KWH * 10_000 * 125_500
    assert costs_of([unbooked], prices) == Costs()
    assert costs_of([Window(START, KWH, None)], prices) == Costs()
    assert Costs().priced_pct is None
    assert Costs().energy_e19 is None
    assert summed_costs([]) == Costs()
    assert summed_costs([costs]) == costs


def test_what_is_not_sold_needs_no_price() -> None:
    table = tariff(fixed(8), spot_row(0, Side.EXPORT))
    prices = day_prices(table, HELSINKI, DAY, no_market)
    bought = [window(START, KWH), window(START + 1_800, KWH)]
    costs = costs_of([*bought, window(START + 900, 0, KWH)], prices)
    assert costs.priced_windows == 2
    assert costs.export_e19 is None


def test_a_row_of_two_parts_counts_its_energy_once() -> None:
    prices = day_prices(tariff(TYPED), HELSINKI, DAY, market(START, [10_000]))
    rows = row_sums([window(START, KWH)], prices)
    assert rows == {RowKey(0, 25_500): (KWH, KWH * 10_000, KWH * cents(0.49))}


def test_an_unknown_consumption_saves_nothing_known() -> None:
    assert plain_costs([window(START, KWH)]).saved_e19 is None
