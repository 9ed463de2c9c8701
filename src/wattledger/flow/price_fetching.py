"""The task that keeps prices up to date while the server runs."""

import logging
from collections.abc import Callable
from datetime import date

from wattledger.energy.clock import Clock
from wattledger.energy.errors import StoreError
from wattledger.energy.period import Calendar
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.notifier import Notifier
from wattledger.flow.price_plan import is_afternoon, wait_s, wanted_days
from wattledger.flow.price_round import PriceRound

log = logging.getLogger(__name__)


class PriceFetching:
    """Rounds at the times of `price_plan`; `changed` is rung when a price came or was corrected."""

    def __init__(
        self,
        prices: PriceRound,
        calendar: Calendar,
        clock: Clock,
        steps: ClockSteps,
        changed: Notifier,
        jitter_s: Callable[[], float],
    ) -> None:
        self._prices = prices
        self._calendar = calendar
        self._clock = clock
        self._steps = steps
        self._changed = changed
        self._jitter_s = jitter_s
        self._looked_again: date | None = None

    async def run(self) -> None:
        """Until cancelled; a step of the clock begins a round at once."""
        while True:
            is_complete = await self._round()
            now = self._clock.now_s()
            wait = wait_s(self._calendar, now, is_complete=is_complete)
            await self._steps.pause(wait + self._jitter_s())

    async def _round(self) -> bool:
        now = self._clock.now_s()
        today = self._calendar.day_of(now)
        again = is_afternoon(self._calendar, now) and self._looked_again != today
        try:
            result = await self._prices.run(wanted_days(self._calendar, now), again=again)
        except StoreError as error:
            log.warning("prices: can't be kept: %s", error)
            return False
        if again and any(not answer.has_failed for answer in result.answers):
            self._looked_again = today
        if result.answers:
            self._changed.ring()
        return result.is_complete
