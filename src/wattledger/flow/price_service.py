"""Questions of prices: what a kWh costs and earns in each quarter-hour of a period."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from fractions import Fraction

from wattledger.energy.clock import Clock
from wattledger.energy.cost_result import PRICE_UNITS_ALL_IN, PriceResult, price_of
from wattledger.energy.day_prices import DayPrices
from wattledger.energy.money import PRICE_UNITS
from wattledger.energy.period import Calendar, Period, Resolution, period_from
from wattledger.energy.record import QUARTER_S
from wattledger.energy.tariff import Tariff
from wattledger.flow.price_ports import QuarterPrices
from wattledger.flow.tariff_catalog import TariffChoice
from wattledger.flow.tariff_prices import TariffPrices

DAYS_BEYOND = 3
"""So far behind a period prices are looked for, to say until when they are complete."""


TOMORROW = "tomorrow"
"""A day by its word, which of energy nothing can be asked."""


class PriceService:
    """`area` is the bidding zone whose price is shown where the tariff names none."""

    def __init__(
        self,
        clock: Clock,
        calendar: Calendar,
        tariffs: TariffChoice,
        spot: QuarterPrices,
        area: str,
    ) -> None:
        self._clock = clock
        self._calendar = calendar
        self._tariffs = tariffs
        self._prices = TariffPrices(calendar, spot)
        self._spot = spot
        self._area = area

    async def of_period(self, text: str, name: str | None) -> PriceResult:
        """The prices of a period, which need not have begun. Raises BadQuestion, StoreBusy."""
        tariff = self._tariffs.own if name is None else self._tariffs.named(name)
        calendar = self._calendar
        today = calendar.day_of(self._clock.now_s())
        if text == TOMORROW:
            text = (today + timedelta(days=1)).isoformat()
        period = period_from(text, today=today, first_day=None)
        start, end = calendar.bounds(period)
        starts = calendar.edges(start, end, Resolution.QUARTER)[:-1]
        return await self._of(period, starts, tariff)

    async def _of(
        self, period: Period, starts: Sequence[int], tariff: Tariff | None
    ) -> PriceResult:
        days = range(period.first.toordinal(), period.end.toordinal())
        area = min(tariff.areas, default=self._area) if tariff else self._area
        known = await self._spot.quarters(
            area, self._prices.span_of(range(days.start, days.stop + DAYS_BEYOND))
        )
        until = starts[0]
        while until in known:
            until += QUARTER_S
        priced = await self._prices.of_days(days, tariff) if tariff else {}

        imported = _column(starts, priced, self._calendar.ordinal_at, is_import=True)
        exported = _column(starts, priced, self._calendar.ordinal_at, is_import=False)
        return PriceResult(
            period,
            tariff.currency if tariff else "EUR",
            starts,
            [price_of(known.get(at), PRICE_UNITS) for at in starts],
            imported,
            exported,
            until if until > starts[0] else None,
        )


def _column(
    starts: Sequence[int],
    priced: Mapping[int, DayPrices],
    ordinal_at: Callable[[int], int],
    *,
    is_import: bool,
) -> list[Fraction | None]:
    """One side's all-in price of each quarter."""
    column: list[Fraction | None] = []
    for start in starts:
        day = priced.get(ordinal_at(start))
        if day is None:
            column.append(None)
            continue
        side = day.imported if is_import else day.exported
        column.append(price_of(side.all_in_e12[day.window_of(start)], PRICE_UNITS_ALL_IN))
    return column
