"""What a server without meters hears of a home: the same tests for MongoDB and for the fake in
memory with which flow is tested.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import NamedTuple

import pytest

from tests.fakes.clock import ManualClock
from tests.fakes.copy import MemoryCopy
from tests.mongo.kit import LABELS, home_card
from tests.mongo.server import ReplicaSet
from tests.store.builders import HOME, MAINS, PLANT, T0
from wattledger.energy.meter import MeterIdentity, MeterLabel, Role
from wattledger.energy.power import MeterNow, MeterState
from wattledger.energy.power_reading import PhaseReading, PowerReading
from wattledger.flow.replica_ports import HomeStateReader, ReplicaWriter, SiteManifest
from wattledger.mongo.connection import Address, connected
from wattledger.mongo.home_state_reader import MongoHomeStateReader
from wattledger.mongo.writer import MongoWriter

CARD = home_card()
IDENTITY = MeterIdentity(MAINS, "SPEM-003CEBEU", "1.6.1", "triphase", None)
PHASE = PhaseReading(100.0, 110.5, 231.2, 0.5, 0.9, 50.0)
OFFLINE = MeterNow(LABELS[1], MeterState.OFFLINE, None, None)


class Copy(NamedTuple):
    """The home's end of it, and the end of a server elsewhere."""

    home: ReplicaWriter
    feed: HomeStateReader


@pytest.fixture(params=["mongodb", "memory"])
async def copy(request: pytest.FixtureRequest) -> AsyncIterator[Copy]:
    if request.param == "memory":
        memory = MemoryCopy()
        yield Copy(memory, memory)
        return
    address: Address = request.getfixturevalue("address")
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(connected(address))
        writer = MongoWriter(database, address.site_id, "Europe/Helsinki", ManualClock(T0))
        yield Copy(writer, MongoHomeStateReader(database, address.site_id))


def mains(power_w: float | None) -> MeterNow:
    reading = PowerReading(MAINS, T0, 0.0, power_w, (PHASE,) * 3, errors=("ct_type_not_set",))
    return MeterNow(LABELS[0], MeterState.LIVE, 0.5, reading)


async def test_of_a_home_that_never_posted_nothing_is_heard(copy: Copy) -> None:
    assert await copy.feed.home() is None
    assert await copy.feed.power(CARD) is None


async def test_the_home_s_last_word_is_heard_as_it_was_said(copy: Copy) -> None:
    later = SiteManifest(CARD.site, HOME, {MAINS: IDENTITY}, {"mains": MAINS, "solar": PLANT})
    for manifest in (CARD, later):
        await copy.home.put_home(manifest)
        assert await copy.feed.home() == manifest


async def test_the_last_power_is_heard_with_its_age(copy: Copy) -> None:
    for power_w in (300.0, None):
        await copy.home.put_power([mains(power_w), OFFLINE])
        heard = await copy.feed.power(CARD)
        assert heard is not None
        assert 0 <= heard.age_s < 3_600
        assert heard.meters == (mains(power_w), OFFLINE)


async def test_of_a_home_that_measures_more_an_older_server_hears_nothing(
    address: Address, mongod: ReplicaSet
) -> None:
    """It would take mains and plant for all, and add them up."""
    battery = MeterLabel.of("battery", Role.BATTERY)
    manifest = replace(CARD, site=replace(CARD.site, meters=(*LABELS, battery)))
    told = (mains(250.0), OFFLINE, replace(OFFLINE, label=battery))
    async with connected(address) as database:
        writer = MongoWriter(database, address.site_id, "Europe/Helsinki", ManualClock(T0))
        await writer.put_power(told)
        heard = await MongoHomeStateReader(database, address.site_id).power(manifest)
        assert heard is not None
        assert heard.meters == told
        with mongod.client() as client:
            (document,) = client[address.database]["live"].find()
        assert document["meters"] == []
        # And again, once the home is as it was.
        await writer.put_power(told[:2])
        heard = await MongoHomeStateReader(database, address.site_id).power(CARD)
        assert heard is not None
        assert heard.meters == told[:2]


async def test_less_than_all_of_the_space_is_used(copy: Copy) -> None:
    await copy.home.put_home(CARD)
    usage = await copy.feed.usage()
    assert 0 <= usage.used_bytes < usage.quota_bytes
    assert 0 <= usage.used_pct < 100
