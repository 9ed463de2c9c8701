"""Questions of money, from a period's text to what it cost."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby, pairwise

from wattledger.energy.bill import Bill, bill_of
from wattledger.energy.booked_site import BookedSite
from wattledger.energy.cost import Costs, Window, costs_of, summed_costs, window_of
from wattledger.energy.cost_result import (
    BillResult,
    CostPart,
    CostResult,
    Fees,
    fees_of,
    in_currency,
    summed_fees,
)
from wattledger.energy.day_cost import DayCost, summed_days, windows_of
from wattledger.energy.day_prices import DayPrices, windowed
from wattledger.energy.energy_query import EnergyQuery
from wattledger.energy.errors import BadPeriod
from wattledger.energy.minutes import in_minutes
from wattledger.energy.netting import Netting
from wattledger.energy.period import PeriodKind, Resolution, next_month
from wattledger.energy.tariff import Tariff
from wattledger.flow.day_costs import DayCosts, quarters_of
from wattledger.flow.energy_reader import EnergyReader
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.local_books import LocalBooks
from wattledger.flow.tariff_choice import TariffChoice
from wattledger.flow.worker_thread import in_thread

_FINE = (Resolution.MINUTE, Resolution.QUARTER, Resolution.HOUR)
_BY_MONTH = (PeriodKind.MONTH, PeriodKind.YEAR, PeriodKind.ALL)


class CostService:
    """Answers from the home's own books; the tariffs are its own and those to compare with."""

    def __init__(
        self,
        energy: EnergyService,
        local: LocalBooks,
        tariffs: TariffChoice,
        days: DayCosts,
    ) -> None:
        self._energy = energy
        self._local = local
        self._books = local.books
        self._site = local.site
        self._calendar = local.site.calendar
        self._tariffs = tariffs
        self._days = days

    async def of_period(
        self, text: str, resolution: Resolution | None, netting: Netting | None, name: str | None
    ) -> CostResult:
        """Raises NoTariff, BadQuestion, StoreBusy, ReplicaUnreachable."""
        tariff = self._tariffs.named(name)
        energy = await self._energy.of_period(text, resolution, netting)
        query, home = energy.query, await self._local.home()
        days = await self._days.of_days(home, self._ordinals(query), query.netting, tariff)
        months = self._months(query, home, tariff, days)
        whole = summed_days((months or days).values(), tariff, self._site)
        fees = {month: fees_of(tariff, month, sums) for month, sums in months.items()}
        if query.resolution in _FINE:
            buckets = await self._fine(home, query, tariff)
        else:
            buckets = self._coarse(query, days, fees)
        effect = in_currency(whole.netting_effect_e19)
        part = CostPart(whole.costs, summed_fees([*fees.values()]))
        return CostResult(energy, tariff, part, effect, buckets)

    async def bill(self, text: str, name: str | None) -> BillResult:
        """A month's bill. Raises NoTariff, BadQuestion, StoreBusy, ReplicaUnreachable."""
        tariff = self._tariffs.named(name)
        energy = await self._energy.of_period(text, None, None)
        query, home = energy.query, await self._local.home()
        month = query.period
        if month is None or month.kind is not PeriodKind.MONTH:
            raise BadPeriod("month", f"'{text[:40]}' is no month; use 2026-11 or this-month")
        days = await self._days.of_days(home, self._ordinals(query), query.netting, tariff)
        whole = self._months(query, home, tariff, days).get(month.first)
        if whole is None:
            return BillResult(month, tariff, Bill([]), energy, None)
        bill = bill_of(tariff, month.first, whole.rows, dict(enumerate(whole.peaks)))
        return BillResult(month, tariff, bill, energy, whole.costs.priced_pct)

    def _ordinals(self, query: EnergyQuery) -> range:
        at = self._calendar.ordinal_at
        return range(at(query.start), at(query.end - 1) + 1)

    def _months(
        self, query: EnergyQuery, home: BookedSite, tariff: Tariff, days: Mapping[int, DayCost]
    ) -> dict[date, DayCost]:
        """Each month of the period that has begun, from the first one with a record on."""
        if query.period is None or query.period.kind not in _BY_MONTH or not home.booked:
            return {}
        day_of = self._calendar.day_of
        month = max(query.period.first, day_of(home.bounds.start).replace(day=1))
        last = min(query.period.end, next_month(day_of(query.asked_at)))
        months: dict[date, DayCost] = {}
        while month < last:
            following = next_month(month)
            ours = [
                days[day] for day in range(month.toordinal(), following.toordinal()) if day in days
            ]
            months[month] = summed_days(ours, tariff, self._site)
            month = following
        return months

    def _coarse(
        self, query: EnergyQuery, days: Mapping[int, DayCost], fees: Mapping[date, Fees]
    ) -> list[CostPart]:
        """Buckets of a day and more."""
        at, day_of = self._calendar.ordinal_at, self._calendar.day_of
        by_month = query.resolution in (Resolution.MONTH, Resolution.YEAR)
        parts: list[CostPart] = []
        for start, end in pairwise(query.edges):
            costs = [days[day].costs for day in range(at(start), at(end)) if day in days]
            first, last = day_of(start), day_of(end)
            ours = [one for month, one in fees.items() if by_month and first <= month < last]
            parts.append(CostPart(summed_costs(costs), summed_fees(ours)))
        return parts

    async def _fine(self, home: BookedSite, query: EnergyQuery, tariff: Tariff) -> list[CostPart]:
        """Buckets inside a day: quarters and hours by their windows, minutes by themselves."""
        days = range(self._ordinals(query).start, self._calendar.ordinal_at(query.span.end - 1) + 1)
        prices = await self._days.prices(days, tariff)
        if query.resolution is Resolution.MINUTE:
            windows = await self._minutes(home, query)
        else:
            windows = await self._windows(home, query)
        size = len(query.edges)
        return await in_thread(size, self._parts, query, windows, prices)

    async def _minutes(self, home: BookedSite, query: EnergyQuery) -> list[Window]:
        found = (await EnergyReader(self._books, home).read(query)).minutes
        assert found is not None  # noqa: S101 - what is asked by minute is read so
        parts = in_minutes(found, query.edges, query.buckets_netting, self._site.roles)
        starts = query.edges[:-1]
        return [
            window_of(at, one, one.imported_dmwh) for at, one in zip(starts, parts, strict=True)
        ]

    async def _windows(self, home: BookedSite, query: EnergyQuery) -> list[Window]:
        quarters = await quarters_of(self._books, home, query.span)
        at, start_of = self._calendar.ordinal_at, self._calendar.start_of_ordinal
        return [
            window
            for day, ours in groupby(quarters, lambda quarter: at(quarter.start))
            for window in windows_of(list(ours), query.buckets_netting, start_of(day), self._site)
        ]

    def _parts(
        self, query: EnergyQuery, windows: Sequence[Window], prices: Mapping[int, DayPrices]
    ) -> list[CostPart]:
        at, netting = self._calendar.ordinal_at, query.buckets_netting
        by_day = {day: windowed(one, netting) for day, one in prices.items()}
        parts: list[CostPart] = []
        index = 0
        for end in query.edges[1:]:
            costs: list[Costs] = []
            while index < len(windows) and windows[index].start < end:
                window = windows[index]
                costs.append(costs_of([window], by_day[at(window.start)]))
                index += 1
            parts.append(CostPart(summed_costs(costs)))
        return parts
