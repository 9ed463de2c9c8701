"""The costs of days, computed from quarters and remembered for the roll-up they were made of."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from wattledger.energy.balance import Energies
from wattledger.energy.booked_site import BookedSite
from wattledger.energy.day_cost import DayCost, day_cost
from wattledger.energy.day_prices import DayPrices
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
from wattledger.flow.tariff_prices import TariffPrices
from wattledger.flow.worker_thread import in_thread

AT_ONCE_DAYS = 31
"""Read and added up together: a month's quarters are a few MiB."""
MOST_KEPT_DAYS = 12_000
"""Under all tables and nettings: some 20 MB. Ten years under three tables are as many."""


class _Key(NamedTuple):
    tariff: str
    netting: Netting
    ordinal: int


class _Kept(NamedTuple):
    """A day's cost, and the hash of what it was made of: while that is the same, so is the cost."""

    made_of: int
    cost: DayCost


class DayCosts:
    """Days of one home's books under its tariffs."""

    def __init__(
        self,
        site: Site,
        books: EnergyBooks,
        spot: SpotPrices,
        most_kept_days: int = MOST_KEPT_DAYS,
    ) -> None:
        self._most_kept_days = most_kept_days
        self._site = site
        self._calendar = site.calendar
        self._books = books
        self._spot = spot
        self.prices = TariffPrices(site.calendar, spot)
        self._kept: dict[_Key, _Kept] = {}

    async def of_days(
        self,
        home: BookedSite,
        days: range,
        netting: Netting,
        tariff: Tariff,
        *,
        is_once: bool = False,
    ) -> dict[int, DayCost]:
        """The costs of the local days (by ordinals) that have a record. Raises StoreBusy.

        What is asked for once is not remembered: years of it are megabytes.
        """
        at = self._calendar.ordinal_at
        bounds = home.bounds
        first, end = max(days.start, at(bounds.start)), min(days.stop, at(bounds.end) + 1)
        if end <= first:
            return {}
        standing = dict(await self._books.days(first, end, netting))
        found: dict[int, DayCost] = {}
        missing: list[int] = []
        for day in range(first, end):
            known = self._kept.get(_Key(tariff.name, netting, day))
            made_of = _made_of(standing.get(day), self._spot.version(day))
            if known is not None and known.made_of == made_of:
                found[day] = known.cost
            else:
                missing.append(day)
        for run in runs(missing):
            kept = {} if is_once else standing
            found |= await self._computed(home, run, netting, tariff, kept)
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
        span = self.prices.span_of(days)
        prices = await self.prices.of_days(days, tariff)
        quarters = await quarters_of(self._books, home, span)
        costs = await in_thread(
            len(quarters), _costs, quarters, prices, netting, tariff, self._site
        )
        for day, cost in costs.items():
            if day in standing:
                made_of = _made_of(standing[day], versions[day])
                self._keep(_Key(tariff.name, netting, day), _Kept(made_of, cost))
        return costs

    def _keep(self, key: _Key, day: _Kept) -> None:
        """As the newest; what was computed longest ago is forgotten where there is no room."""
        self._kept.pop(key, None)
        self._kept[key] = day
        if len(self._kept) > self._most_kept_days:
            del self._kept[next(iter(self._kept))]


def _made_of(energies: Energies | None, version: int) -> int:
    """Kept in the place of the energies themselves, of which years would be megabytes."""
    return hash((energies, version))


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


async def quarters_of(books: EnergyBooks, home: BookedSite, span: Span) -> Sequence[WindowSums]:
    """Every quarter of a span that has a record, rolled up or not."""
    query = EnergyQuery(
        span.start, span.end, Resolution.QUARTER, Netting.QUARTER, (span.start, span.end), span.end
    )
    return (await EnergyReader(books, home).read(query)).quarters
