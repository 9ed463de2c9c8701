"""The port of costs: what answers are made of, in the home and elsewhere."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from wattledger.energy.books_snapshot import BooksSnapshot
from wattledger.energy.cost_result import CostPart
from wattledger.energy.day_cost import DayCost
from wattledger.energy.energy_query import EnergyQuery
from wattledger.energy.netting import Netting
from wattledger.energy.tariff import Tariff


class Parts(NamedTuple):
    """Buckets inside a day; `why_unknown` says in words why nothing is known of them."""

    parts: Sequence[CostPart]
    why_unknown: str | None = None


class Runs(NamedTuple):
    """What runs of days came to, each without rows; `why_unknown` as that of `CostBooks`."""

    sums: Sequence[DayCost]
    why_unknown: str | None = None


class CostBooks(Protocol):
    """Costs of days and of what is inside them. Raises StoreBusy, ReplicaUnreachable."""

    async def home(self) -> BooksSnapshot: ...

    async def of_days(
        self, home: BooksSnapshot, days: range, netting: Netting, tariff: Tariff
    ) -> Mapping[int, DayCost]:
        """Of the local days (by ordinals) that have a record and are known here."""
        ...

    async def of_runs(
        self, home: BooksSnapshot, runs: Sequence[range], netting: Netting, tariff: Tariff
    ) -> Runs:
        """Of several runs of local days, in their order."""
        ...

    async def inside_days(self, home: BooksSnapshot, query: EnergyQuery, tariff: Tariff) -> Parts:
        """Of each bucket of a question by minute, quarter or hour."""
        ...

    def why_unknown(
        self, home: BooksSnapshot, days: range, known: Mapping[int, DayCost]
    ) -> str | None:
        """In words, where days that should be known are not."""
        ...
