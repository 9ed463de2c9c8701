"""MongoDB or the store put back to an earlier state: nothing is lost, and nothing doubled."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.mongo.conftest import started
from tests.mongo.kit import PostingHome, posting_home, until
from tests.mongo.server import ReplicaSet
from tests.mongo.test_posting import assert_same
from tests.store.builders import T0, both, calendar
from tests.variant import variant
from wattledger.energy.netting import Netting
from wattledger.mongo.connection import Address
from wattledger.store.backup import back_up
from wattledger.store.restore import put_back as put_back_store

SNAPSHOT = "snapshot"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@asynccontextmanager
async def stopped(server: ReplicaSet) -> AsyncIterator[None]:
    (member,) = server.members
    await asyncio.to_thread(member.stop)
    yield
    await asyncio.to_thread(member.start)
    await asyncio.to_thread(server.wait_for_primary)


async def take_snapshot(server: ReplicaSet, folder: Path) -> None:
    async with stopped(server):
        await asyncio.to_thread(shutil.copytree, folder / "node0", folder / SNAPSHOT)


async def put_back(server: ReplicaSet, folder: Path) -> None:
    async with stopped(server):
        await asyncio.to_thread(shutil.rmtree, folder / "node0")
        await asyncio.to_thread(shutil.copytree, folder / SNAPSHOT, folder / "node0")


async def book(home: PostingHome, first: int, minutes: int, *, later_s: float = 60) -> None:
    """At the pace of life: the lease is renewed between two minutes, or has just been."""
    home.clock.advance(later_s)
    await home.book(both(T0 + 60 * first, minutes))
    await home.maintain()


async def assert_all_there(
    home: PostingHome, server: ReplicaSet, address: Address
) -> list[dict[str, Any]]:
    """Each minute once, and each day as the store has it."""
    first = calendar().day_of(T0).toordinal()
    for netting in Netting:
        here = await home.store.books.days(first, first + 3, netting)
        assert here
        assert await home.books().days(first, first + 3, netting) == here
    return await assert_same(home.store, server, address)


async def test_what_came_after_a_backup_of_the_store_is_not_doubled(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    """An older store has been put back: the meters bring again what it had posted since."""
    path = tmp_path / "books"
    async with posting_home(path, address) as home, home.posting():
        await book(home, 0, 600)
        await home.posted()
        back_up(path, tmp_path / "backup", lambda _: None)
        await book(home, 600, 300)
        await home.posted()
    put_back_store(tmp_path / "backup", path, lambda _: None)
    async with posting_home(path, address) as home, home.posting():
        await until(lambda: home.replicator.state.words.startswith("up to date"))
        await book(home, 900, 1)
        await home.posted()
        await book(home, 600, 300)
        await home.posted()
        assert len(await assert_same(home.store, mongod, address)) == 2 * 901


@pytest.mark.parametrize(
    ("running", "later_s"),
    [variant(True, 60), variant(True, 1), (False, 1)],
    ids=["the server runs", "its lease has just been renewed", "the server is off"],
)
async def test_what_it_had_since_is_posted_again(
    tmp_path: Path, running: bool, later_s: float
) -> None:
    folder = tmp_path / "mongod"
    with started(folder, 1) as server:
        address = Address(server.uri, "wattledger", "home")
        async with posting_home(tmp_path / "books", address) as home:
            async with home.posting():
                await book(home, 600, 600)
                await home.posted()
                await take_snapshot(server, folder)
                await book(home, 1_200, 900)
                await book(home, 0, 100)  # late ones among them
                await home.posted()
                if running:
                    await put_back(server, folder)
                    await book(home, 2_100, 1, later_s=later_s)
                    await until(lambda: "earlier state" in str(home.replicator.state.last_error))
                    await home.posted()
            if not running:
                await put_back(server, folder)
                async with home.posting():
                    await book(home, 2_100, 1)
                    await until(lambda: "earlier state" in str(home.replicator.state.last_error))
                    await home.posted()
            documents = await assert_all_there(home, server, address)
            assert len(documents) == 2 * 1_601
            async with home.posting():  # and no more than once
                await home.posted()
                await book(home, 2_101, 1)
                await home.posted()
            assert len(await assert_all_there(home, server, address)) == 2 * 1_602


async def test_late_minutes_that_it_had_since_are_posted_again(tmp_path: Path) -> None:
    """Its newest minute is as it was, and the server was off meanwhile: the lease's epoch tells."""
    folder = tmp_path / "mongod"
    with started(folder, 1) as server:
        address = Address(server.uri, "wattledger", "home")
        async with posting_home(tmp_path / "books", address) as home:
            async with home.posting():
                await book(home, 600, 600)
                await home.posted()
                await take_snapshot(server, folder)
                await book(home, 0, 100)
                await home.posted()
            await put_back(server, folder)
        with server.client() as client:  # the lease of before, which has run out meanwhile
            client[address.database]["writers"].update_one({}, {"$set": {"until": LONG_AGO}})
        async with posting_home(tmp_path / "books", address) as home, home.posting():
            await book(home, 1_200, 1)
            await until(lambda: "earlier state" in str(home.replicator.state.last_error))
            await home.posted()
            assert len(await assert_same(home.store, server, address)) == 2 * 701
