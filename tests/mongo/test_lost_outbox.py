"""What waits to be posted is damaged, or is gone from the file: all the same it is posted, once."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.mongo.kit import EVER, METERS, PostingHome, posting_home
from tests.mongo.server import ReplicaSet
from tests.mongo.test_losses import Asked
from tests.mongo.test_posting import assert_same
from tests.store.builders import T0, both, home_store
from tests.store.harm import PAGE, change, flip_a_bit, overwrite, pages_of
from tests.variant import apart_from
from wattledger.energy.spans import Span
from wattledger.mongo.connection import Address

TABLES = ("outbox", "outbox_days")
DAYS = 2
"""That are posted; so many again wait."""


def lose_some(path: Path) -> None:
    change(path, "DELETE FROM outbox WHERE (key >> 8) % 7 = 3")
    change(path, "DELETE FROM outbox_days WHERE ordinal % 2")


def lose_all(path: Path) -> None:
    for table in TABLES:
        change(path, f"DELETE FROM {table}")


def lose_those_of_a_meter(path: Path) -> None:
    change(path, "DELETE FROM outbox WHERE key & 255 = (SELECT max(number) FROM meters)")


def move_some(path: Path) -> None:
    """To keys of minutes that were posted, and to some of which there is no minute."""
    change(path, f"UPDATE OR REPLACE outbox SET key = key - {1440 << 9} WHERE (key >> 8) % 5 = 1")
    change(path, "UPDATE OR REPLACE outbox SET key = key + (1 << 30) WHERE (key >> 8) % 11 = 1")
    change(path, "UPDATE OR REPLACE outbox_days SET ordinal = ordinal + 4096")


def flip_bits(path: Path) -> None:
    chance = random.Random(17)
    for _ in range(60):
        flip_a_bit(path, pages_of_both(path), chance)


def wipe_pages(path: Path) -> None:
    for page in pages_of_both(path)[1:]:
        overwrite(path, page, b"\0" * PAGE)


def pages_of_both(path: Path) -> list[int]:
    return pages_of(path, *TABLES)


HARMS = (lose_some, lose_all, lose_those_of_a_meter, move_some, flip_bits, wipe_pages)


async def prepared(home: PostingHome) -> None:
    """Half of it is posted, the other half waits."""
    async with home.posting():
        await home.book(both(T0, DAYS * 1_440))
        await home.maintain()
        await home.posted()
    await home.book(both(T0 + DAYS * 86_400, DAYS * 1_440))
    await home.maintain()
    assert sum(home.store.outbox.waiting().values()) == 2 * DAYS * 1_440
    assert await home.store.outbox.days(1)


async def all_is_there(home: PostingHome, mongod: ReplicaSet, address: Address) -> None:
    """Sooner or later, in MongoDB's own words and in the answers of a server elsewhere."""
    async with asyncio.timeout(300):
        while not await is_same(home, mongod, address):
            home.booked.ring()
            await asyncio.sleep(0.05)
    await assert_same(home.store, mongod, address)
    await home.posted()
    await Asked(home).is_the_same_elsewhere()


async def is_same(home: PostingHome, mongod: ReplicaSet, address: Address) -> bool:
    with mongod.client() as client:
        stored = client[address.database]["minutes"].count_documents({})
    booked = [len(await home.store.books.minutes([meter], EVER)) for meter in METERS]
    span = Span(T0, T0 + 2 * DAYS * 86_400)
    return stored == sum(booked) and home.replica_check.confirms(span)


@pytest.mark.parametrize(
    "harm", apart_from(HARMS, HARMS[::3]), ids=lambda harm: harm.__name__.replace("_", " ")
)
async def test_what_was_to_be_posted_is_posted_after_a_start(
    tmp_path: Path, mongod: ReplicaSet, address: Address, harm: Callable[[Path], None]
) -> None:
    path = tmp_path / "books"
    async with posting_home(path, address) as home:
        await prepared(home)
        now = home.clock.wall_s
    async with home_store(path):
        pass  # its log is in the file
    await asyncio.to_thread(harm, path)
    async with posting_home(path, address) as home:
        home.clock.wall_s = now
        async with home.posting():
            await all_is_there(home, mongod, address)


@pytest.mark.parametrize(
    "harm", apart_from(HARMS[:4], HARMS[:1]), ids=lambda harm: harm.__name__.replace("_", " ")
)
async def test_late_minutes_that_are_lost_while_they_wait_are_found(
    tmp_path: Path, mongod: ReplicaSet, address: Address, harm: Callable[[Path], None]
) -> None:
    """By whoever asks at once, and at night where nobody does."""
    path = tmp_path / "books"
    async with posting_home(path, address) as home, home.posting():
        await home.book(both(T0, 600))
        await home.book(both(T0 + 720 * 60, 2 * DAYS * 1_440 - 720))
        await home.maintain()
        await all_is_there(home, mongod, address)
        await home.book(both(T0 + 640 * 60, 50))
        assert home.store.outbox.waiting()
        await asyncio.to_thread(harm, path)
        await Asked(home).is_never_worse()
        home.clock.advance(86_400)
        await all_is_there(home, mongod, address)
