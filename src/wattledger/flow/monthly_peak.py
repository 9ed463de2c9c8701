"""The task that knows the month's peak while the server runs: anew whenever minutes were booked."""

import asyncio
import logging
from datetime import date

from wattledger.energy.day_cost import imports_of, summed_days
from wattledger.energy.demand import weight_at, window_start
from wattledger.energy.errors import StoreError
from wattledger.energy.peak import Peak, Running
from wattledger.energy.record import is_ahead
from wattledger.energy.spans import Span
from wattledger.energy.tariff import DemandFee, Tariff
from wattledger.flow.day_costs import DayCosts, quarters_of
from wattledger.flow.local_books import LocalBooks
from wattledger.flow.notifier import Notifier

log = logging.getLogger(__name__)

AT_LEAST_EVERY_S = 60.0
"""A window ends also where nothing is booked."""


class MonthlyPeak:
    """Of the first demand fee of a tariff that holds today; `now` is None where none does."""

    def __init__(
        self,
        local: LocalBooks,
        days: DayCosts,
        tariff: Tariff,
        booked: Notifier,
        every_s: float = AT_LEAST_EVERY_S,
    ) -> None:
        self._local = local
        self._days = days
        self._tariff = tariff
        self._woken = booked.wakes(asyncio.Event())
        self._every_s = every_s
        self.now: Peak | None = None

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._woken.clear()
            try:
                self.now = await self._look()
            except StoreError as error:
                log.debug("the month's peak can't be told: %s", error)
            try:
                async with asyncio.timeout(self._every_s):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _look(self) -> Peak | None:
        site, now = self._local.site, self._local.clock.now_s()
        calendar = site.calendar
        today = calendar.day_of(now)
        place, fee = self._fee(today)
        if fee is None:
            return None
        home = await self._local.home()
        month = range(today.replace(day=1).toordinal(), today.toordinal() + 1)
        days = await self._days.of_days(home, month, site.netting, self._tariff)
        highest = summed_days(days.values(), self._tariff, site).peaks[place]
        start = window_start(int(now), fee.window_s, calendar)
        end = start + fee.window_s
        quarters = await quarters_of(self._local.books, home, Span(start, end))
        midnight = calendar.start_of(today)
        imports = imports_of(quarters, site.netting, fee, midnight)
        newest = home.newest(site.roles.mains).end
        booked_to = max(start, min(int(now) if is_ahead(newest, now) else newest, end))
        imported_dmwh = sum(one.imported_dmwh for one in imports)
        weight_e7 = weight_at(start, fee, calendar)
        running = Running(start, end, booked_to, imported_dmwh, weight_e7, midnight)
        return Peak(fee, highest, running)

    def _fee(self, today: date) -> tuple[int, DemandFee | None]:
        fees = (
            (place, fee)
            for place, fee in enumerate(self._tariff.demand)
            if fee.valid.holds_on(today)
        )
        return next(fees, (0, None))
