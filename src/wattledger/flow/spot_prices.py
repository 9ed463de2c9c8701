"""The prices of a home: all that is kept goes through here, so that it is known what changed."""

from collections import Counter
from collections.abc import Sequence

from wattledger.energy.period import Calendar
from wattledger.energy.spans import Span
from wattledger.energy.spot_price import SpotPrice, by_quarter
from wattledger.flow.price_ports import PriceBook


class SpotPrices:
    """A PriceBook before another one; `version` of a day changes when one of its prices does."""

    def __init__(self, book: PriceBook, calendar: Calendar) -> None:
        self._book = book
        self._calendar = calendar
        self.versions: Counter[int] = Counter()
        """How often prices of each local day came since the start."""

    async def prices(self, area: str, span: Span) -> list[SpotPrice]:
        return await self._book.prices(area, span)

    async def keep(self, area: str, prices: Sequence[SpotPrice]) -> None:
        await self._book.keep(area, prices)
        touched = {day for one in prices for day in self._days(one)}
        self.versions.update(touched)

    def _days(self, price: SpotPrice) -> tuple[int, int]:
        at = self._calendar.ordinal_at
        return at(price.start), at(price.end - 1)

    def version(self, ordinal: int) -> int:
        """How often prices of a local day came since the start."""
        return self.versions[ordinal]

    async def quarters(self, area: str, span: Span) -> dict[int, int]:
        """The price of each quarter of the span that has one, 1e-7 EUR/kWh."""
        known = by_quarter(await self._book.prices(area, span))
        return {start: price.price_e7 for start, price in known.items()}
