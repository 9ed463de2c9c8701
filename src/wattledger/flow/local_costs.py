"""Costs out of the home's own books: days as they are remembered, windows as they lie."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from wattledger.energy.books_snapshot import BooksSnapshot
from wattledger.energy.cost import Costs, Window, costs_of, summed_costs, window_of
from wattledger.energy.cost_result import CostPart
from wattledger.energy.day_cost import DayCost, windows_of
from wattledger.energy.day_prices import DayPrices, windowed
from wattledger.energy.energy_query import EnergyQuery
from wattledger.energy.minute_buckets import in_minutes
from wattledger.energy.netting import Netting
from wattledger.energy.period import Resolution
from wattledger.energy.tariff import Tariff
from wattledger.flow.cost_ports import Parts, Runs
from wattledger.flow.day_costs import DayCosts, quarters_of
from wattledger.flow.energy_reader import EnergyReader
from wattledger.flow.local_books import LocalBooks
from wattledger.flow.thread_offload import in_thread


class LocalCosts:
    """CostBooks of a home that has its prices."""

    def __init__(self, local: LocalBooks, days: DayCosts) -> None:
        self._local = local
        self._books = local.books
        self._site = local.site
        self._calendar = local.site.calendar
        self._days = days

    async def home(self) -> BooksSnapshot:
        return await self._local.home()

    async def of_days(
        self, home: BooksSnapshot, days: range, netting: Netting, tariff: Tariff
    ) -> dict[int, DayCost]:
        return await self._days.of_days(home, days, netting, tariff)

    async def of_runs(
        self, home: BooksSnapshot, runs: Sequence[range], netting: Netting, tariff: Tariff
    ) -> Runs:
        return Runs(await self._days.of_runs(home, runs, netting, tariff))

    def why_unknown(self, *_: object) -> None:
        """What is not known here nobody knows: coverage and `priced_pct` say so."""

    async def inside_days(self, home: BooksSnapshot, query: EnergyQuery, tariff: Tariff) -> Parts:
        """Quarters and hours by their windows, minutes by themselves."""
        at = self._calendar.ordinal_at
        days = range(at(query.start), at(query.span.end - 1) + 1)
        prices = await self._days.prices.of_days(days, tariff)
        if query.resolution is Resolution.MINUTE:
            windows = await self._minutes(home, query)
        else:
            windows = await self._windows(home, query)
        size = len(query.edges)
        return Parts(await in_thread(size, self._parts, query, windows, prices))

    async def _minutes(self, home: BooksSnapshot, query: EnergyQuery) -> list[Window]:
        found = (await EnergyReader(self._books, home).read(query)).minutes
        assert found is not None  # noqa: S101 - what is asked by minute is read so
        parts = in_minutes(found, query.edges, query.buckets_netting, self._site.roles)
        starts = query.edges[:-1]
        return [
            window_of(at, one, one.imported_dmwh) for at, one in zip(starts, parts, strict=True)
        ]

    async def _windows(self, home: BooksSnapshot, query: EnergyQuery) -> list[Window]:
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
