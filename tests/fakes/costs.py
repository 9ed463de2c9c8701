"""The copy's costs of days in memory."""

from collections.abc import Sequence

from wattledger.energy.day_cost import DayCost
from wattledger.energy.errors import ReplicaError
from wattledger.energy.netting import Netting
from wattledger.energy.tariff_text import TariffText
from wattledger.flow.replica_ports import PostedCost


class MemoryCosts:
    """CopyOfCosts; `puts` are the days of each call, `failure` is raised by every one."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, Netting, int], tuple[str, PostedCost]] = {}
        self.puts: list[list[int]] = []
        self.failure: ReplicaError | None = None

    async def made_of(self, table: TariffText, netting: Netting, days: range) -> dict[int, str]:
        return {day: one.made_of for day, one in self._found(table, netting, days).items()}

    async def put(self, table: TariffText, netting: Netting, days: Sequence[PostedCost]) -> None:
        self.puts.append([day.ordinal for day in days])
        for day in days:
            self.kept[table.name, netting, day.ordinal] = (table.signature, day)

    async def read(self, table: TariffText, netting: Netting, days: range) -> dict[int, DayCost]:
        return {day: one.cost for day, one in self._found(table, netting, days).items()}

    def _found(self, table: TariffText, netting: Netting, days: range) -> dict[int, PostedCost]:
        if self.failure:
            raise self.failure
        return {
            day: one
            for (name, by, day), (signature, one) in self.kept.items()
            if day in days and (name, signature, by) == (table.name, table.signature, netting)
        }
