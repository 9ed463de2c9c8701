"""What a copy's write side is: the same tests for MongoDB, for the pretended cloud in which the
simulated weeks are lived, and for the fake in memory.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from tests.fakes.clock import ManualClock
from tests.fakes.copy import MemoryCopy, tallies_of
from tests.fakes.energies import home_energies
from tests.simulation.cloud import Cloud, CloudWriter
from tests.simulation.world import World
from tests.store.builders import MAINS, PLANT, T0, record
from wattledger.energy.errors import ReplicaTaken
from wattledger.energy.netting import Netting
from wattledger.energy.rollup import DaySums
from wattledger.energy.spans import Span
from wattledger.flow.replica_ports import ReplicaWriter
from wattledger.mongo.connection import Address, connected
from wattledger.mongo.writer import MongoWriter

NewWriter = Callable[[], Awaitable[ReplicaWriter]]
ALL = Span(T0 - 86_400, T0 + 86_400)


@pytest.fixture(params=["mongodb", "pretended", "memory"])
async def writer(request: pytest.FixtureRequest) -> AsyncIterator[NewWriter]:
    """Makes the writer of one more process, all of them of one home."""
    clock = ManualClock(T0 + 86_400.0)
    async with AsyncExitStack() as stack:
        if request.param == "mongodb":
            address: Address = request.getfixturevalue("address")

            async def real() -> ReplicaWriter:
                database = await stack.enter_async_context(connected(address))
                return MongoWriter(database, address.site_id, "Europe/Helsinki", clock)

            yield real
        elif request.param == "memory":
            memory = MemoryCopy()
            writers = iter((memory, memory.another()))

            async def remembered() -> ReplicaWriter:
                return next(writers)

            yield remembered
        else:
            cloud = Cloud(World(1, lambda: 0.0))

            async def pretended() -> ReplicaWriter:
                return CloudWriter(cloud, clock)

            yield pretended


async def test_each_claim_raises_the_epoch_and_keeping_does_not(writer: NewWriter) -> None:
    one = await writer()
    first, second = await one.take(), await one.take()
    assert (first.copy_id, second.epoch) == (second.copy_id, first.epoch + 1)
    assert await one.keep() == second.epoch


async def test_there_is_one_writer_until_it_lets_go(writer: NewWriter) -> None:
    one, other = await writer(), await writer()
    before = await one.take()
    with pytest.raises(ReplicaTaken):
        await other.take()
    await one.release()
    after = await other.take()
    assert (after.copy_id, after.epoch) == (before.copy_id, before.epoch + 1)
    with pytest.raises(ReplicaTaken):
        await one.keep()


async def test_what_is_appended_is_there_each_time(writer: NewWriter) -> None:
    one = await writer()
    await one.take()
    assert await one.newest(MAINS) is None
    records = [record(T0 + 60 * minute) for minute in range(5)]
    await one.append(MAINS, records)
    await one.append(PLANT, records[:2])
    assert (await one.newest(MAINS), await one.newest(PLANT)) == (T0 + 240, T0 + 60)
    assert (await one.newest(MAINS, T0 + 240), await one.newest(PLANT, T0)) == (T0 + 180, None)
    assert await one.stored(MAINS, Span(T0 + 60, T0 + 180)) == {T0 + 60, T0 + 120}
    await one.append(PLANT, records[1:2])
    booked = [(MAINS, one) for one in records]
    booked += [(PLANT, one) for one in (*records[:2], records[1])]
    assert await one.tallies(ALL) == tallies_of(booked, ALL)


def day(minutes: int) -> DaySums:
    energies = home_energies(10, 20, 30, 40, 50, 60, 60 * minutes, 60 * minutes, 60 * minutes)
    return DaySums(739_000, dict.fromkeys(Netting, energies))


async def test_a_day_of_fewer_minutes_takes_no_place_but_when_told_to(writer: NewWriter) -> None:
    one = await writer()
    await one.take()
    for minutes, over_more, counts in ((5, False, 5), (4, False, 5), (6, False, 6), (3, True, 3)):
        await one.put_days([day(minutes)], over_more=over_more)
        assert await one.days(738_999, 739_002) == [day(counts)]
    assert await one.days(739_001, 739_002) == []
