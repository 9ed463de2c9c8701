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
        self._looked_on: date | None = None
        self._lacking: list[date] = []

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            with suppress(StoreError):  # then it is looked up in an hour
                await self._fetch()
            await self._steps.pause(PAUSE_S + self._jitter_s())

    async def _fetch(self) -> None:
        """Once a day it is looked up what is lacking: of ten years in half a second."""
        calendar = self._prices.calendar
        today = calendar.day_of(self._clock.now_s())
        if self._looked_on != today:
            lacking = await self._book.lacking(self._prices.area)
            days = {day for span in lacking for day in calendar.days(*span)}
            before = wanted_days(calendar, self._clock.now_s())[0]
            self._tried = {day: tried for day, tried in self._tried.items() if day in days}
            self._lacking = sorted(day for day in days if day < before and self._is_due(day, today))
            self._looked_on = today
        if days_now := newest_together(self._lacking):
            await self._prices.run(days_now)
            self._lacking = self._lacking[: -len(days_now)]
            for day in days_now:
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
