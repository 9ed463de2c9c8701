"""The ports of prices: who is asked for them, and where they are kept."""

from collections.abc import Sequence
from typing import Protocol

from wattledger.energy.price_quotes import Quote
from wattledger.energy.spans import Span
from wattledger.energy.spot_price import SpotPrice


class PriceSource(Protocol):
    """A source of day-ahead prices of one bidding zone."""

    @property
    def name(self) -> str: ...

    async def quotes(self, span: Span) -> Sequence[Quote]:
        """What it has of the span, and perhaps beyond, in any order. Raises PriceError."""
        ...


class PriceBook(Protocol):
    """The prices that are kept. Raises StoreError."""

    async def prices(self, area: str, span: Span) -> list[SpotPrice]:
        """The newest revision of each price that touches the span, by start."""
        ...

    async def keep(self, area: str, prices: Sequence[SpotPrice]) -> None:
        """Writes these down beside what is there; none of it is changed. What a source said is let
        go where its revision was written by somebody else meanwhile.
        """
        ...


class StoredPrices(PriceBook, Protocol):
    """Those of the home's own store."""

    async def corrections(self) -> list[SpotPrice]:
        """What took the place of others, of all areas, the latest first; at most thousands."""
        ...

    async def lacking(self, area: str) -> list[Span]:
        """UTC days that are not wholly known, between the first and the last with prices: these
        may rightly be known in part.
        """
        ...


class QuarterPrices(Protocol):
    """What the market's price is, by the quarter. Raises StoreError."""

    async def quarters(self, area: str, span: Span) -> dict[int, int]:
        """The price of each quarter of the span that has one, 1e-7 EUR/kWh."""
        ...
