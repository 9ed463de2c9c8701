"""The task that keeps prices up to date while the server runs."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from wattledger.energy.clock import Clock
from wattledger.energy.errors import StoreError
from wattledger.energy.fault import Fault, FaultKind
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.notifier import Notifier
from wattledger.flow.price_plan import is_afternoon, overdue, wait_s, wanted_days
from wattledger.flow.price_round import PriceRound, RoundResult

log = logging.getLogger(__name__)


class PriceFetching:
    """Rounds at the times of `price_plan`."""

    def __init__(
        self,
        prices: PriceRound,
        clock: Clock,
        steps: ClockSteps,
        jitter_s: Callable[[], float],
        changed: Notifier,
    ) -> None:
        self._prices = prices
        self._calendar = prices.calendar
        self._clock = clock
        self._steps = steps
        self._jitter_s = jitter_s
        self._changed = changed.wakes(asyncio.Event())
        self._looked_again: date | None = None
        self._latest: RoundResult | None = None

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
        self._latest = result
        return result.is_complete

    async def follow(self) -> None:
        """Until cancelled: what others keep, such as a person's file, is missing no longer."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            if self._latest is None or not self._latest.missing:
                continue
            wanted = wanted_days(self._calendar, self._clock.now_s())
            try:
                missing = await self._prices.missing(wanted)
            except StoreError as error:
                log.debug("what prices are missing is looked up later: %s", error)
                continue
            self._latest = replace(self._latest, missing=missing)

    def standing(self) -> Iterator[Fault]:
        """What the latest round lacks that should be out, and what its sources disagree on."""
        if self._latest is None:
            return
        told = "; ".join(f"{one.source}: {one.words}" for one in self._latest.answers)
        late = overdue(self._calendar, self._clock.now_s(), self._latest.missing)
        if late:
            since = self._calendar.text(late[0])[:16].replace("T", " ")
            words = f"prices are missing from {since} on, {len(late)} in all"
            yield Fault(FaultKind.PRICES_MISSING, f"{words}; {told or 'no source may be asked'}")
        if self._latest.disputed_records:
            yield Fault(FaultKind.PRICES_DISPUTED, f"sources of prices differ; {told}")
