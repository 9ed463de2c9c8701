"""Day-ahead prices as they are kept.

A price stands for a half-open span of UTC; since the delivery day 2025-10-01 that is a quarter of
an hour, before it was an hour.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from wattledger.energy.money import WHOLE
from wattledger.energy.price_source import FILE
from wattledger.energy.record import QUARTER_S
from wattledger.energy.spans import Span

HOUR_S = 3_600
TICK_E7 = 100
"""0.01 EUR/MWh, the exchange's own step."""
LOWEST_E7, HIGHEST_E7 = -5_000 * 10**4, 10_000 * 10**4
"""Beyond what the harmonised limits have ever been, in 1e-7 EUR/kWh."""


class SpotPrice(NamedTuple):
    """A price that is kept, 1e-7 EUR/kWh without VAT; `revision` counts from 1."""

    start: int
    period_s: int
    price_e7: int
    source: str
    fetched_at: int
    revision: int = 1

    @property
    def end(self) -> int:
        return self.start + self.period_s


def without_vat(price_e7: int, rate_e5: int) -> int:
    """The exchange's price, which is a whole number of its steps."""
    whole = WHOLE + rate_e5
    return (2 * price_e7 * WHOLE + TICK_E7 * whole) // (2 * TICK_E7 * whole) * TICK_E7


def by_quarter(prices: Iterable[SpotPrice]) -> dict[int, SpotPrice]:
    """The price of each quarter: what a person imported goes before what a source says, and then a
    quarter's own before that of its hour.
    """
    found: dict[int, SpotPrice] = {}
    for price in sorted(prices, key=lambda one: (one.source == FILE, -one.period_s)):
        for start in range(price.start, price.end, QUARTER_S):
            found[start] = price
    return found


def missing_quarters(known: Mapping[int, object], span: Span) -> Iterator[int]:
    """The starts of the quarters of a span that have no price."""
    return (start for start in range(span.start, span.end, QUARTER_S) if start not in known)
