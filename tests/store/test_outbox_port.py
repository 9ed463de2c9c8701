"""What the outbox is: the same tests for the file and for the fake in memory."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.fakes.copy import MemoryOutbox, tallies_of
from tests.store.builders import MAINS, PLANT, T0, home_store, stretch
from wattledger.energy.booking_entry import Entry
from wattledger.energy.spans import Span
from wattledger.flow.replica_ports import Outbox

Book = Callable[[Sequence[Entry]], Awaitable[None]]
WHOLE = Span(T0, T0 + 3_600)
TWO = [*stretch(MAINS, T0, 4), *stretch(PLANT, T0, 2, 1)]
OF_MAINS = [one.record for one in TWO if one.meter == MAINS]
OF_PLANT = [one.record for one in TWO if one.meter == PLANT]


class Posted(NamedTuple):
    outbox: Outbox
    book: Book


@pytest.fixture(params=["file", "memory"])
async def box(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Posted]:
    if request.param == "memory":
        memory = MemoryOutbox(copy_id=None)

        async def put(entries: Sequence[Entry]) -> None:
            for one in entries:
                memory.put(one.meter, one.record)

        yield Posted(memory, put)
        return
    async with home_store(tmp_path / "books") as store:

        async def book(entries: Sequence[Entry]) -> None:
            await store.journal.book(entries, T0 + 3_600)

        yield Posted(store.outbox, book)


async def aim(outbox: Outbox, copy_id: str) -> None:
    await outbox.aim(copy_id)
    while await outbox.fill():
        pass


async def test_without_a_copy_nothing_waits_and_nobody_knows_what_it_has(box: Posted) -> None:
    await box.book(TWO)
    assert box.outbox.waiting() == {}
    assert await box.outbox.records(MAINS, WHOLE, 10) == []
    assert await box.outbox.tallies(WHOLE) is None
    assert await box.outbox.holds(WHOLE)
    assert not await box.outbox.fill()


async def test_what_was_booked_before_a_copy_was_named_enters_by_filling(box: Posted) -> None:
    await box.book(TWO)
    await box.outbox.aim("one")
    assert box.outbox.waiting() == {}
    assert await box.outbox.tallies(WHOLE) is None
    assert await box.outbox.holds(Span(T0 + 7_200, T0 + 7_260))
    while await box.outbox.fill():
        pass
    assert box.outbox.waiting() == {MAINS: 4, PLANT: 2}
    assert not await box.outbox.fill()


async def test_what_waits_is_given_oldest_first_until_it_is_acknowledged(box: Posted) -> None:
    outbox = box.outbox
    await aim(outbox, "one")
    await box.book(TWO)
    assert outbox.waiting() == {MAINS: 4, PLANT: 2}
    assert await outbox.newest_posted() == {}
    assert await outbox.records(MAINS, WHOLE, 3) == OF_MAINS[:3]
    assert await outbox.records(MAINS, Span(T0 + 60, T0 + 180), 9) == OF_MAINS[1:3]
    assert await outbox.count(MAINS, Span(T0 + 60, T0 + 180)) == 2
    await outbox.acknowledge(MAINS, OF_MAINS[:2])
    assert outbox.waiting() == {MAINS: 2, PLANT: 2}
    assert await outbox.records(MAINS, WHOLE, 1) == OF_MAINS[2:3]
    assert await outbox.count(MAINS, WHOLE) == 2
    await outbox.acknowledge(MAINS, OF_MAINS[2:])
    assert outbox.waiting() == {PLANT: 2}
    assert await outbox.records(MAINS, WHOLE, 9) == []


async def test_the_newest_that_does_not_wait_is_known_after_the_next_booking(box: Posted) -> None:
    outbox = box.outbox
    await aim(outbox, "one")
    await box.book(TWO)
    await outbox.acknowledge(MAINS, OF_MAINS[1:2])
    await box.book(stretch(PLANT, T0 + 1_800, 1))
    assert await outbox.newest_posted() == {MAINS: T0 + 60}


async def test_tallies_are_of_what_does_not_wait(box: Posted) -> None:
    outbox = box.outbox
    await aim(outbox, "one")
    await box.book(TWO)
    assert await outbox.tallies(WHOLE) is None
    await outbox.acknowledge(MAINS, OF_MAINS)
    await outbox.acknowledge(PLANT, OF_PLANT[:1])
    records = [(one.meter, one.record) for one in TWO]
    first = Span(T0, T0 + 60)
    assert await outbox.tallies(first) == tallies_of(records, first)
    assert await outbox.tallies(Span(T0, T0 + 61)) is None
    rest = Span(T0 + 120, T0 + 240)
    assert await outbox.tallies(rest) == tallies_of(records, rest)
    assert await outbox.tallies(Span(T0 - 60, T0)) == {}


async def test_a_span_is_held_while_a_minute_of_it_waits(box: Posted) -> None:
    outbox = box.outbox
    await aim(outbox, "one")
    await box.book(TWO)
    await outbox.acknowledge(MAINS, OF_MAINS[:3])
    await outbox.acknowledge(PLANT, OF_PLANT)
    assert not await outbox.holds(Span(T0, T0 + 180))
    assert await outbox.holds(Span(T0, T0 + 181))
    await outbox.acknowledge(MAINS, OF_MAINS[3:])
    assert not await outbox.holds(WHOLE)


async def test_what_the_copy_has_lost_waits_once_more(box: Posted) -> None:
    outbox = box.outbox
    await aim(outbox, "one")
    await box.book(TWO)
    await outbox.acknowledge(MAINS, OF_MAINS[:2])
    await outbox.again(MAINS, OF_MAINS[1:3])
    assert await outbox.records(MAINS, WHOLE, 9) == OF_MAINS[1:]
    assert outbox.waiting() == {MAINS: 3, PLANT: 2}
    assert await outbox.holds(Span(T0 + 60, T0 + 120))


async def test_for_another_copy_all_that_is_booked_waits(box: Posted) -> None:
    outbox = box.outbox
    await aim(outbox, "one")
    await box.book(TWO)
    await outbox.note(7)
    await outbox.acknowledge(MAINS, OF_MAINS)
    await outbox.aim("one")
    assert (outbox.waiting(), outbox.epoch) == ({PLANT: 2}, 7)
    await aim(outbox, "other")
    assert (outbox.waiting(), outbox.epoch) == ({MAINS: 4, PLANT: 2}, 0)
    await outbox.aim(None)
    assert outbox.waiting() == {}
