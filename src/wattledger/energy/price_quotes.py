"""What a source of day-ahead prices says, and whether it can be so."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from wattledger.energy.record import QUARTER_S
from wattledger.energy.spot_price import HIGHEST_E7, HOUR_S, LOWEST_E7

QUARTERS_SINCE = 1_759_269_600
"""2025-10-01 00:00 CET: the first delivery day of quarter-hours."""
ZERO_TAIL_S = 3_600
"""So long a run of zeros at the end of an answer is what some sources say for "not yet known"."""


class Quote(NamedTuple):
    """What a source says, as it says it: 1e-7 EUR/kWh, with VAT or without."""

    start: int
    period_s: int
    price_e7: int
    has_vat: bool = False

    @property
    def end(self) -> int:
        return self.start + self.period_s


def counted(number: Decimal, decimals: int) -> int:
    """A number of which one is 10^decimals units, to the nearest unit: what is finer comes of
    floating point.
    """
    return int(number.scaleb(decimals).to_integral_value())


def period_at(start: int) -> int:
    """How long a price holds that tells its start alone."""
    return QUARTER_S if start >= QUARTERS_SINCE or start % HOUR_S else HOUR_S


def sane(quotes: Iterable[Quote]) -> tuple[list[Quote], int]:
    """The quotes that can be, in order; and how many can't be. Of a start that is told twice in
    different words nobody knows which is right.
    """
    kept: dict[int, Quote] = {}
    doubted: set[int] = set()
    odd = 0
    for quote in quotes:
        is_aligned = quote.start % QUARTER_S == 0 and quote.period_s in (QUARTER_S, HOUR_S)
        if not is_aligned or not LOWEST_E7 <= quote.price_e7 <= HIGHEST_E7:
            odd += 1
        elif kept.setdefault(quote.start, quote) != quote:
            odd += 1 + (quote.start not in doubted)
            doubted.add(quote.start)
    return [kept[start] for start in sorted(kept) if start not in doubted], odd


def hourly(quotes: Sequence[Quote]) -> set[int]:
    """The starts of what is told by the hour where the market has quarters: of their mean, which is
    the price of none. So is what is told of an hour's first quarter alone.
    """
    starts = {quote.start for quote in quotes}
    return {
        quote.start
        for quote in quotes
        if quote.start >= QUARTERS_SINCE
        and (
            quote.period_s == HOUR_S
            or (
                quote.start % HOUR_S == 0
                and starts.isdisjoint(
                    range(quote.start + QUARTER_S, quote.start + HOUR_S, QUARTER_S)
                )
            )
        )
    }


def zero_tail(quotes: Sequence[Quote], day_ends: Iterable[int]) -> set[int]:
    """The starts of zeros that reach up to the end of a day, or of the answer, for an hour or more.

    `quotes` are in order.
    """
    by_end = {quote.end: quote for quote in quotes}
    ends = {*day_ends, *(quote.end for quote in quotes[-1:])}
    doubtful: set[int] = set()
    for end in ends:
        at, tail = end, set()
        while (quote := by_end.get(at)) is not None and quote.price_e7 == 0:
            tail.add(quote.start)
            at = quote.start
        if end - at >= ZERO_TAIL_S:
            doubtful |= tail
    return doubtful
