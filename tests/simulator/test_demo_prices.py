"""The demo's prices: composed, the same each time, and such that there is something to look at."""

from datetime import UTC, datetime
from itertools import pairwise

from wattledger.simulator.feeds.demo_prices import demo_prices

YEAR = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
DAY_S = 86_400


def test_a_year_of_quarters_is_the_same_each_time_and_from_wherever_it_is_asked() -> None:
    year = dict(demo_prices(YEAR, YEAR + 365 * DAY_S))
    assert list(year) == list(range(YEAR, YEAR + 365 * DAY_S, 900))
    start = YEAR + 100 * DAY_S + 5
    assert all(year[at] == price for at, price in demo_prices(start, start + DAY_S))


def test_they_have_cheap_and_dear_hours_and_some_below_zero() -> None:
    prices = [price for _, price in demo_prices(YEAR, YEAR + 365 * DAY_S)]
    assert 4_000 < sum(prices) / len(prices) < 9_000
    assert 0 < sum(price < 0 for price in prices) < len(prices) / 50
    assert max(prices) > 20_000
    assert all(one != other for one, other in pairwise(prices[::96]))
