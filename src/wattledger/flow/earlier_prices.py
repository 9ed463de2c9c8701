"""Prices that earlier days lack are fetched: after a week without a network, or where the disk lost
them.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from wattledger.energy.clock import Clock
from wattledger.energy.errors import StoreError
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.price_plan import wanted_days
from wattledger.flow.price_ports import StoredPrices
from wattledger.flow.price_round import PriceRound

MOST_DAYS = 7
"""That are asked for at once."""
PAUSE_S = 3_600.0
LONGEST_DAYS = 64
"""The pause after a day was asked for in vain doubles up to this."""


@dataclass(slots=True)
class _Tried:
    """A day, in vain so far."""

    on: date
    pause_days: int = 1


class EarlierPrices:
    """Of one area: a week at most each hour, the newest first."""

    def __init__(
        self,
        prices: PriceRound,
        book: StoredPrices,
        clock: Clock,
        steps: ClockSteps,
        jitter_s: Callable[[], float],
    ) -> None:
        self._prices = prices
        self._book = book
        self._clock = clock
        self._steps = steps
        self._jitter_s = jitter_s
        self._tried: dict[date, _Tried] = {}

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            with suppress(StoreError):  # then it is looked up in an hour
                await self._fetch()
            await self._steps.pause(PAUSE_S + self._jitter_s())

    async def _fetch(self) -> None:
        """Looks up what lacks, of ten years in half a second, and asks for the newest of it."""
        calendar, now = self._prices.calendar, self._clock.now_s()
        today, before = calendar.day_of(now), wanted_days(calendar, now)[0]
        spans = await self._book.lacking(self._prices.area)
        lacking = {day for span in spans for day in calendar.days(*span) if day < before}
        self._tried = {day: tried for day, tried in self._tried.items() if day in lacking}
        days = newest_together(sorted(day for day in lacking if self._is_due(day, today)))
        if not days:
            return
        result = await self._prices.run(days)
        if result.is_complete or any(not answer.is_away for answer in result.answers):
            for day in days:
                self._in_vain(day, today)

    def _is_due(self, day: date, today: date) -> bool:
        tried = self._tried.get(day)
        return tried is None or abs((today - tried.on).days) >= tried.pause_days

    def _in_vain(self, day: date, today: date) -> None:
        """As long as the next look finds it lacking."""
        tried = self._tried.get(day)
        pause_days = min(2 * tried.pause_days, LONGEST_DAYS) if tried else 1
        self._tried[day] = _Tried(today, pause_days)


def newest_together(days: Sequence[date]) -> list[date]:
    """The newest of these days that follow one another, the oldest first."""
    together = list(days[-1:])
    for day in reversed(days[:-1]):
        if len(together) == MOST_DAYS or together[0] - day > timedelta(days=1):
            break
        together.insert(0, day)
    return together
