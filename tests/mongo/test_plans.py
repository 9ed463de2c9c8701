"""No question scans everything: MongoDB's own explanation of each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.mongo.kit import posting_home
from tests.mongo.server import ReplicaSet
from tests.store.builders import MAINS, PLANT, T0, both
from wattledger.energy.home_quantities import Roles
from wattledger.energy.netting import Netting
from wattledger.energy.record import EARLIEST_S, LATEST_S
from wattledger.energy.spans import Span
from wattledger.mongo.books import columns_pipeline
from wattledger.mongo.connection import Address
from wattledger.mongo.daily_rollups import DaysOf, sums_pipeline
from wattledger.mongo.document_validation import perhaps_day
from wattledger.mongo.documents import DayFields, bound, day_id
from wattledger.mongo.record_bounds import pipeline as outermost

DAY = Span(T0, T0 + 86_400)
ONE = {"meter.site": "home", "meter.meter": MAINS}
AGGREGATES: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "a day's minutes": (
        "minutes",
        columns_pipeline("home", [MAINS, PLANT], DAY, {"x": {"$push": "$imported_a_dmwh"}}),
    ),
    "up to the end of time": (
        "minutes",
        columns_pipeline("home", [MAINS], Span(T0, LATEST_S), {"x": {"$push": "$imported_a_dmwh"}}),
    ),
    "first": (
        "minutes",
        list(outermost({**ONE, "t": {"$gte": bound(EARLIEST_S), "$lt": bound(LATEST_S)}}, 1)),
    ),
    "newest": ("minutes", list(outermost({**ONE, "t": {"$gte": bound(T0)}}, -1))),
    "years": (
        "days",
        sums_pipeline(
            DaysOf("home", "Europe/Helsinki", DayFields(Roles())),
            [738_886, 739_252],
            Netting.QUARTER,
            perhaps_day(DayFields(Roles()), Netting.QUARTER),
        ),
    ),
    "spans of other lengths": (
        "days",
        sums_pipeline(
            DaysOf("home", "Europe/Helsinki", DayFields(Roles())),
            [700_000, 740_000],
            Netting.QUARTER,
            perhaps_day(DayFields(Roles()), Netting.QUARTER),
        ),
    ),
}


def stages(explained: object) -> Iterator[str]:
    """Every stage's name, wherever the server's version puts it."""
    if isinstance(explained, dict):
        if isinstance(explained.get("stage"), str):
            yield explained["stage"]
        for value in explained.values():
            yield from stages(value)
    elif isinstance(explained, list):
        for value in explained:
            yield from stages(value)


@pytest.mark.parametrize("name", AGGREGATES)
async def test_goes_by_an_index(
    tmp_path: Path, mongod: ReplicaSet, address: Address, name: str
) -> None:
    async with posting_home(tmp_path / "books", address) as home, home.posting():
        await home.book(both(T0, 3_000))
        await home.maintain()
        await home.posted()
    collection, pipeline = AGGREGATES[name]
    with mongod.client() as client:
        command = {"aggregate": collection, "pipeline": pipeline, "cursor": {}}
        found = set(stages(client[address.database].command("explain", command)))
    assert found & {"IXSCAN", "CLUSTERED_IXSCAN", "EXPRESS_IXSCAN"}
    assert "COLLSCAN" not in found


async def test_days_go_by_their_key(mongod: ReplicaSet, address: Address) -> None:
    span = {"$gte": day_id("home", 700_000), "$lt": day_id("home", 740_000)}
    with mongod.client() as client:
        database = client[address.database]
        database["days"].insert_one({"_id": day_id("home", 739_000), "time_zone": "UTC"})
        command = {"find": "days", "filter": {"_id": span}, "sort": {"_id": 1}}
        found = set(stages(database.command("explain", command)))
    assert found & {"IXSCAN", "EXPRESS_IXSCAN"}
    assert "COLLSCAN" not in found
