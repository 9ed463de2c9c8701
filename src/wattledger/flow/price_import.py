"""Prices that a person has in a file: they go before those of any source."""

from collections.abc import Sequence

from wattledger.energy.price_quotes import Quote
from wattledger.energy.price_source import FILE
from wattledger.energy.spans import Span
from wattledger.flow.price_merge import Merged, merged
from wattledger.flow.price_ports import PriceBook


async def keep_quotes(book: PriceBook, area: str, quotes: Sequence[Quote], now: int) -> Merged:
    """Quotes without VAT, in order; what became of them. Raises StoreError."""
    if not quotes:
        return Merged()
    span = Span(quotes[0].start, quotes[-1].end)
    kept = {(one.start, one.period_s): one for one in await book.prices(area, span)}
    found = merged(kept, quotes, FILE, now, lambda _: None)
    await book.keep(area, found.fresh)
    return found
