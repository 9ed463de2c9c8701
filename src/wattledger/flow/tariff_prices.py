"""The prices of local days under a tariff, from the day-ahead prices that the home has."""

from collections.abc import Mapping
from datetime import date

from wattledger.energy.day_prices import DayPrices, day_prices, spot_of
from wattledger.energy.period import Calendar
from wattledger.energy.spans import Span
from wattledger.energy.tariff import Tariff
from wattledger.flow.price_ports import QuarterPrices
from wattledger.flow.thread_offload import in_thread

QUARTERS_A_DAY = 96


class TariffPrices:
    """Of one home."""

    def __init__(self, calendar: Calendar, spot: QuarterPrices) -> None:
        self._calendar = calendar
        self._spot = spot

    def span_of(self, days: range) -> Span:
        start_of = self._calendar.start_of_ordinal
        return Span(start_of(days.start), start_of(days.stop))

    async def of_days(self, days: range, tariff: Tariff) -> dict[int, DayPrices]:
        """The prices of the quarters of local days, by ordinals. Raises StoreBusy."""
        span = self.span_of(days)
        areas = {area: await self._spot.quarters(area, span) for area in sorted(tariff.areas)}
        return await in_thread(len(days) * QUARTERS_A_DAY, self._prices, days, tariff, areas)

    def _prices(
        self, days: range, tariff: Tariff, areas: Mapping[str, Mapping[int, int]]
    ) -> dict[int, DayPrices]:
        spot = spot_of(areas)
        return {
            day: day_prices(tariff, self._calendar, date.fromordinal(day), spot) for day in days
        }
