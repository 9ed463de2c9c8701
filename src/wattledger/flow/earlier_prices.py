"""Prices that earlier days lack are fetched: after a week without a network, or where the disk lost
them.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from wattledger.energy.errors import StoreError
from wattledger.energy.spans import Span
from wattledger.flow.price_ports import StoredPrices
from wattledger.flow.price_round import PriceRound

MOST_DAYS = 7
"""That are asked for at once."""


class EarlierPrices:
    """Of one area; each day is tried once a day, the newest first."""

    def __init__(self, prices: PriceRound, book: StoredPrices, area: str) -> None:
        self._prices = prices
        self._book = book
        self._area = area
        self._tried: set[date] = set()
        self._tried_on: date | None = None

    async def fetch(self, before: date) -> bool:
        """Asks for the newest of the lacking days before this one; whether there are others."""
        if before != self._tried_on:
            self._tried, self._tried_on = set(), before
        try:
            lacking = self._days(await self._book.lacking(self._area), before)
            days = newest_together(lacking)
            if days:
                result = await self._prices.run(days)
                if not result.answers and not result.is_complete:
                    return True  # each source was asked for something else just now
                self._tried.update(days)
        except StoreError:
            return False  # it is looked up later
        return len(lacking) > len(days)

    def _days(self, lacking: Iterable[Span], before: date) -> list[date]:
        """Local days that lack prices and were not tried today, the oldest first."""
        days = {day for span in lacking for day in self._prices.calendar.days(*span)}
        return sorted(day for day in days - self._tried if day < before)


def newest_together(days: list[date]) -> list[date]:
    """The newest of these days that follow one another, the oldest first."""
    together = days[-1:]
    for day in reversed(days[:-1]):
        if len(together) == MOST_DAYS or together[0] - day > timedelta(days=1):
            break
        together.insert(0, day)
    return together
