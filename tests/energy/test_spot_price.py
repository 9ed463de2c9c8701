from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.energy.bidding_zones import AREAS, EIC
from wattledger.energy.money import WHOLE
from wattledger.energy.price_quotes import (
    QUARTERS_SINCE,
    Quote,
    counted,
    hourly,
    period_at,
    sane,
    zero_tail,
)
from wattledger.energy.price_source import SourceName, default_order, serves
from wattledger.energy.spans import Span
from wattledger.energy.spot_price import SpotPrice, by_quarter, missing_quarters, without_vat

START = 1_768_428_000
"""2026-01-15 00:00 in Helsinki."""


@given(st.integers(-50_000, 400_000), st.sampled_from([10_000, 24_000, 25_500]))
def test_every_step_of_the_exchange_comes_back_exactly(ticks: int, rate_e5: int) -> None:
    """As a source shows it: c/kWh with VAT, three decimals."""
    price_e7 = ticks * 100
    shown_e7 = round(price_e7 * (WHOLE + rate_e5) / WHOLE / 100) * 100
    assert without_vat(shown_e7, rate_e5) == price_e7


def test_a_number_is_counted_to_the_nearest_unit() -> None:
    assert counted(Decimal("40.33"), 4) == 403_300
    assert counted(Decimal("0.0348999999999999"), 7) == 349_000


def test_a_price_without_an_end_holds_as_long_as_the_market_has_it() -> None:
    assert period_at(QUARTERS_SINCE) == 900
    assert period_at(QUARTERS_SINCE - 3_600) == 3_600
    assert period_at(QUARTERS_SINCE - 900) == 900


def test_what_cant_be_is_left_out_and_counted() -> None:
    good = Quote(START, 900, 500)
    quotes = [
        Quote(START + 900, 900, 10**9),
        Quote(START + 1, 900, 5),
        Quote(START + 1_800, 600, 5),
        good,
        good,
        Quote(START + 2_700, 900, 500),
        Quote(START + 2_700, 900, 600),
    ]
    assert sane(quotes) == ([good], 5)
    assert sane([Quote(START, 900, -5_000_000), Quote(START + 900, 900, 18_960_000)])[1] == 0
    for most, odd in ((-50_000_000, -50_000_001), (100_000_000, 100_000_001)):
        assert sane([Quote(START, 900, most), Quote(START + 900, 900, odd)]) == (
            [Quote(START, 900, most)],
            1,
        )


def quotes_at(start: int, *quarters: int, period_s: int = 900) -> list[Quote]:
    return [Quote(start + 900 * at, period_s, 500) for at in quarters]


@pytest.mark.parametrize("start", [START, QUARTERS_SINCE])
def test_an_hour_or_its_first_quarter_alone_is_the_mean_of_none(start: int) -> None:
    assert hourly(quotes_at(start, 0, period_s=3_600)) == {start}
    assert hourly(quotes_at(start, 0, 4)) == {start, start + 3_600}
    for other in (1, 2, 3):
        assert hourly(quotes_at(start, 0, other)) == set()
        assert hourly(quotes_at(start, other)) == set()
    assert hourly(quotes_at(start, -1, 0)) == {start}


def test_before_the_market_had_quarters_an_hour_has_a_price() -> None:
    assert hourly(quotes_at(QUARTERS_SINCE - 3_600, 0, period_s=3_600)) == set()


def test_zeros_up_to_the_end_of_a_day_may_be_no_prices_yet() -> None:
    prices = [5, 0, 0, 0, 0, 7, 0, 0, 0, 0]
    quotes = [Quote(START + 900 * at, 900, price) for at, price in enumerate(prices)]
    assert zero_tail(quotes, []) == {START + 900 * at for at in range(6, 10)}
    assert zero_tail(quotes, [START + 5 * 900]) == {
        START + 900 * at for at in (1, 2, 3, 4, 6, 7, 8, 9)
    }
    assert zero_tail(quotes[:4], []) == zero_tail(quotes[:6], []) == set()
    assert zero_tail([], []) == set()


def test_what_a_person_imported_by_the_hour_goes_before_a_sources_quarter() -> None:
    hour = SpotPrice(START, 3_600, 100, "file", 0)
    quarter = SpotPrice(START + 900, 900, 50, "elering", 0)
    assert by_quarter([hour, quarter])[START + 900].price_e7 == 100


def test_a_quarters_own_price_goes_before_that_of_its_hour() -> None:
    hour = SpotPrice(START, 3_600, 100, "file", 0)
    quarter = SpotPrice(START + 900, 900, 50, "file", 0)
    known = by_quarter([quarter, hour])
    assert [known[START + 900 * at].price_e7 for at in range(4)] == [100, 50, 100, 100]
    assert list(missing_quarters(known, Span(START, START + 4_500))) == [START + 3_600]


def test_every_zone_has_its_code() -> None:
    assert len(set(EIC.values())) == len(AREAS)
    assert all(len(code) == 16 for code in EIC.values())


@pytest.mark.parametrize(
    ("source", "area", "does"),
    [
        (SourceName.PORSSISAHKO, "FI", True),
        (SourceName.SAHKOTIN, "EE", False),
        (SourceName.ELERING, "LV", True),
        (SourceName.ELERING, "SE3", False),
        (SourceName.SPOT_HINTA, "NO5", True),
        (SourceName.SPOT_HINTA, "NL", False),
        (SourceName.ENTSOE, "NL", True),
    ],
)
def test_which_source_has_which_zone(source: SourceName, area: str, does: bool) -> None:
    assert serves(source, area) is does


def test_a_token_brings_entsoe_first() -> None:
    assert default_order("FI", has_token=True)[0] is SourceName.ENTSOE
    assert default_order("DE-LU", has_token=False) == ()
