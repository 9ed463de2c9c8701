"""The costs of days, computed from quarters and remembered for the roll-up they were made of."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from wattledger.energy.balance import Energies
from wattledger.energy.books_snapshot import BooksSnapshot
from wattledger.energy.day_cost import DayCost, day_cost, summed_days
from wattledger.energy.day_prices import DayPrices
from wattledger.energy.energy_query import EnergyQuery
from wattledger.energy.netting import Netting
from wattledger.energy.period import Resolution
from wattledger.energy.site import Site
from wattledger.energy.spans import Span
from wattledger.energy.tariff import Tariff
from wattledger.energy.windows import WindowSums
from wattledger.flow.cost_cache import CostCache, signature_of
from wattledger.flow.energy_reader import EnergyReader
from wattledger.flow.ports import EnergyBooks
from wattledger.flow.spot_prices import SpotPrices
from wattledger.flow.tariff_prices import TariffPrices
from wattledger.flow.thread_offload import in_thread

AT_ONCE_DAYS = 7
"""Read and added up together: what is done with them in the event loop takes 2 ms."""
MOST_KEPT = 12_500
"""Days, and the months that they make, under all tables and nettings: some 5 MB. Ten years under
three tables are 11,300.
"""


class DayCosts:
    """Days of one home's books under its tariffs."""

    def __init__(
        self,
        site: Site,
        books: EnergyBooks,
        spot: SpotPrices,
        most_kept: int = MOST_KEPT,
    ) -> None:
        self._site = site
        self._calendar = site.calendar
        self._books = books
        self._spot = spot
        self.prices = TariffPrices(site.calendar, spot)
        self._kept = CostCache(most_kept)

    async def of_days(
        self,
        home: BooksSnapshot,
        days: range,
        netting: Netting,
        tariff: Tariff,
        *,
        is_once: bool = False,
    ) -> dict[int, DayCost]:
        """The costs of the local days (by ordinals) that have a record. Raises StoreBusy.

        What is asked for once is not remembered: years of it are megabytes.
        """
        days = self._booked(home, days)
        if not days:
            return {}
        standing = dict(await self._books.days(days.start, days.stop, netting))
        return await self._of_days(home, days, netting, tariff, standing, is_once=is_once)

    async def of_runs(
        self, home: BooksSnapshot, runs: Sequence[range], netting: Netting, tariff: Tariff
    ) -> list[DayCost]:
        """What each of several runs of days, in their order, came to, without rows. Raises
        StoreBusy.
        """
        booked = [self._booked(home, run) for run in runs]
        asked = [run for run in booked if run]
        if not asked:
            return [summed_days([], tariff, self._site) for _ in booked]
        standing = dict(await self._books.days(asked[0].start, asked[-1].stop, netting))
        return [await self._sum(home, run, netting, tariff, standing) for run in booked]

    async def _sum(
        self,
        home: BooksSnapshot,
        run: range,
        netting: Netting,
        tariff: Tariff,
        standing: Mapping[int, Energies],
    ) -> DayCost:
        """A run whose days all stand is kept as one."""
        is_whole = all(map(standing.__contains__, run))
        signature = self._signature(run, standing) if is_whole else b""
        if is_whole and (known := self._kept.get(tariff.name, netting, run, signature)) is not None:
            return known
        days = await self._of_days(home, run, netting, tariff, standing)
        cost = summed_days(days.values(), tariff, self._site)
        if is_whole:
            self._kept.put(tariff.name, netting, run, signature, cost)
        return cost

    def _booked(self, home: BooksSnapshot, days: range) -> range:
        """Those that may have a record."""
        at, bounds = self._calendar.ordinal_at, home.bounds
        first = max(days.start, at(bounds.start))
        return range(first, max(first, min(days.stop, at(bounds.end) + 1)))

    def _signature(self, days: range, standing: Mapping[int, Energies]) -> bytes:
        """Its own place, how often its prices came, and its energies."""
        versions = self._spot.versions
        return signature_of([(day, versions[day], *standing[day]) for day in days])

    async def _of_days(
        self,
        home: BooksSnapshot,
        days: range,
        netting: Netting,
        tariff: Tariff,
        standing: Mapping[int, Energies],
        *,
        is_once: bool = False,
    ) -> dict[int, DayCost]:
        found: dict[int, DayCost] = {}
        missing: list[int] = []
        for one in (range(day, day + 1) for day in days):
            known = None
            if one.start in standing:
                signature = self._signature(one, standing)
                known = self._kept.get(tariff.name, netting, one, signature)
            if known is None:
                missing.append(one.start)
            else:
                found[one.start] = known
        for run in runs(missing):
            kept = {} if is_once else standing
            found |= await self._computed(home, run, netting, tariff, kept)
        return found

    async def _computed(
        self,
        home: BooksSnapshot,
        days: range,
        netting: Netting,
        tariff: Tariff,
        standing: Mapping[int, Energies],
    ) -> dict[int, DayCost]:
        signatures = {
            day: self._signature(range(day, day + 1), standing) for day in days if day in standing
        }
        span = self.prices.span_of(days)
        prices = await self.prices.of_days(days, tariff)
        quarters = await quarters_of(self._books, home, span)
        costs = await in_thread(
            len(quarters), _costs, quarters, prices, netting, tariff, self._site
        )
        for day, cost in costs.items():
            if day in signatures:
                one = range(day, day + 1)
                self._kept.put(tariff.name, netting, one, signatures[day], cost)
        return costs


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


def runs(days: Sequence[int]) -> list[range]:
    """Days in a row, some at a time."""
    runs: list[range] = []
    for day in days:
        if runs and runs[-1].stop == day and len(runs[-1]) < AT_ONCE_DAYS:
            runs[-1] = range(runs[-1].start, day + 1)
        else:
            runs.append(range(day, day + 1))
    return runs


async def quarters_of(books: EnergyBooks, home: BooksSnapshot, span: Span) -> Sequence[WindowSums]:
    """Every quarter of a span that has a record, rolled up or not."""
    query = EnergyQuery(
        span.start, span.end, Resolution.QUARTER, Netting.QUARTER, (span.start, span.end), span.end
    )
    return (await EnergyReader(books, home).read(query)).quarters
