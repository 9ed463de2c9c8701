"""One round of fetching prices: the sources in their order, until the days are complete."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from wattledger.energy.clock import Clock
from wattledger.energy.errors import PriceError
from wattledger.energy.period import Calendar
from wattledger.energy.price_quotes import Quote, hourly, sane, zero_tail
from wattledger.energy.spans import Span
from wattledger.energy.spot_price import SpotPrice, by_quarter, missing_quarters
from wattledger.flow.price_merge import Merged, Rate, merged
from wattledger.flow.price_plan import SourceOrder, span_of_days
from wattledger.flow.price_ports import PriceBook, PriceSource

EXCHANGE = Calendar(ZoneInfo("Europe/Brussels"))
"""The days of the exchange: prices come out for a whole one."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """What a source answered, in words for a person."""

    source: str
    words: str
    has_failed: bool
    is_away: bool = False
    """Nothing was learned of what it has."""


@dataclass(frozen=True, slots=True)
class RoundResult:
    answers: Sequence[SourceAnswer]
    missing: Sequence[int]
    """Starts of quarters that have no price yet."""
    corrected_records: int
    disputed_records: int

    @property
    def is_complete(self) -> bool:
        return not self.missing


class PriceRound:
    """Asks the sources of one area and keeps what they say."""

    def __init__(
        self,
        area: str,
        calendar: Calendar,
        sources: Sequence[PriceSource],
        book: PriceBook,
        clock: Clock,
        rate: Rate,
    ) -> None:
        self.area = area
        self.calendar = calendar
        self._sources = {source.name: source for source in sources}
        self._book = book
        self._clock = clock
        self._rate = rate
        self._order = SourceOrder([source.name for source in sources])

    def apart(self) -> "PriceRound":
        """One of the same that knows by itself which of its sources fail."""
        sources = [*self._sources.values()]
        return PriceRound(self.area, self.calendar, sources, self._book, self._clock, self._rate)

    async def run(self, days: Sequence[date], *, again: bool = False) -> RoundResult:
        """Fetches what these days lack; `again` asks at least one source in any case, since prices
        are corrected. Raises StoreError.
        """
        span = span_of_days(self.calendar, days)
        answers: list[SourceAnswer] = []
        doubtful: set[int] = set()
        corrected = disputed = 0
        missing = await self._missing(span)
        for name in self._order.at(self._clock.monotonic_s()):
            if not missing and not (again and all(one.has_failed for one in answers)):
                break
            answer, found = await self._ask(name, span, doubtful)
            answers.append(answer)
            corrected += found.corrected
            disputed += found.disputed
            missing = await self._missing(span)
        return RoundResult(answers, missing, corrected, disputed)

    async def missing(self, days: Sequence[date]) -> list[int]:
        """The starts of the quarters of these days that have no price now. Raises StoreError."""
        return await self._missing(span_of_days(self.calendar, days))

    async def _missing(self, span: Span) -> list[int]:
        known = by_quarter(await self._book.prices(self.area, span))
        return list(missing_quarters(known, span))

    async def _ask(self, name: str, span: Span, doubtful: set[int]) -> tuple[SourceAnswer, Merged]:
        try:
            quotes = await self._sources[name].quotes(span)
        except PriceError as error:
            self._order.asked(
                name, self._clock.monotonic_s(), has_failed=True, retry_after_s=error.retry_after_s
            )
            log.info("prices: %s: %s", name, error)
            return SourceAnswer(name, str(error), has_failed=True, is_away=True), Merged()
        return await self._take(name, span, quotes, doubtful)

    async def _take(
        self, name: str, span: Span, quotes: Sequence[Quote], doubtful: set[int]
    ) -> tuple[SourceAnswer, Merged]:
        good, odd = sane(quotes)
        if odd > len(good):
            # Most of it can't be, as where the unit is another one: then the rest is none either.
            good, odd = [], len(quotes)
        means = hourly(good)
        asked = [one for one in good if one.start < span.end and one.end > span.start]
        inside = [one for one in asked if one.start not in means]
        zeros = zero_tail(good, self._day_ends(span))
        believed = [one for one in inside if one.start not in zeros or one.start in doubtful]
        doubtful |= zeros
        kept = await self._kept(span)
        now = int(self._clock.now_s())
        found = merged(kept, believed, name, now, self._rate)
        if found.fresh:
            await self._book.keep(self.area, found.fresh)
        covered = by_quarter([*kept.values(), *found.fresh])
        lacks = any(True for _ in missing_quarters(covered, span))
        self._order.asked(name, self._clock.monotonic_s(), has_failed=lacks)
        notes = {
            "can't be": odd,
            "by the hour, where the market has quarters": len(asked) - len(inside),
            "zeros up to the end, not believed yet": len(inside) - len(believed),
            "without a rate of VAT": found.unrated,
            "corrected": found.corrected,
            "differ from another source and are not taken": found.disputed,
        }
        words = _in_words(len(believed), notes)
        if found.corrected or found.disputed:
            log.warning("prices: %s: %s", name, words)
        return SourceAnswer(name, words, has_failed=lacks), found

    async def _kept(self, span: Span) -> dict[tuple[int, int], SpotPrice]:
        prices = await self._book.prices(self.area, span)
        return {(price.start, price.period_s): price for price in prices}

    def _day_ends(self, span: Span) -> set[int]:
        """Where local days end, and those of the exchange."""
        return {
            calendar.start_of(day + timedelta(days=1))
            for calendar in (self.calendar, EXCHANGE)
            for day in calendar.days(span.start, span.end)
        }


def _in_words(count: int, notes: Mapping[str, int]) -> str:
    more = "".join(f"; {number} {what}" for what, number in notes.items() if number)
    return f"{count} prices{more}"
