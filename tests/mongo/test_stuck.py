"""A driver that holds on to what a cluster once was: another client is made, and it is said."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pymongo
import pytest

from tests.fakes.clock import ManualClock
from tests.mongo.conftest import _needs_mongod
from tests.mongo.kit import posting_home, until
from tests.mongo.server import Mongod, ReplicaSet
from tests.store.builders import T0, both
from wattledger.energy.errors import ReplicaRefused, ReplicaUnreachable
from wattledger.mongo.connection import STUCK_S, Address, Database


@pytest.fixture
def lonely(tmp_path: Path) -> Iterator[Mongod]:
    """One that waits for rs.initiate()."""
    _needs_mongod()
    server = Mongod(tmp_path / "node0", "rs1")
    try:
        server.start()
        yield server
    finally:
        server.kill()


def initiate(server: Mongod) -> None:
    uri = f"mongodb://{server.address}/?directConnection=true"
    with pymongo.MongoClient[dict[str, object]](uri) as client:
        member = {"_id": 0, "host": server.address}
        client.admin.command("replSetInitiate", {"_id": "rs1", "members": [member]})


async def test_a_server_that_is_met_before_it_is_a_replica_set(
    tmp_path: Path, lonely: Mongod
) -> None:
    uri = f"mongodb://{lonely.address}/?directConnection=true&serverSelectionTimeoutMS=500"
    address = Address(uri, "wattledger", "home")
    async with posting_home(tmp_path / "books", address) as home:
        await home.book(both(T0, 10))
        async with home.posting():
            await until(lambda: "rs.initiate()" in home.replicator.state.words, 60)
            assert "DNS" not in str(home.replicator.state)
            await asyncio.to_thread(initiate, lonely)
            await until(home.is_posted, 60)


async def test_another_client_is_made_where_one_does_not_come_right() -> None:
    clock = ManualClock(0.0)
    database = Database(Address("mongodb://127.0.0.1:1/", "wattledger", "home"), clock)
    first = database.client
    for after_s, is_new in ((0, False), (STUCK_S - 1, False), (1, True), (1, False)):
        before = database.client
        clock.advance(after_s)
        with pytest.raises(ReplicaUnreachable):
            async with database.trying():
                raise ReplicaUnreachable("no answer")
        assert (database.client is not before) is is_new
    clock.advance(STUCK_S)
    before = database.client
    async with database.trying():
        assert database.client is not before
    clock.advance(STUCK_S)
    before = database.client
    async with database.trying():
        assert database.client is before
    assert first is not before
    await database.close()


def test_a_file_that_is_not_there_is_named_as_that() -> None:
    uri = "mongodb://127.0.0.1:1/?tls=true&tlsCAFile=/nowhere/at/all.pem"
    with pytest.raises(ReplicaRefused, match="tlsCAFile"):
        Database(Address(uri, "wattledger", "home"))


async def test_a_server_that_is_a_secondary_is_named_as_that(
    tmp_path: Path, trio: ReplicaSet
) -> None:
    primary = await asyncio.to_thread(trio.wait_for_primary)
    other = next(member for member in trio.members if member is not primary)
    uri = f"mongodb://{other.address}/?directConnection=true&serverSelectionTimeoutMS=500"
    async with posting_home(tmp_path / "books", Address(uri, "wattledger", "home")) as home:
        await home.book(both(T0, 10))
        async with home.posting():
            await until(lambda: "not the primary" in home.replicator.state.words, 60)
