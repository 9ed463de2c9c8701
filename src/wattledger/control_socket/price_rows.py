"""Prices on their way from the command line to the server that keeps them."""

from collections.abc import Sequence
from typing import NamedTuple

from wattledger.energy.bidding_zones import AREAS
from wattledger.energy.price_source import FILE, SOURCES
from wattledger.energy.spot_price import HIGHEST_E7, LOWEST_E7, SpotPrice

MOST_AT_ONCE = 5_000


class ToldPrices(NamedTuple):
    """Prices of one bidding zone."""

    area: str
    prices: Sequence[SpotPrice]


def told_of(area: str, prices: Sequence[SpotPrice]) -> dict[str, object]:
    """As JSON has it."""
    return {"area": area, "prices": [list(one) for one in prices]}


def told_prices(told: object) -> ToldPrices:
    """The inverse. Raises ValueError."""
    if not isinstance(told, dict) or told.get("area") not in AREAS:
        raise ValueError("it names no bidding zone")
    rows = told.get("prices")
    if not isinstance(rows, list) or len(rows) > MOST_AT_ONCE:
        raise ValueError(f"it has no list of {MOST_AT_ONCE} prices at most")
    return ToldPrices(told["area"], [_price(row) for row in rows])


def _price(row: object) -> SpotPrice:
    try:
        price = SpotPrice(*row)  # type: ignore[misc]
    except TypeError as error:
        raise ValueError("a row is no price") from error
    *numbers, source = (*price[:3], *price[4:], price.source)
    are_whole = all(type(number) is int for number in numbers)
    if not are_whole or source not in (FILE, *SOURCES) or price.revision < 1:
        raise ValueError("a row is no price")
    if not LOWEST_E7 <= price.price_e7 <= HIGHEST_E7 or price.period_s not in (900, 3_600):
        raise ValueError("a price is none that there can be")
    return price
