"""The watch over the store's file: what it looks through, and tells."""

import asyncio
from contextlib import suppress
from itertools import pairwise

import pytest

from tests.fakes.loop import at_once
from tests.flow.keeping import HOUR, MAINS, NOON, RECORD, Stage
from wattledger.energy.booking_entry import Gap, GapReason
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.spans import Span
from wattledger.flow.replica_reader import Replica
from wattledger.flow.store_integrity import TOLD_S, WEEK_S
from wattledger.flow.store_integrity_ports import Mended


async def test_empty_books_are_not_looked_through() -> None:
    stage = Stage()
    await stage.tick()
    assert stage.integrity.checked == []
    assert stage.told == []
    assert stage.keeping.health().ok


@pytest.mark.slow
def test_everything_is_looked_through_within_a_week() -> None:
    async def test() -> None:
        stage = Stage()
        stage.books.put(MAINS, RECORD, RECORD._replace(start=NOON + 40 * 86_400))
        end = NOON + 40 * 86_400 + 60
        await stage.tick()
        assert stage.integrity.checked == [Span(end - 86_400, end)]
        stage.integrity.checked.clear()
        for _ in range(7 * 24 + 1):
            await stage.tick(3_600)
        seen = sorted(stage.integrity.checked)
        assert seen[0].start <= NOON
        assert seen[-1].end >= end - 86_400
        assert all(later.start <= earlier.end for earlier, later in pairwise(seen))
        assert max(span.length_s for span in seen) <= 86_400
        stage.integrity.checked.clear()
        await stage.tick(WEEK_S + 5)
        assert stage.integrity.checked[-1].end == end

    at_once(test())


async def test_damage_is_told_for_a_day_and_longer_while_it_lasts() -> None:
    stage = Stage()
    stage.integrity.mended = Mended("1 hour of a meter was set aside", fetchable=True)
    stage.integrity.lost = {MAINS: [HOUR]}
    await stage.tick()
    assert stage.told == [FaultKind.STORE_DAMAGED]
    assert "60 minutes are null" in stage.keeping.health().detail
    await stage.tick(2 * TOLD_S)
    assert stage.told == [FaultKind.STORE_DAMAGED]
    stage.integrity.lost = {}
    stage.integrity.mended = Mended("1 sum is made anew")
    await stage.tick()
    assert "all of it is mended" in stage.keeping.standing()[0].detail
    assert stage.keeping.health().ok
    await stage.tick(TOLD_S + 1)
    assert stage.told == []


async def test_a_clock_that_is_set_takes_nothing_from_how_long_damage_is_told() -> None:
    stage = Stage(at_s=100.0)
    stage.integrity.mended = Mended("1 hour of a meter was set aside")
    await stage.tick()
    await stage.set_clock(NOON)
    (fault,) = stage.keeping.standing()
    assert (fault.kind, fault.since) == (FaultKind.STORE_DAMAGED, NOON - 5.0)
    await stage.tick(TOLD_S - 6.0)
    assert stage.told == [FaultKind.STORE_DAMAGED]
    await stage.tick(1.0)
    assert stage.told == []


async def test_since_when_the_store_is_unwell_goes_with_a_clock_that_is_set() -> None:
    stage = Stage(at_s=100.0)
    stage.integrity.lost = {MAINS: [HOUR]}
    stage.integrity.words = "it was removed"
    await stage.tick()
    await stage.set_clock(NOON)
    gone, damaged = stage.keeping.standing()
    (minutes,) = stage.keeping.damage(MAINS, [Gap(HOUR, GapReason.DAMAGED)])
    assert {gone.since, damaged.since, minutes.since} == {NOON - 5.0}
    stage.integrity.mended = Mended(unmended="is there room on the disk?")
    await stage.tick()
    stage.integrity.mended = Mended(unmended="is there room on the disk?")
    await stage.set_clock(NOON + 3_600.0)
    assert stage.keeping.standing()[1].since == NOON + 3_595.0


async def test_damage_that_cannot_be_mended_yet_is_told_until_it_is() -> None:
    stage = Stage()
    stage.integrity.lost = {MAINS: [HOUR]}
    since = stage.clock.now_s()
    for _ in range(2):
        stage.integrity.mended = Mended(unmended="is there room on the disk?")
        await stage.tick()
        (fault,) = stage.keeping.standing()
        assert fault == Fault(FaultKind.STORE_DAMAGED, "is there room on the disk?", since)
        assert not stage.keeping.health().ok
        stage.clock.advance(15.0)
    stage.integrity.lost = {}
    await stage.tick()
    assert stage.told == []
    assert stage.keeping.health().ok


async def test_damage_of_before_the_start_is_told() -> None:
    stage = Stage()
    stage.integrity.lost = {MAINS: [HOUR]}
    await stage.tick()
    assert stage.told == [FaultKind.STORE_DAMAGED]


async def test_a_store_that_is_gone_is_told_until_it_is_back() -> None:
    stage = Stage()
    stage.integrity.words = "it was removed"
    await stage.tick()
    await stage.tick()
    assert stage.told == [FaultKind.STORE_GONE]
    assert stage.keeping.health().detail == "it was removed"
    stage.integrity.busy = True
    await stage.tick()
    assert stage.told == [FaultKind.STORE_GONE]
    stage.integrity.busy, stage.integrity.words = False, None
    await stage.tick()
    assert stage.told == []


async def test_what_is_noticed_is_dealt_with_at_once() -> None:
    stage = Stage()
    running = asyncio.ensure_future(stage.keeping.run())
    for _ in range(2):
        await stage.integrity.mends.wait()
        stage.integrity.mends.clear()
        stage.integrity.notice()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_the_copy_is_asked_for_minutes_whole_or_not() -> None:
    stage = Stage()
    stage.books.put(MAINS, RECORD)
    assert await Replica(stage.books, None, stage.clock).minutes(MAINS, HOUR) == [RECORD]


async def test_what_of_one_meter_is_damaged() -> None:
    stage = Stage()
    stage.integrity.lost = {MAINS: [HOUR]}
    await stage.tick()
    assert stage.keeping.damage(MAINS, [Gap(HOUR, GapReason.OUTAGE)]) == []
    (fault,) = stage.keeping.damage(MAINS, [Gap(HOUR, GapReason.DAMAGED)])
    assert (fault.kind, fault.since) == (FaultKind.DAMAGED_MINUTES, stage.clock.now_s())
    assert fault.detail.startswith("60 minutes were damaged")
