"""What is damaged in the store, and no meter has any more, comes back from MongoDB."""

import asyncio
from pathlib import Path

import pytest

from tests.fakes.meter import FakeMeter
from tests.mongo.kit import METERS, PostingHome, posting_home
from tests.mongo.server import ReplicaSet
from tests.store.builders import EVER, MAINS, T0, Model, both
from tests.store.harm import change
from tests.store.whole import untold
from wattledger.energy.booking_entry import Gap, GapReason
from wattledger.energy.fault import FaultKind
from wattledger.energy.meter import Role
from wattledger.energy.spans import Span
from wattledger.flow.backfill import Backfill
from wattledger.flow.bookkeeper import Bookkeeper
from wattledger.flow.books_context import BooksContext
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.damage_healing import METER_FIRST_S
from wattledger.flow.meter_counters import CounterKeeper, Epochs
from wattledger.flow.notifier import Notifier
from wattledger.flow.replica_reader import Replica
from wattledger.flow.server_clock import ServerClock
from wattledger.flow.store_integrity import StoreIntegrity
from wattledger.flow.store_write_health import StoreWriteHealth
from wattledger.mongo.connection import Address
from wattledger.store.codec import minute_key
from wattledger.store.verify import verify

ENTRIES = [*both(T0, 150), *both(T0 + 210 * 60, 400)]
AT = T0 + 6 * 3_600
HARM = (
    f"UPDATE minutes SET imported_a_dmwh = imported_a_dmwh + 16384 WHERE key = {minute_key(AT, 0)}",
    f"DELETE FROM minutes WHERE key = {minute_key(AT, 0)}",
    f"DELETE FROM hours WHERE key >> 8 = {AT // 3_600}",
    "DELETE FROM hours",
)


def keeping_of(home: PostingHome) -> tuple[StoreIntegrity, Bookkeeper, Backfill]:
    """The watch of a server whose meter remembers nothing."""
    meter = FakeMeter("mains", Role.GRID, MAINS, home.clock)
    steps = ClockSteps(home.clock)
    keeper = Bookkeeper(
        home.store.journal, home.clock, lambda: 1, Notifier(), StoreWriteHealth(home.clock)
    )
    books = home.store.books
    server_clock = ServerClock(home.clock, steps, [meter], books)
    context = BooksContext(books, keeper, home.site.calendar, home.clock, steps, server_clock)
    backfill = Backfill(meter, context, CounterKeeper(keeper, Epochs(), home.clock))
    from_copy = Replica(home.books(), None, home.clock).minutes
    keeping = StoreIntegrity(home.store.integrity, context, [backfill], from_copy)
    return keeping, keeper, backfill


@pytest.mark.parametrize("harm", HARM)
async def test_an_hour_that_the_meter_has_no_more(
    tmp_path: Path, address: Address, harm: str
) -> None:
    model = Model()
    model.book(ENTRIES)
    path = tmp_path / "books"
    async with posting_home(path, address) as home:
        await home.book(ENTRIES)
        await home.maintain()
        async with home.posting():
            await home.posted()
        change(path, harm)
        keeping, bookkeeper, _ = keeping_of(home)
        booking = asyncio.ensure_future(bookkeeper.run())
        await keeping._tick()
        assert [fault.kind for fault in keeping.standing()] == [FaultKind.STORE_DAMAGED]
        assert await home.store.integrity.damaged()
        for _ in range(2):
            home.clock.advance(METER_FIRST_S + 1)
            await keeping._tick()
        bookkeeper.stop()
        await booking
        assert await home.store.integrity.damaged() == {}
        assert keeping.health().ok
        for meter in METERS:
            assert await home.store.books.minutes([meter], EVER) == model.minutes(meter)
        home.clock.advance(3_600)
        await home.maintain()
        assert await home.store.books.quarters(EVER) == model.quarters()
    assert verify(path, untold).is_sound


async def test_an_hour_that_nobody_has_any_more_stays_a_gap_and_is_told_no_longer(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    path = tmp_path / "books"
    hour = Span(AT, AT + 3_600)
    async with posting_home(path, address) as home:
        await home.book(ENTRIES)
        await home.maintain()
        async with home.posting():
            await home.posted()
        change(path, f"DELETE FROM minutes WHERE key = {minute_key(AT, 0)}")
        with mongod.client() as client:
            minutes = client[address.database]["minutes"]
            minutes.delete_many({"meter.site": "home"})
        keeping, bookkeeper, backfill = keeping_of(home)
        booking = asyncio.ensure_future(bookkeeper.run())
        await keeping._tick()
        assert await home.store.integrity.damaged() == {MAINS: [hour]}
        backfill.connected(MAINS, is_other=False)
        await backfill._catch_up(MAINS)
        for _ in range(2):
            home.clock.advance(METER_FIRST_S + 1)
            await keeping._tick()
        bookkeeper.stop()
        await booking
        assert Gap(hour, GapReason.DAMAGED) in await home.store.books.gaps(MAINS)
        assert keeping.health().ok
    assert verify(path, untold).is_sound
