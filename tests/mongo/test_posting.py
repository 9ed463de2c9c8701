"""Every booked minute stands in MongoDB once, to the unit, whatever happened in between."""

import random
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.mongo.kit import (
    EVER,
    METERS,
    SOON,
    posting_home,
    stored_documents,
    stored_records,
    until,
)
from tests.mongo.server import ReplicaSet
from tests.store.builders import MAINS, PLANT, T0, both, stretch
from wattledger.energy.booking_entry import Entry
from wattledger.energy.spans import Span
from wattledger.flow.replica_space_forecast import WARN_PCT
from wattledger.flow.replication_plan import LATE_BATCH, LATE_WAITS_S
from wattledger.flow.replication_state import replica_status
from wattledger.mongo.collections import finds_buckets_by_index, make_buckets_findable, prepare
from wattledger.mongo.connection import Address, connected
from wattledger.mongo.lease import RENEW_AFTER_S
from wattledger.store.store import Store


async def assert_same(store: Store, mongod: ReplicaSet, address: Address) -> list[dict[str, Any]]:
    """MongoDB has the store's records and no others, none twice."""
    with mongod.client() as client:
        documents = stored_documents(client, address.database)
    for meter in METERS:
        assert stored_records(documents, meter) == await store.books.minutes([meter], EVER)
    return documents


async def test_minutes_are_posted_as_they_are_booked(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    async with posting_home(tmp_path / "books", address) as home:
        async with home.posting():
            for minute in range(5):
                await home.book(both(T0 + 60 * minute, 1))
                await home.posted()
        documents = await assert_same(home.store, mongod, address)
        assert len(documents) == 10
        assert documents[0]["meter"]["site"] == "home"
        assert "_id" not in documents[0]


async def test_what_was_booked_before_enters_once(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    async with posting_home(tmp_path / "books", address) as home:
        await home.book(both(T0, 2_500))
        assert home.store.outbox.waiting() == {}
        async with home.posting():
            await home.posted()
        await assert_same(home.store, mongod, address)
    async with posting_home(tmp_path / "books", address) as home:
        assert sum(home.store.outbox.waiting().values()) <= 1_000
        home.clock.wall_s = T0 + 200_000
        async with home.posting():
            await home.posted()
        await assert_same(home.store, mongod, address)


async def test_an_acknowledgement_leaves_with_the_next_minutes_commit(
    tmp_path: Path, address: Address
) -> None:
    path = tmp_path / "books"
    async with posting_home(path, address) as home:
        async with home.posting():
            await home.book(both(T0, 1))
            await home.posted()
        assert len(home.acknowledged) == 2
        await home.book(both(T0 + 60, 1))
        assert not home.acknowledged
        assert home.store.outbox.waiting() == {MAINS: 1, PLANT: 1}
    async with posting_home(path, address) as home:
        assert home.store.outbox.waiting() == {MAINS: 1, PLANT: 1}


async def test_late_minutes_wait_for_a_batch_or_an_hour(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    async with posting_home(tmp_path / "books", address) as home:
        async with home.posting():
            await home.book(both(T0 + 86_400, 10))
            await home.posted()
            await home.book(stretch(MAINS, T0, LATE_BATCH - 1))
            await home.book(both(T0 + 90_000, 1))
            await until(lambda: home.store.outbox.waiting() == {MAINS: LATE_BATCH - 1})
            home.clock.advance(LATE_WAITS_S + 1)
            await home.book(both(T0 + 90_060, 1))
            await home.posted()
            await home.book(stretch(PLANT, T0, LATE_BATCH))
            await home.posted()
        await assert_same(home.store, mongod, address)


async def test_a_lost_acknowledgement_is_looked_up(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    """As after a power cut between MongoDB's answer and the next commit."""
    path = tmp_path / "books"
    async with posting_home(path, address) as home:
        await home.book(both(T0, 300))
        async with home.posting():
            await home.posted()
    async with posting_home(path, address) as home:
        await home.store.outbox.aim(None)
        home.clock.wall_s = T0 + 20_000
        async with home.posting():
            await home.posted()
        await assert_same(home.store, mongod, address)


@pytest.mark.parametrize(
    "trouble",
    [
        {"closeConnection": True},
        {"errorCode": 91},
        {"errorCode": 189},
        {"writeConcernError": {"code": 64, "errmsg": "waiting for replication timed out"}},
        {"errorCode": 10107},
    ],
)
async def test_an_insert_that_fails_is_neither_lost_nor_doubled(
    tmp_path: Path, mongod: ReplicaSet, address: Address, trouble: dict[str, object]
) -> None:
    async with posting_home(tmp_path / "books", address) as home, home.posting():
        await home.book(both(T0, 20))
        await home.posted()
        mongod.fail("insert", times=3, **trouble)
        await home.book(both(T0 + 1_200, 200))
        await until(lambda: home.replicator.state.last_error is not None)
        await home.posted()
        mongod.heal()
        await assert_same(home.store, mongod, address)


async def test_random_order_and_random_faults_to_the_unit(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    dice = random.Random(7)
    pieces: list[list[Entry]] = [
        stretch(meter, T0 + 3_600 * hour, 60, seed)
        for seed, meter in enumerate(METERS)
        for hour in range(20)
    ]
    dice.shuffle(pieces)
    async with posting_home(tmp_path / "books", address) as home, home.posting():
        for number, piece in enumerate(pieces):
            if number % 7 == 3:
                mongod.fail("insert", times=1, **dice.choice([{"closeConnection": True}]))
            await home.book(piece)
        home.clock.advance(LATE_WAITS_S)
        mongod.heal()
        await home.book(both(T0 + 100_020, 1))
        home.clock.advance(LATE_WAITS_S + 1)
        home.booked.ring()
        await home.posted()
        await assert_same(home.store, mongod, address)


async def test_a_full_cluster_stops_posting_and_nothing_else(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    """It is said, with the share in use, also after a start; once there is room it goes on."""
    path = tmp_path / "books"
    async with posting_home(path, address, SOON) as home, home.posting():
        await home.book(both(T0, 1))
        await home.posted()
        mongod.fail("insert", times=10_000, errorCode=8000)
        await home.book(both(T0 + 60, 1))
        await until(lambda: not home.replicator.state.ok)
        assert "space of the MongoDB cluster is used up" in home.replicator.state.words
        await home.book(both(T0 + 120, 1))
        assert len(await home.store.books.minutes([MAINS], EVER)) == 3
        assert len(await home.books().minutes([MAINS], EVER)) == 1
    async with posting_home(path, address, SOON) as home, home.posting():
        home.clock.wall_s = T0 + 300
        await until(lambda: home.replicator.state.usage is not None)
        status = replica_status(home.replicator.state, await home.store.books.booked())
        assert (status.ok, status.words) == (False, home.replicator.state.words)
        assert status.used_pct is not None
        assert status.years_left is not None
        mongod.heal()
        await home.posted()
        assert home.replicator.state.ok
        await assert_same(home.store, mongod, address)


async def test_much_of_the_space_in_use_is_said(tmp_path: Path, address: Address) -> None:
    """By what the database itself says it uses, of a space that is made small; it may say more
    once it has written down what was posted.
    """
    async with posting_home(tmp_path / "books", address) as home:
        await home.book(both(T0, 3_000))
        async with home.posting():
            await home.posted()
            used = await home.writer.usage()
            assert used.used_pct < 0.1
    quota_bytes = used.used_bytes // 2
    async with posting_home(tmp_path / "books", address, quota_bytes=quota_bytes) as home:
        async with home.posting():
            await until(lambda: "% of the space is used" in home.replicator.state.words)
        status = replica_status(home.replicator.state, await home.store.books.booked())
        assert status.used_pct is not None
        assert status.used_pct >= WARN_PCT
        assert f"; {status.used_pct:.0f} % of the space is used" in home.replicator.state.words
        assert status.years_left is not None
        assert status.years_left < 0.1


async def test_another_writer_waits_and_takes_over(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    async with (
        posting_home(tmp_path / "one", address) as one,
        posting_home(tmp_path / "two", address) as two,
    ):
        await one.book(both(T0, 100))
        await two.book(both(T0, 150))
        async with one.posting():
            await one.posted()
            async with two.posting():
                await until(lambda: not two.replicator.state.ok)
                assert "another server" in two.replicator.state.words
        async with two.posting():
            await two.posted()
        await assert_same(two.store, mongod, address)


async def test_slow_answers_are_not_waited_for_and_nothing_is_doubled(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    async with posting_home(tmp_path / "books", address, append_s=0.4) as home, home.posting():
        await home.book(both(T0, 20))
        await home.posted()
        mongod.fail("insert", times=2, blockConnection=True, blockTimeMS=1_000)
        await home.book(both(T0 + 1_200, 200))
        await until(lambda: home.replicator.state.last_error is not None)
        await home.posted()
        await assert_same(home.store, mongod, address)


async def test_a_lease_that_was_taken_over_is_noticed(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    async with posting_home(tmp_path / "books", address) as home, home.posting():
        await home.book(both(T0, 5))
        await home.posted()
        with mongod.client() as client:
            writers = client[address.database]["writers"]
            lease = writers.find_one_and_update(
                {"_id": "home"}, {"$set": {"owner": "other"}, "$inc": {"epoch": 1}}
            )
            assert lease is not None
            home.clock.advance(RENEW_AFTER_S)
            await home.book(both(T0 + 300, 5))
            await until(lambda: not home.replicator.state.ok)
            assert "another server" in home.replicator.state.words
            assert home.store.outbox.waiting() == {MAINS: 5, PLANT: 5}
            long_ago = datetime(2000, 1, 1, tzinfo=UTC)
            writers.update_one({"_id": "home"}, {"$set": {"until": long_ago}})
    async with posting_home(tmp_path / "books", address) as home:
        home.clock.wall_s = T0 + 900
        async with home.posting():
            await home.posted()
        await assert_same(home.store, mongod, address)


def test_the_driver_is_loaded_only_where_it_is_needed() -> None:
    program = (
        "import sys, wattledger.composition, wattledger.cli; sys.exit('pymongo' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


async def test_the_index_comes_with_a_second_home(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    with mongod.client() as client:
        minutes = client[address.database]["minutes"]
        async with posting_home(tmp_path / "one", address) as home, home.posting():
            await home.book(both(T0, 5))
            await home.posted()
            assert "meter.site_1_meter.meter_1_t_1" not in minutes.index_information()
        other = Address(address.uri, address.database, "cottage")
        async with posting_home(tmp_path / "two", other) as home, home.posting():
            await home.book(both(T0, 5))
            await home.posted()
            assert "meter.site_1_meter.meter_1_t_1" in minutes.index_information()
        assert len({str(one["meter"]) for one in minutes.find()}) == 4


async def test_what_a_new_store_fetches_that_the_copy_has_is_not_doubled(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    """A lost card: the meters' memory brings minutes again that the old store has posted."""
    async with posting_home(tmp_path / "old", address) as old, old.posting():
        await old.book(both(T0, 600))
        await old.posted()
    async with posting_home(tmp_path / "new", address) as new, new.posting():
        await until(lambda: new.replicator.state.words.startswith("up to date"))
        await new.book(both(T0 + 36_000, 1))
        await new.posted()
        await new.book(both(T0, 600))
        await new.posted()
        await new.book(both(T0 + 36_060, 1))
        await new.posted()
        documents = await assert_same(new.store, mongod, address)
    assert len(documents) == 2 * 602


@pytest.mark.parametrize("upgraded", [False, True])
async def test_a_collection_of_an_older_mongodb_gets_the_index_of_a_newer_one(
    mongod: ReplicaSet, address: Address, upgraded: bool
) -> None:
    """As if this MongoDB were of the version that looks for its buckets by it."""
    async with connected(address) as database:
        await prepare(database)
        if upgraded:
            await make_buckets_findable(database)
        await prepare(database)
        await prepare(database)
    with mongod.client() as client:
        indexes = client[address.database]["minutes"].index_information()
        newer = tuple(client.server_info()["versionArray"]) >= (6, 3)
    assert ("meter_1_t_1" in indexes) is (upgraded or newer)


def test_mongodb_looks_for_its_buckets_by_an_index_since_6_3() -> None:
    versions = ([6, 0, 19, 0], [6, 2, 9, 0], [6, 3, 0, 0], [7, 0, 1, 0])
    assert [finds_buckets_by_index(one) for one in versions] == [False, False, True, True]


@pytest.mark.parametrize("what", ["minutes", "everything", "lease"])
async def test_what_was_dropped_meanwhile_is_posted_anew(
    tmp_path: Path, mongod: ReplicaSet, address: Address, what: str
) -> None:
    """By somebody who said to leave nothing; questions are answered from here meanwhile."""
    async with posting_home(tmp_path / "books", address) as home, home.posting():
        await home.book(both(T0, 600))
        await home.maintain()
        await home.posted()
        drop(mongod, address, what)
        home.clock.advance(RENEW_AFTER_S)
        await home.book(both(T0 + 36_000, 10))
        await until(lambda: home.replicator.state.last_error is not None)
        assert "removed" in str(home.replicator.state.last_error)
        await home.posted()
        await until(lambda: home.replicator.state.ok)
        await home.posted()
        await assert_same(home.store, mongod, address)
        with mongod.client() as client:
            (found,) = client[address.database].list_collections(filter={"name": "minutes"})
        assert found["type"] == "timeseries"


async def test_minutes_dropped_while_the_server_was_stopped_are_posted_anew(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    async with posting_home(tmp_path / "books", address) as home:
        await home.book(both(T0, 600))
        async with home.posting():
            await home.posted()
        drop(mongod, address, "minutes")
        async with home.posting():
            await until(lambda: home.replicator.state.state == "posting")
            await home.posted()
        documents = await assert_same(home.store, mongod, address)
        assert len(documents) == 1_200


async def test_a_plain_collection_in_their_place_answers_nothing(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    async with posting_home(tmp_path / "books", address, SOON) as home, home.posting():
        await home.book(both(T0, 600))
        await home.posted()
        assert not await home.store.outbox.holds(Span(T0, T0 + 60))
        drop(mongod, address, "minutes")
        with mongod.client() as client:
            client[address.database]["minutes"].insert_one({"a": 1})
        home.booked.ring()
        await until(lambda: "no time series" in home.replicator.state.words)
        assert await home.store.outbox.holds(Span(T0, T0 + 60))
        drop(mongod, address, "minutes")
        await home.posted()
        await assert_same(home.store, mongod, address)


def drop(mongod: ReplicaSet, address: Address, what: str) -> None:
    with mongod.client() as client:
        if what == "everything":
            client.drop_database(address.database)
        else:
            client[address.database]["writers" if what == "lease" else "minutes"].drop()
