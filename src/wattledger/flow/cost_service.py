"""Questions of money, from a period's text to what it cost."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from wattledger.energy.bill import Bill, bill_of
from wattledger.energy.books_snapshot import BooksSnapshot
from wattledger.energy.cost import summed_costs, summed_rows
from wattledger.energy.cost_result import (
    BillResult,
    CostPart,
    CostResult,
    Fees,
    demand_of,
    fixed_of,
    in_currency,
    summed_fees,
)
from wattledger.energy.day_cost import DayCost, summed_days
from wattledger.energy.demand import Demand, picked_months
from wattledger.energy.energy_query import EnergyQuery
from wattledger.energy.errors import BadPeriod
from wattledger.energy.netting import Netting
from wattledger.energy.period import PeriodKind, Resolution, next_month
from wattledger.energy.site import Site
from wattledger.energy.tariff import Tariff
from wattledger.flow.cost_ports import CostBooks
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.tariff_catalog import TariffChoice

_FINE = (Resolution.MINUTE, Resolution.QUARTER, Resolution.HOUR)
_COARSE = (Resolution.MONTH, Resolution.YEAR)
_BY_MONTH = (PeriodKind.MONTH, PeriodKind.YEAR, PeriodKind.ALL)


class CostService:
    """The tariffs are the home's own and those to compare with."""

    def __init__(
        self,
        energy: EnergyService,
        site: Site,
        books: CostBooks,
        tariffs: TariffChoice,
    ) -> None:
        self._energy = energy
        self._books = books
        self._site = site
        self._calendar = site.calendar
        self.tariffs = tariffs
        self._fixed: dict[tuple[str, date], Fraction | None] = {}
        """What a month's fees come to, by the table's name."""

    async def of_period(
        self, text: str, resolution: Resolution | None, netting: Netting | None, name: str | None
    ) -> CostResult:
        """Raises NoTariff, BadQuestion, StoreBusy, ReplicaUnreachable."""
        tariff = self.tariffs.named(name)
        energy = await self._energy.of_period(text, resolution, netting)
        query, home = energy.query, await self._books.home()
        days, months, why = await self._sums(query, home, tariff)
        whole = summed_days((months or days).values(), tariff, self._site)
        peaks = await self._peaks(home, query.netting, tariff, months)
        fees = {month: self._fees(tariff, month, peaks) for month in months}
        if query.resolution in _FINE:
            buckets, finer = await self._books.inside_days(home, query, tariff)
            why = finer or why
        else:
            buckets = self._coarse(query, days, months, fees)
        effect = in_currency(whole.netting_effect_e19)
        part = CostPart(whole.costs, summed_fees([*fees.values()]))
        return CostResult(energy, tariff, part, effect, buckets, why)

    async def _sums(
        self, query: EnergyQuery, home: BooksSnapshot, tariff: Tariff
    ) -> tuple[Mapping[int, DayCost], Mapping[date, DayCost], str | None]:
        """Days, where buckets are of days; the months of the period; and why some are unknown."""
        runs = self._months(query, home)
        if runs and query.resolution in _COARSE:
            asked = [*runs.values()]
            sums, why = await self._books.of_runs(home, asked, query.netting, tariff)
            return {}, dict(zip(runs, sums, strict=True)), why
        ordinals = self._ordinals(query)
        days = await self._books.of_days(home, ordinals, query.netting, tariff)
        months = {month: self._summed(days, run, tariff) for month, run in runs.items()}
        return days, months, self._books.why_unknown(home, ordinals, days)

    def _summed(self, days: Mapping[int, DayCost], run: range, tariff: Tariff) -> DayCost:
        return summed_days([days[day] for day in run if day in days], tariff, self._site)

    def _fees(
        self, tariff: Tariff, month: date, peaks: Mapping[date, Sequence[Sequence[Demand]]]
    ) -> Fees:
        key = tariff.name, month
        if key not in self._fixed:
            self._fixed[key] = fixed_of(tariff, month)
        return Fees(self._fixed[key], demand_of(tariff, month, picked_months(tariff, month, peaks)))

    async def bill(self, text: str, name: str | None) -> BillResult:
        """A month's bill. Raises NoTariff, BadQuestion, StoreBusy, ReplicaUnreachable."""
        tariff = self.tariffs.named(name)
        energy = await self._energy.of_period(text, None, None)
        query, home = energy.query, await self._books.home()
        month = query.period
        if month is None or month.kind is not PeriodKind.MONTH:
            raise BadPeriod("month", f"'{text[:40]}' is no month; use 2026-11 or this-month")
        days = await self._books.of_days(home, self._ordinals(query), query.netting, tariff)
        why = self._books.why_unknown(home, self._ordinals(query), days)
        runs = self._months(query, home)
        if not runs:
            return BillResult(month, tariff, Bill([]), energy, None, why)
        months = {month: self._summed(days, run, tariff) for month, run in runs.items()}
        peaks = await self._peaks(home, query.netting, tariff, months)
        rows = summed_rows(day.rows for day in days.values())
        bill = bill_of(tariff, month.first, rows, picked_months(tariff, month.first, peaks))
        priced_pct = months[month.first].costs.priced_pct
        return BillResult(month, tariff, bill, energy, priced_pct, why)

    async def _peaks(
        self,
        home: BooksSnapshot,
        netting: Netting,
        tariff: Tariff,
        months: Mapping[date, DayCost],
    ) -> Mapping[date, Sequence[Sequence[Demand]]]:
        """Of these months, and of those before that a demand fee counts too."""
        peaks = {month: sums.peaks for month, sums in months.items()}
        reach = max((fee.months_mean for fee in tariff.demand), default=1) - 1
        if not months or not reach:
            return {**peaks}
        before = [min(months)]
        for _ in range(reach):
            before.append((before[-1] - timedelta(days=1)).replace(day=1))
        earlier = sorted(before[1:])
        runs = [_days_of(month) for month in earlier]
        sums = (await self._books.of_runs(home, runs, netting, tariff)).sums
        return {month: one.peaks for month, one in zip(earlier, sums, strict=True)} | peaks

    def _ordinals(self, query: EnergyQuery) -> range:
        at = self._calendar.ordinal_at
        return range(at(query.start), at(query.end - 1) + 1)

    def _months(self, query: EnergyQuery, home: BooksSnapshot) -> dict[date, range]:
        """The days of each month of the period that has begun, from the first one with a record
        on.
        """
        if query.period is None or query.period.kind not in _BY_MONTH or not home.booked:
            return {}
        day_of = self._calendar.day_of
        month = max(query.period.first, day_of(home.bounds.start).replace(day=1))
        last = min(query.period.end, next_month(day_of(query.asked_at)))
        months: dict[date, range] = {}
        while month < last:
            months[month] = _days_of(month)
            month = next_month(month)
        return months

    def _coarse(
        self,
        query: EnergyQuery,
        days: Mapping[int, DayCost],
        months: Mapping[date, DayCost],
        fees: Mapping[date, Fees],
    ) -> list[CostPart]:
        """Buckets of a day and more; those of months and years of months, which have fees."""
        at, day_of = self._calendar.ordinal_at, self._calendar.day_of
        by_month = query.resolution in _COARSE
        parts: list[CostPart] = []
        for start, end in pairwise(query.edges):
            first, last = day_of(start), day_of(end)
            ours = [month for month in months if by_month and first <= month < last]
            costs = [months[month].costs for month in ours] or [
                days[day].costs for day in range(at(start), at(end)) if day in days
            ]
            parts.append(CostPart(summed_costs(costs), summed_fees([fees[one] for one in ours])))
        return parts


def _days_of(month: date) -> range:
    return range(month.toordinal(), next_month(month).toordinal())
