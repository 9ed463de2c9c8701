"""Costs as the online copy has them: whole days, under the home's tables."""

from collections.abc import Callable, Mapping, Sequence

from wattledger.energy.books_snapshot import BooksSnapshot
from wattledger.energy.cost import Costs
from wattledger.energy.cost_result import CostPart
from wattledger.energy.day_cost import DayCost, summed_days
from wattledger.energy.energy_query import EnergyQuery
from wattledger.energy.errors import ReplicaError, ReplicaUnreachable
from wattledger.energy.netting import Netting
from wattledger.energy.site import Assignment, Site
from wattledger.energy.tariff import Tariff
from wattledger.energy.tariff_text import TariffText
from wattledger.flow.cost_ports import Parts, Runs
from wattledger.flow.replica_ports import CopyOfCosts
from wattledger.flow.replica_reader import Replica

FINER = "prices stay at home: costs of less than a day are told by the server there alone"
NOT_POSTED = "the server at home has not posted the costs of {} of these days"


class CopiedCosts:
    """CostBooks of a server away from home."""

    def __init__(
        self,
        site: Site,
        assigned: Callable[[], Assignment],
        copy: Replica,
        costs: CopyOfCosts,
        tables: Mapping[str, TariffText],
    ) -> None:
        self._site = site
        self._assigned = assigned
        self._copy = copy
        self._costs = costs
        self._tables = tables

    async def home(self) -> BooksSnapshot:
        booked = await self._copy.booked_now()
        if booked is None:
            raise ReplicaUnreachable("MongoDB does not answer, and there are no other books here")
        return BooksSnapshot(self._site, self._assigned(), booked)

    async def of_days(
        self, home: BooksSnapshot, days: range, netting: Netting, tariff: Tariff
    ) -> Mapping[int, DayCost]:
        try:
            return await self._costs.read(self._tables[tariff.name], netting, days)
        except ReplicaError as error:
            raise ReplicaUnreachable(str(error)) from error

    async def of_runs(
        self, home: BooksSnapshot, runs: Sequence[range], netting: Netting, tariff: Tariff
    ) -> Runs:
        asked = range(runs[0].start, runs[-1].stop)
        days = await self.of_days(home, asked, netting, tariff)
        sums = [
            summed_days([days[day] for day in run if day in days], tariff, self._site)
            for run in runs
        ]
        return Runs(sums, self.why_unknown(home, asked, days))

    async def inside_days(self, home: BooksSnapshot, query: EnergyQuery, tariff: Tariff) -> Parts:
        return Parts([CostPart(Costs())] * (len(query.edges) - 1), FINER)

    def why_unknown(
        self, home: BooksSnapshot, days: range, known: Mapping[int, DayCost]
    ) -> str | None:
        if not home.booked:
            return None
        first, last = map(self._site.calendar.ordinal_at, home.bounds)
        missing = sum(day not in known for day in days if first <= day <= last)
        return NOT_POSTED.format(missing) if missing else None


class NoPrices:
    """QuarterPrices of a server that has none."""

    async def quarters(self, *_: object) -> dict[int, int]:
        return {}
