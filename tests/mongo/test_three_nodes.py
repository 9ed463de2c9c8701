"""A replica set of three: the primary killed in mid-write, or cut off: nothing lost or doubled."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.mongo.kit import (
    EVER,
    METERS,
    PostingHome,
    posting_home,
    stored_documents,
    stored_records,
)
from tests.mongo.server import Mongod, ReplicaSet
from tests.store.builders import MAINS, T0, both
from wattledger.mongo.connection import Address


@pytest.fixture
def three(trio: ReplicaSet) -> Iterator[Address]:
    """An empty database on all three; they all run again afterwards."""
    name = f"wattledger_{uuid4().hex[:12]}"
    yield Address(trio.uri, name, "home")
    trio.mend()
    with trio.client() as client:
        client.drop_database(name)


async def assert_same(home: PostingHome, trio: ReplicaSet, address: Address) -> None:
    with trio.client() as client:
        documents = stored_documents(client, address.database)
    for meter in METERS:
        assert stored_records(documents, meter) == await home.store.books.minutes([meter], EVER)


async def test_primary_killed_in_mid_write(
    tmp_path: Path, trio: ReplicaSet, three: Address
) -> None:
    """The two others elect a new one, and go on; later the old one comes back."""
    async with posting_home(tmp_path / "books", three) as home:
        await home.book(both(T0, 8_000))
        primary = trio.wait_for_primary()
        async with home.posting():
            async with asyncio.timeout(300):
                while sum(home.store.outbox.waiting().values()) not in range(1, 14_000):
                    await asyncio.sleep(0.001)
            primary.kill()
            await home.posted(120)
            assert trio.wait_for_primary() is not primary
        await assert_same(home, trio, three)
        await asyncio.to_thread(primary.start)
        async with home.posting():
            await home.book(both(T0 + 480_000, 50))
            await home.posted(30)
        await assert_same(home, trio, three)


async def test_primary_steps_down_in_mid_write(
    tmp_path: Path, trio: ReplicaSet, three: Address
) -> None:
    async with posting_home(tmp_path / "books", three) as home:
        await home.book(both(T0, 6_000))
        async with home.posting():
            async with asyncio.timeout(300):
                while sum(home.store.outbox.waiting().values()) not in range(1, 10_000):
                    await asyncio.sleep(0.001)
            await asyncio.to_thread(step_down, trio)
            await home.posted(120)
        await assert_same(home, trio, three)


def step_down(trio: ReplicaSet) -> None:
    trio.wait_for_primary()
    with trio.client() as client:
        client.admin.command({"replSetStepDown": 5, "secondaryCatchUpPeriodSecs": 2})


async def test_primary_cut_off_with_a_batch_under_way(
    tmp_path: Path, trio: ReplicaSet, three: Address
) -> None:
    """Frozen, it answers nothing; what it took without the others is rolled back when it thaws."""
    async with posting_home(tmp_path / "books", three, append_s=3.0) as home:
        await home.book(both(T0, 4_000))
        primary = trio.wait_for_primary()
        async with home.posting():
            async with asyncio.timeout(300):
                while sum(home.store.outbox.waiting().values()) not in range(1, 7_000):
                    await asyncio.sleep(0.001)
            primary.freeze()
            try:
                await home.posted(120)
            finally:
                primary.thaw()
        await settled(trio)
        await assert_same(home, trio, three)


async def settled(trio: ReplicaSet) -> None:
    await asyncio.sleep(1.0)
    await asyncio.to_thread(trio.wait_for_primary)


async def test_no_majority_means_waiting(tmp_path: Path, trio: ReplicaSet, three: Address) -> None:
    """With one of three left nothing is acknowledged, and nothing is lost when they come back."""
    async with posting_home(tmp_path / "books", three) as home, home.posting():
        await home.book(both(T0, 100))
        await home.posted()
        primary = trio.wait_for_primary()
        others: list[Mongod] = [member for member in trio.members if member is not primary]
        for member in others:
            await asyncio.to_thread(member.kill)
        await home.book(both(T0 + 6_000, 100))
        await asyncio.sleep(2.0)
        assert home.store.outbox.waiting()[MAINS] == 100
        for member in others:
            await asyncio.to_thread(member.start)
        await home.posted(120)
        await assert_same(home, trio, three)
