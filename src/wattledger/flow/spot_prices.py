"""The prices of a home: all that is kept goes through here, so that it is known what changed."""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from wattledger.energy.clock import Clock
from wattledger.energy.errors import StoreError
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.period import Calendar
from wattledger.energy.spans import Span
from wattledger.energy.spot_price import SpotPrice, by_quarter
from wattledger.flow.notifier import Notifier
from wattledger.flow.price_ports import StoredPrices
from wattledger.flow.thread_offload import in_thread

log = logging.getLogger(__name__)

TOLD_S = 86_400
"""So long it is told that prices were corrected."""


class _Corrected(NamedTuple):
    """Prices that took the place of others: how many, of which span, by whom, and when."""

    records: int
    span: Span
    sources: frozenset[str]
    at: int

    def and_then(self, news: "_Corrected") -> "_Corrected":
        first, last = min(self.span.start, news.span.start), max(self.span.end, news.span.end)
        sources = self.sources | news.sources
        return _Corrected(self.records + news.records, Span(first, last), sources, news.at)


def _corrected(prices: Sequence[SpotPrice], at: int) -> _Corrected:
    starts = [one.start for one in prices]
    sources = frozenset(one.source for one in prices)
    return _Corrected(len(prices), Span(min(starts), max(starts)), sources, at)


class SpotPrices:
    """A PriceBook before another one; the `versions` of a day changes when one of its prices does.

    `changed` is rung when prices came or were corrected.
    """

    def __init__(self, book: StoredPrices, calendar: Calendar, clock: Clock) -> None:
        self._book = book
        self._calendar = calendar
        self._clock = clock
        self._corrected: _Corrected | None = None
        self.changed = Notifier()
        self.versions: Counter[int] = Counter()
        """How often prices of each local day came since the start."""

    async def recall(self) -> None:
        """At the start: what was told before, as far as it would be told still."""
        try:
            known = await self._book.corrections()
        except StoreError as error:
            log.debug("whether prices were corrected can't be told: %s", error)
            return
        told: list[SpotPrice] = []
        for one in known:
            if told and told[-1].fetched_at - one.fetched_at >= TOLD_S:
                break  # it was no longer told when the next one came
            told.append(one)
        if told:
            self._corrected = _corrected(told, told[0].fetched_at)

    async def prices(self, area: str, span: Span) -> list[SpotPrice]:
        return await self._book.prices(area, span)

    async def keep(self, area: str, prices: Sequence[SpotPrice]) -> None:
        await self._book.keep(area, prices)
        touched = {day for one in prices for day in self._days(one)}
        self.versions.update(touched)
        self._note([one for one in prices if one.revision > 1])
        self.changed.ring()

    def _note(self, corrected: Sequence[SpotPrice]) -> None:
        """Adds to what is told still."""
        if not corrected:
            return
        told, news = self._corrected, _corrected(corrected, int(self._clock.now_s()))
        self._corrected = news if told is None or not self._is_told else told.and_then(news)

    @property
    def _is_told(self) -> bool:
        known = self._corrected
        return known is not None and abs(self._clock.now_s() - known.at) < TOLD_S

    def standing(self) -> Iterator[Fault]:
        """That prices were corrected, and costs computed anew."""
        known = self._corrected
        if known is None or not self._is_told:
            return
        first, last = map(self._calendar.day_of, known.span)
        days = f"{first}" if first == last else f"{first} to {last}"
        many = "1 price" if known.records == 1 else f"{known.records} prices"
        sources = ", ".join(sorted(known.sources))
        detail = f"corrected: {many} of {days} ({sources}); what energy cost is computed anew"
        yield Fault(FaultKind.PRICES_CORRECTED, detail, known.at)

    def _days(self, price: SpotPrice) -> tuple[int, int]:
        at = self._calendar.ordinal_at
        return at(price.start), at(price.end - 1)

    async def quarters(self, area: str, span: Span) -> dict[int, int]:
        """The price of each quarter of the span that has one, 1e-7 EUR/kWh."""
        known = await self._book.prices(area, span)
        return await in_thread(len(known), _quarters, known)


def _quarters(prices: Sequence[SpotPrice]) -> dict[int, int]:
    return {start: price.price_e7 for start, price in by_quarter(prices).items()}
