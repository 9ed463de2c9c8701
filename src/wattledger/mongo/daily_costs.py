"""The costs of days: one document a local day, netting and table, exact, beside what a person can
read.

Each tells the signature of its table and what it was computed from; one of another table, of
another netting, or that is not whole counts for nothing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import ReplaceOne

from wattledger.energy.cost_result import in_currency
from wattledger.energy.day_cost import DayCost
from wattledger.energy.day_cost_text import cost_from, text_of
from wattledger.energy.money import Exact
from wattledger.energy.netting import Netting
from wattledger.energy.tariff_text import TariffText
from wattledger.flow.replica_ports import PostedCost
from wattledger.mongo.collections import COSTS
from wattledger.mongo.connection import READ_S, WRITE_S, Database, Document, translated
from wattledger.mongo.documents import FORMAT, day_ordinal, day_text, is_newer


class MongoCosts:
    """CopyOfCosts of one home on one database."""

    def __init__(self, database: Database, site_id: str, time_zone: str) -> None:
        self._database = database
        self._site_id = site_id
        self._time_zone = time_zone

    async def made_of(self, table: TariffText, netting: Netting, days: range) -> dict[int, str]:
        columns = {"made_of": 1, "exact": 1, "seal": 1, "format": 1}
        found = await self._found(table, netting, days, columns)
        return {
            ordinal: str(one.get("made_of")) for ordinal, one in found.items() if _is_whole(one)
        }

    async def put(self, table: TariffText, netting: Netting, days: Sequence[PostedCost]) -> None:
        documents = [self._document(table, netting, day) for day in days]
        requests = [ReplaceOne({"_id": one["_id"]}, one, upsert=True) for one in documents]
        with translated(WRITE_S):
            await self._database[COSTS].bulk_write(requests, ordered=False)

    async def read(self, table: TariffText, netting: Netting, days: range) -> dict[int, DayCost]:
        columns = {"exact": 1, "seal": 1, "format": 1}
        costs: dict[int, DayCost] = {}
        for ordinal, one in (await self._found(table, netting, days, columns)).items():
            cost = _cost(one)
            if cost is not None:
                costs[ordinal] = cost
        return costs

    async def _found(
        self, table: TariffText, netting: Netting, days: range, columns: Mapping[str, int]
    ) -> dict[int, Document]:
        match = {
            "_id": {
                "$gte": self._id(table, netting, days.start),
                "$lt": self._id(table, netting, days.stop),
            },
            "signature": table.signature,
            "netting": netting.value,
            "time_zone": self._time_zone,
        }
        with translated(READ_S):
            found = await self._database[COSTS].find(match, columns).to_list()
        days_of = ((self._ordinal(table, netting, one), one) for one in found)
        return {ordinal: one for ordinal, one in days_of if ordinal in days}

    def _id(self, table: TariffText, netting: Netting, ordinal: int) -> dict[str, str]:
        """Sorts by site, by table, by netting, then by day."""
        return {
            "site": self._site_id,
            "tariff": table.name,
            "netting": netting.value,
            "day": day_text(ordinal),
        }

    def _ordinal(self, table: TariffText, netting: Netting, document: Document) -> int:
        """0 for what others have put between two of our keys."""
        try:
            ordinal = day_ordinal(document["_id"]["day"])
        except (TypeError, ValueError):
            return 0
        return ordinal if document["_id"] == self._id(table, netting, ordinal) else 0

    def _document(self, table: TariffText, netting: Netting, day: PostedCost) -> dict[str, Any]:
        costs, exact = day.cost.costs, text_of(day.cost)
        return {
            "_id": self._id(table, netting, day.ordinal),
            "format": FORMAT,
            "time_zone": self._time_zone,
            "netting": netting.value,
            "signature": table.signature,
            "made_of": day.made_of,
            "import_cost": _amount(costs.import_e19),
            "export_earned": _amount(costs.export_e19),
            "saved_by_own_use": _amount(costs.saved_e19),
            "exact": exact,
            "seal": _seal(exact),
        }


def _amount(amount_e19: Exact | None) -> float | None:
    """For whoever looks at it there; what counts is exact."""
    amount = in_currency(amount_e19)
    return None if amount is None else float(amount)


def _seal(exact: str) -> str:
    return hashlib.sha256(exact.encode()).hexdigest()[:32]


def _is_whole(document: Document) -> bool:
    exact = document.get("exact")
    is_ours = isinstance(exact, str) and _seal(exact) == document.get("seal")
    return is_ours and not is_newer(document)


def _cost(document: Document) -> DayCost | None:
    if not _is_whole(document):
        return None
    try:
        return cost_from(document["exact"])
    except ValueError:
        return None
