"""A database that was posted by the version before there were roles: by itself, and with its home's
store.
"""

from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from tests.fakes.clock import FastClock
from tests.house.before_roles import METERS, NOW, assert_answers_as_before, posted, store_at
from tests.mongo.house import serving, until_true
from tests.mongo.server import ReplicaSet
from wattledger.mongo.connection import Address
from wattledger.simulator.clock import SimClock

DAYS = ("sites", "days")


@pytest.fixture
def folder(tmp_path: Path, mongod: ReplicaSet, address: Address) -> Path:
    """With its store; what that had posted is in the database."""
    store_at(tmp_path / "books.sqlite")
    with mongod.client() as client:
        database = client[address.database]
        time_series = {"timeField": "t", "metaField": "meter", "granularity": "hours"}
        database.create_collection("minutes", timeseries=time_series)
        for name, documents in posted(tmp_path / "books.sqlite").items():
            database[name].insert_many(documents)
    return tmp_path


def documents_of(client: MongoClient[dict[str, Any]], address: Address) -> dict[str, Any]:
    return {name: list(client[address.database][name].find()) for name in DAYS}


async def test_a_server_elsewhere_answers_as_before(
    folder: Path, mongod: ReplicaSet, address: Address
) -> None:
    async with serving(address) as elsewhere:
        await until_true(elsewhere, "/health", lambda a: a["parts"][1]["ok"])
        await assert_answers_as_before(elsewhere, "mongodb", later=True)


async def test_the_home_itself_answers_as_before_and_posts_nothing_anew(
    folder: Path, mongod: ReplicaSet, address: Address
) -> None:
    clock = FastClock(SimClock(NOW, rate=0))
    with mongod.client() as client:
        before = documents_of(client, address)
        async with serving(address, clock, folder, meters=METERS) as home:
            await until_true(home, "/site", lambda a: a["mongodb"]["state"] == "up_to_date")
            await assert_answers_as_before(home, "mongodb")
        assert documents_of(client, address) == before
