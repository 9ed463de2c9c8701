"""Values of MongoDB that Python has not: a date after 9999, text that is no UTF-8. Where nobody
asks for them they break nothing; in place of a value of ours they are none.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bson import DatetimeMS, DBRef, encode
from bson.errors import InvalidBSON
from bson.raw_bson import RawBSONDocument
from pymongo.collection import Collection

from tests.mongo.kit import PostingHome, home_card, posting_home
from tests.mongo.server import ReplicaSet
from tests.mongo.test_costs import OWN, Costs
from tests.store.builders import HOME, MAINS, T0, both
from wattledger.energy.errors import ReplicaRefused, ReplicaTaken
from wattledger.energy.netting import Netting
from wattledger.energy.power import MeterNow, MeterState
from wattledger.energy.spans import Span
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.replica_reader import Replica
from wattledger.mongo import live_power
from wattledger.mongo.connection import Address, translated
from wattledger.mongo.home_state_reader import MongoHomeStateReader

FAR = DatetimeMS(999_999_999_999_999)
LATIN = object()
"""A text in Latin-1, which the server takes as it is."""
STRANGERS = pytest.mark.parametrize(
    "value", [FAR, LATIN, DBRef("x", 1)], ids=["far", "latin", "ref"]
)


def change(documents: Collection[dict[str, Any]], field: str, value: object) -> None:
    """Of all of the collection; through bytes, since no driver writes such a text."""
    of_bytes = encode({field: "caf?" if value is LATIN else value}).replace(b"caf?", b"caf\xe9")
    documents.update_many({}, {"$set": RawBSONDocument(of_bytes)})


@pytest.fixture
async def home_(tmp_path: Path, address: Address) -> Any:
    """Three days that are posted; nobody posts any more."""
    async with posting_home(tmp_path / "books", address) as home:
        async with home.posting():
            await home.book(both(T0, 3 * 1_440))
            await home.maintain()
            await home.posted()
        yield home


@pytest.fixture
def documents(mongod: ReplicaSet, address: Address) -> Iterator[Any]:
    with mongod.client() as client:
        yield client[address.database]


@STRANGERS
async def test_a_field_that_nobody_knows_breaks_nothing(
    home_: PostingHome, documents: Any, value: object
) -> None:
    feed, home = MongoHomeStateReader(home_.database, "home"), home_card()
    await live_power.put(home_.database, "home", [])
    there = Replica(home_.books(), None, home_.clock)
    elsewhere = EnergyService(home_.site, None, home_.clock, lambda: HOME, there)
    before = await elsewhere.of_period("2026-03", None, None)
    change(documents.days, "x", value)
    change(documents.days, "quarter.x", value)
    change(documents.sites, "x", value)
    change(documents.live, "x", value)
    change(documents.writers, "x", value)
    assert (await elsewhere.of_period("2026-03", None, None)).parts == before.parts
    assert await feed.home() == home
    assert await feed.power(home) is not None
    await home_.writer.take()
    assert await home_.writer.keep()
    await home_.writer.put_home(home)
    await home_.writer.release()


@STRANGERS
async def test_a_day_whose_value_is_none_is_no_day(
    home_: PostingHome, documents: Any, value: object
) -> None:
    first = home_.site.calendar.ordinal_at(T0)
    for field in ("grid_minutes", "quarter.imported_dmwh"):
        before = documents.days.find_one({}, sort={"_id": 1})
        change(documents.days, field, value)
        assert await home_.books().days(first, first + 3, Netting.QUARTER) == [], field
        (sums,) = await home_.books().sum_days([first, first + 3], Netting.QUARTER)
        assert sums[0] == 0, field
        documents.days.replace_one({"_id": before["_id"]}, before)
        assert len(await home_.books().days(first, first + 3, Netting.QUARTER)) == 1


@STRANGERS
async def test_a_minute_whose_value_is_none_is_left_out(
    home_: PostingHome, documents: Any, value: object
) -> None:
    (one,) = documents.minutes.find({"meter.meter": MAINS}, {"_id": 0}).limit(1)
    hour = Span(T0, T0 + 3_600)
    series, records = (
        await home_.books().series([MAINS], hour),
        await home_.books().minutes([MAINS], hour),
    )
    for field in ("period_s", "imported_a_dmwh"):
        of_bytes = encode({**one, field: "caf?" if value is LATIN else value})
        documents.minutes.insert_one(RawBSONDocument(of_bytes.replace(b"caf?", b"caf\xe9")))
    of_stranger = {**one, "meter": {"site": "home", "meter": "caf?" if value is LATIN else value}}
    of_bytes = encode(of_stranger).replace(b"caf?", b"caf\xe9")
    documents.minutes.insert_one(RawBSONDocument(of_bytes))
    assert await home_.books().series([MAINS], hour) == series
    assert await home_.books().minutes([MAINS], hour) == records
    await home_.writer.take()
    assert MAINS in await home_.writer.tallies(hour)
    await home_.writer.release()


@STRANGERS
async def test_what_the_home_says_is_none_where_a_value_is(
    home_: PostingHome, documents: Any, value: object
) -> None:
    feed, home = MongoHomeStateReader(home_.database, "home"), home_card()
    for field in ("meters", "netting", "time_zone", "meters.0.since", "poll_interval_s"):
        change(documents.sites, field, value)
        with pytest.raises(ReplicaRefused, match="another version"):
            await feed.home()
        await home_.writer.put_home(home)
        assert await feed.home() == home
    await live_power.put(
        home_.database, "home", [MeterNow(home.site.meters[0], MeterState.OFFLINE, None, None)]
    )
    change(documents.live, "meters.0.age_s", value)
    power = await feed.power(home)
    assert power is not None
    assert power.meters[0].state is MeterState.OFFLINE
    change(documents.live, "at", value)
    with pytest.raises(ReplicaRefused, match="power"):
        await feed.power(home)


@STRANGERS
async def test_a_lease_whose_epoch_is_none_is_refused(
    home_: PostingHome, documents: Any, value: object
) -> None:
    change(documents.writers, "epoch", value)
    with pytest.raises(ReplicaRefused):
        await home_.writer.take()
    change(documents.writers, "epoch", 7)
    change(documents.writers, "copy", value)
    assert (await home_.writer.take()).epoch == 8
    await home_.writer.release()


async def test_a_lease_that_ends_when_none_of_ours_does_is_none(
    home_: PostingHome, documents: Any
) -> None:
    change(documents.writers, "owner", "another server")
    for ahead_ms in (1_000_000, 86_000_000):  # a node whose clock is off
        documents.writers.update_one({}, [{"$set": {"until": {"$add": ["$$NOW", ahead_ms]}}}])
        with pytest.raises(ReplicaTaken):
            await home_.writer.take()
    change(documents.writers, "until", FAR)
    assert await home_.writer.take()
    await home_.writer.release()


@STRANGERS
async def test_a_cost_whose_value_is_none_is_no_cost(
    home_: PostingHome, address: Address, documents: Any, value: object
) -> None:
    costs = Costs(home_, address)
    await costs.post()
    first = home_.site.calendar.ordinal_at(T0)
    days = range(first, first + 3)
    before = await costs.there.read(OWN, Netting.QUARTER, days)
    assert before
    change(documents.costs, "x", value)
    assert await costs.there.read(OWN, Netting.QUARTER, days) == before
    for field in ("exact", "seal"):
        change(documents.costs, field, value)
        assert await costs.there.read(OWN, Netting.QUARTER, days) == {}
        assert await costs.there.made_of(OWN, Netting.QUARTER, days) == {}


async def test_what_the_driver_cannot_read_is_refused() -> None:
    with pytest.raises(ReplicaRefused, match="can't be read"), translated(1.0):
        raise InvalidBSON("year 33658 is out of range")
