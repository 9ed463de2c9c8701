"""The costs of days, computed from quarters and remembered for the roll-up they were made of."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from wattledger.energy.balance import Energies
from wattledger.energy.booked_site import BookedSite
from wattledger.energy.day_cost import DayCost, day_cost
from wattledger.energy.day_prices import DayPrices, day_prices, spot_of
from wattledger.energy.energy_query import EnergyQuery
from wattledger.energy.netting import Netting
from wattledger.energy.period import Resolution
from wattledger.energy.site import Site
from wattledger.energy.spans import Span
from wattledger.energy.tariff import Tariff
from wattledger.energy.windows import WindowSums
from wattledger.flow.energy_reader import EnergyReader
from wattledger.flow.ports import EnergyBooks
from wattledger.flow.spot_prices import SpotPrices
from wattledger.flow.worker_thread import in_thread

AT_ONCE_DAYS = 31
"""Read and added up together: a month's quarters are a few MiB."""


class _Key(NamedTuple):
    tariff: str
    netting: Netting
    ordinal: int


class _Kept(NamedTuple):
    """A day's cost, and what it was made of: while these are the same, so is the cost."""

    energies: Energies
    version: int
    cost: DayCost


class DayCosts:
    """Days of one home's books under its tariffs."""

    def __init__(self, site: Site, books: EnergyBooks, spot: SpotPrices) -> None:
        self._site = site
        self._calendar = site.calendar
        self._books = books
        self._spot = spot
        self._kept: dict[_Key, _Kept] = {}

    async def of_days(
        self, home: BookedSite, days: range, netting: Netting, tariff: Tariff
    ) -> dict[int, DayCost]:
        """The costs of the local days (by ordinals) that have a record. Raises StoreBusy."""
        at = self._calendar.ordinal_at
        bounds = home.bounds
        first, end = max(days.start, at(bounds.start)), min(days.stop, at(bounds.end) + 1)
        if end <= first:
            return {}
        standing = dict(await self._books.days(first, end, netting))
        found: dict[int, DayCost] = {}
        missing: list[int] = []
        for day in range(first, end):
            kept = self._kept.get(_Key(tariff.name, netting, day))
            made_of = standing.get(day), self._spot.version(day)
            if kept is not None and made_of == (kept.energies, kept.version):
                found[day] = kept.cost
            else:
                missing.append(day)
        for run in _runs(missing):
            found |= await self._computed(home, run, netting, tariff, standing)
        return found

    async def _computed(
        self,
        home: BookedSite,
        days: range,
        netting: Netting,
        tariff: Tariff,
        standing: Mapping[int, Energies],
    ) -> dict[int, DayCost]:
        versions = {day: self._spot.version(day) for day in days}
        span = self.span_of(days)
        prices = await self.prices(days, tariff)
        quarters = await quarters_of(self._books, home, span)
        costs = await in_thread(
            len(quarters), _costs, quarters, prices, netting, tariff, self._site
        )
        for day, cost in costs.items():
            if day in standing:
                key = _Key(tariff.name, netting, day)
                self._kept[key] = _Kept(standing[day], versions[day], cost)
        return costs

    def span_of(self, days: range) -> Span:
        start_of = self._calendar.start_of_ordinal
        return Span(start_of(days.start), start_of(days.stop))

    async def prices(self, days: range, tariff: Tariff) -> dict[int, DayPrices]:
        """The prices of the quarters of local days, by ordinals."""
        span = self.span_of(days)
        areas = {area: await self._spot.quarters(area, span) for area in sorted(tariff.areas)}
        return await in_thread(len(days) * 96, self._prices, days, tariff, areas)

    def _prices(
        self, days: range, tariff: Tariff, areas: Mapping[str, Mapping[int, int]]
    ) -> dict[int, DayPrices]:
        spot = spot_of(areas)
        return {
            day: day_prices(tariff, self._calendar, date.fromordinal(day), spot) for day in days
        }


def _costs(
    quarters: Sequence[WindowSums],
    prices: Mapping[int, DayPrices],
    netting: Netting,
    tariff: Tariff,
    site: Site,
) -> dict[int, DayCost]:
    at = site.calendar.ordinal_at
    return {
        day: day_cost(list(ours), netting, prices[day], tariff, site)
        for day, ours in groupby(quarters, lambda quarter: at(quarter.start))
    }


def _runs(days: Sequence[int]) -> list[range]:
    """Days in a row, some at a time."""
    runs: list[range] = []
    for day in days:
        if runs and runs[-1].stop == day and len(runs[-1]) < AT_ONCE_DAYS:
            runs[-1] = range(runs[-1].start, day + 1)
        else:
            runs.append(range(day, day + 1))
    return runs


async def quarters_of(books: EnergyBooks, home: BookedSite, span: Span) -> Sequence[WindowSums]:
    """Every quarter of a span that has a record, rolled up or not."""
    query = EnergyQuery(
        span.start, span.end, Resolution.QUARTER, Netting.QUARTER, (span.start, span.end), span.end
    )
    return (await EnergyReader(books, home).read(query)).quarters
