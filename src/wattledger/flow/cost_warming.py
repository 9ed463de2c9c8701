"""The task that computes the costs of days past before anybody asks, newest first."""

import asyncio
import logging
from collections.abc import Iterator

from wattledger.energy.errors import StoreError
from wattledger.energy.period import Calendar
from wattledger.energy.spans import Span
from wattledger.energy.tariff import Tariff
from wattledger.flow.day_costs import DayCosts
from wattledger.flow.local_books import LocalBooks
from wattledger.flow.notifier import Notifier

log = logging.getLogger(__name__)

BREATH_S = 0.02
"""Between two months, so that minutes are booked and questions answered in between."""
AGAIN_S = 3_600.0
"""What is remembered is only looked at; days past may have been booked late."""


class CostWarming:
    """At the start, when prices came, and by the hour; under the home's own tariff."""

    def __init__(
        self,
        local: LocalBooks,
        days: DayCosts,
        tariff: Tariff,
        changed: Notifier,
        again_s: float = AGAIN_S,
    ) -> None:
        self._local = local
        self._days = days
        self._tariff = tariff
        self._again_s = again_s
        self._changed = changed.wakes(asyncio.Event())

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._changed.clear()
            try:
                await self.warm()
            except StoreError as error:
                log.debug("costs are computed later: %s", error)
            try:
                async with asyncio.timeout(self._again_s):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def warm(self) -> None:
        """All days once. Raises StoreBusy."""
        home = await self._local.home()
        if not home.booked:
            return
        for month in _months(self._local.site.calendar, home.bounds):
            await self._days.of_runs(home, [month], self._local.site.netting, self._tariff)
            await asyncio.sleep(BREATH_S)


def _months(calendar: Calendar, span: Span) -> Iterator[range]:
    """The days of a span by months, the newest first."""
    first, day = calendar.day_of(span.start), calendar.day_of(span.end)
    end = day.toordinal() + 1
    while end > first.toordinal():
        month = day.fromordinal(end - 1).replace(day=1).toordinal()
        start = max(month, first.toordinal())
        yield range(start, end)
        end = start
