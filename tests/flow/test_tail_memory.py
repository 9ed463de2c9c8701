"""The tail before a meter whose memory has holes, refuses a page, lists nothing, or has no time."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from typing_extensions import override

from tests.flow.tailing import NOON, explained, minutes, scene
from wattledger.energy.booking_entry import Booked, Entry, Gap, GapReason
from wattledger.energy.errors import StoreBusy
from wattledger.energy.fault import FaultKind
from wattledger.energy.record import MinuteRecord
from wattledger.energy.spans import Span
from wattledger.flow.bookkeeper import Bookkeeper

OFTEN = {"every_s": 0.02, "watch_s": 0.01}
"""The tail looks at the meter's memory without a rest."""


async def test_a_page_that_can_never_be_read_stops_nothing_else(tmp_path: Path) -> None:
    async with scene(tmp_path, retry_s=0.01, retry_soon_s=0.01) as stage:
        stage.remember(minutes(NOON - 7_200, NOON - 180))
        stage.meter.poisoned = NOON - 6_000
        stage.connect()
        await stage.until_booked(minutes(NOON - 7_200, NOON - 6_000))
        await stage.until_booked(minutes(NOON - 5_940, NOON - 180))
        assert await stage.store.books.gaps(stage.meter.meter) == [
            Gap(Span(NOON - 6_000, NOON - 5_940), GapReason.OUTAGE)
        ]
        async with asyncio.timeout(300):  # it is said once the look has come to its end
            while not (
                stage.backfill.trouble
                and stage.backfill.trouble.kind is FaultKind.UNREADABLE_MINUTES
            ):
                await asyncio.sleep(0.01)
        stage.meter.poisoned = None
        stage.clock.advance(86_400)  # the next day it is wanted again
        stage.connect()
        await stage.until_complete(stage.meter.memory)
        assert await stage.on_books() == stage.meter.memory
        async with asyncio.timeout(300):  # and this too is said at the look's end
            while stage.backfill.trouble is not None:
                await asyncio.sleep(0.01)


async def test_lost_connections_say_nothing_about_a_record(tmp_path: Path) -> None:
    async with scene(tmp_path, retry_s=0.01, retry_soon_s=0.01) as stage:
        stage.remember(minutes(NOON - 7_200, NOON - 180))
        stage.meter.broken = NOON - 6_000
        stage.connect()
        # The page that is never given, and what follows on it within ten minutes, come last.
        await stage.until_booked(minutes(NOON - 7_200, NOON - 6_120))
        await stage.until_booked(minutes(NOON - 6_120 + 600, NOON - 180))
        tries = stage.meter.connections
        async with asyncio.timeout(300):
            while stage.meter.connections < tries + 5:
                await asyncio.sleep(0.01)
        assert stage.backfill.trouble is not None
        assert stage.backfill.trouble.kind is FaultKind.FETCHING_STOPPED
        stage.meter.broken = None
        await stage.until_complete(stage.meter.memory)
        assert await stage.on_books() == stage.meter.memory
        assert await stage.store.books.gaps(stage.meter.meter) == []


class BusyBookkeeper(Bookkeeper):
    """Gives up five times, as one does that is told to stop."""

    busy = 5

    @override
    async def submit(self, entries: Sequence[Entry]) -> Booked:
        if entries and self.busy:
            self.busy -= 1
            raise StoreBusy("the disk is full")
        return await super().submit(entries)


async def test_a_store_that_is_busy_says_nothing_about_a_record(tmp_path: Path) -> None:
    async with scene(tmp_path, BusyBookkeeper, retry_s=0.01, retry_soon_s=0.01) as stage:
        stage.remember(minutes(NOON - 7_200, NOON - 180))
        stage.connect()
        await stage.until_complete(stage.meter.memory)
        assert await stage.on_books() == stage.meter.memory


async def test_what_is_listed_not_given_and_refused_holds_up_nothing(
    tmp_path: Path,
) -> None:
    async with scene(tmp_path, retry_s=0.01, retry_soon_s=0.01) as stage:
        stage.meter.listed = [
            Span(NOON - 7_200, NOON - 7_080),
            Span(NOON - 6_060, NOON - 3_600),
            Span(NOON - 1_800, NOON - 180),
        ]
        stage.remember([*minutes(NOON - 6_000, NOON - 3_600), *minutes(NOON - 1_800, NOON - 180)])
        stage.meter.poisoned = NOON - 6_000
        stage.connect()
        await stage.until_booked(stage.meter.memory.keys() - {NOON - 6_000})


async def test_fragmented_memory_is_listed_once_and_fetched_over_few_connections(
    tmp_path: Path,
) -> None:
    async with scene(tmp_path) as stage:
        hours = range(NOON - 240 * 3_600, NOON, 3_600)
        stage.remember(start for hour in hours for start in minutes(hour, hour + 300))
        stage.connect()
        await stage.until_complete(stage.meter.memory)
        await explained(stage, GapReason.NOT_IN_MEMORY)
        assert await stage.on_books() == stage.meter.memory
        assert stage.meter.lists == 1
        assert stage.meter.connections <= 5
        assert len(stage.meter.asked) <= 245


async def test_what_the_meter_does_not_have_is_explained_and_not_asked_for(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        await stage.book([*minutes(NOON - 7_200, NOON - 6_000), *minutes(NOON - 3_600, NOON - 180)])
        for start in minutes(NOON - 7_200, NOON - 5_400):
            stage.meter.memory.pop(start, None)
        stage.remember(minutes(NOON - 5_400, NOON - 3_600))
        stage.connect()
        await stage.until_complete(minutes(NOON - 5_400, NOON - 3_600))
        await explained(stage, GapReason.NOT_IN_MEMORY)
        lost = Span(NOON - 6_000, NOON - 5_400)
        gaps = await stage.store.books.gaps(stage.meter.meter)
        assert gaps == [Gap(lost, GapReason.NOT_IN_MEMORY)]
        assert all(span.end <= lost.start or span.start >= lost.end for span in stage.meter.asked)


async def test_what_is_listed_but_not_given_is_given_up_after_three_looks(tmp_path: Path) -> None:
    async with scene(tmp_path, **OFTEN) as stage:
        await stage.book([*minutes(NOON - 7_200, NOON - 6_000), *minutes(NOON - 3_600, NOON - 180)])
        stage.meter.listed = [Span(NOON - 7_200, NOON - 180)]
        stage.connect()
        await explained(stage, GapReason.NOT_IN_MEMORY)
        looks = stage.meter.lists
        async with asyncio.timeout(300):
            while stage.meter.lists < looks + 3:
                await asyncio.sleep(0.01)
        assert stage.meter.asked == [Span(NOON - 6_000, NOON - 3_600)] * 3
        assert stage.backfill.progress.minutes_to_fetch == 0


async def test_an_empty_answer_writes_nothing_off(tmp_path: Path) -> None:
    async with scene(tmp_path, **OFTEN) as stage:
        await stage.book([*minutes(NOON - 7_200, NOON - 6_000), *minutes(NOON - 3_600, NOON - 180)])
        stage.remember(minutes(NOON - 6_000, NOON - 3_600))
        stage.meter.gives_nothing = 2
        stage.connect()
        await stage.until_complete(stage.meter.memory)
        assert await stage.on_books() == stage.meter.memory


async def test_a_wrong_verdict_heals_when_the_meter_lists_the_minutes_again(tmp_path: Path) -> None:
    async with scene(tmp_path, **OFTEN) as stage:
        await stage.book([*minutes(NOON - 7_200, NOON - 6_000), *minutes(NOON - 3_600, NOON - 180)])
        stage.remember(minutes(NOON - 6_000, NOON - 3_600))
        stage.meter.listed = []
        stage.connect()
        await explained(stage, GapReason.NOT_IN_MEMORY)
        stage.meter.listed = None
        await stage.until_complete(stage.meter.memory)
        assert await stage.store.books.gaps(stage.meter.meter) == []


async def test_a_meter_that_lists_nothing_just_now_is_asked_again(tmp_path: Path) -> None:
    async with scene(tmp_path, retry_s=0.01) as stage:
        stage.remember(minutes(NOON - 3_600, NOON - 180))
        stage.meter.away = True
        stage.connect()
        async with asyncio.timeout(300):
            while stage.meter.lists < 5:
                await asyncio.sleep(0.01)
        assert stage.meter.asked == []
        assert stage.backfill.trouble is not None
        stage.meter.away = False
        await stage.until_complete(stage.meter.memory)


async def test_a_meter_without_time_is_left_alone_and_its_gapexplained(tmp_path: Path) -> None:
    async with scene(tmp_path, time_check_s=0.01) as stage:
        await stage.book(minutes(NOON - 3_600, NOON))
        stage.clock.advance(300)
        stage.meter.offset_s = None
        stage.connect()
        async with asyncio.timeout(300):
            while not stage.backfill._without_time.spans:
                await asyncio.sleep(0.005)
        assert stage.meter.asked == []
        for _ in range(10):
            stage.clock.advance(60)
            await asyncio.sleep(0.02)
        stage.meter.offset_s = 0.0
        stage.clock.advance(300)
        await stage.book(minutes(NOON + 900, NOON + 1_080))
        stage.meter.memory = {k: v for k, v in stage.meter.memory.items() if k < NOON}
        stage.remember(minutes(NOON + 900, NOON + 1_080))
        await explained(stage, GapReason.NO_TIME)


async def test_fetching_that_fails_is_said(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        stage.remember(minutes(NOON - 3_600, NOON - 180))
        stage.meter.poisoned = NOON - 3_600
        stage.connect()
        async with asyncio.timeout(300):
            while stage.backfill.trouble is None:
                await asyncio.sleep(0.01)
        assert stage.backfill.trouble.kind is FaultKind.FETCHING_STOPPED
        assert "can't be read" in stage.backfill.trouble.detail


async def test_records_that_differ_are_said_and_the_first_stays(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with scene(tmp_path) as stage:
        await stage.book(minutes(NOON - 1_200, NOON - 600))
        first = dict(stage.meter.memory)
        overlong = MinuteRecord(NOON - 900, 900, 5, 0, 0, 0, 0, 0)
        stage.meter.memory = {overlong.start: overlong}
        stage.meter.listed = [Span(NOON - 1_200, NOON)]
        stage.remember(minutes(NOON - 600, NOON - 180))
        stage.meter.memory[NOON - 600] = MinuteRecord(NOON - 600, 300, 5, 0, 0, 0, 0, 0)
        stage.connect()
        async with asyncio.timeout(300):
            while "differ from what is booked" not in caplog.text:
                await asyncio.sleep(0.01)
        on_books = await stage.on_books()
        assert {start: on_books[start] for start in first} == first


async def test_what_is_listed_and_not_given_is_told_until_it_is_given(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        await stage.book([*minutes(NOON - 30_000, NOON - 18_000), *minutes(NOON - 3_600, NOON)])
        stage.meter.listed = [Span(NOON - 18_000, NOON - 3_600)]
        stage.connect()
        async with asyncio.timeout(300):
            while not stage.faults():
                await asyncio.sleep(0.01)
        (fault,) = stage.faults()
        assert fault.kind is FaultKind.MINUTES_OVERDUE
        assert fault.detail.startswith("it lists 240 minutes, the first of 2025-06-16T07:00:00")
        stage.backfill.disconnected()
        assert stage.faults() == []
        stage.remember(minutes(NOON - 18_000, NOON - 3_600))
        stage.connect()
        await stage.until_complete(minutes(NOON - 18_000, NOON - 3_600))
        async with asyncio.timeout(300):
            while stage.faults():
                await asyncio.sleep(0.01)


async def test_pushes_that_stop_and_a_memory_that_gives_nothing_are_told(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        await stage.book(minutes(NOON - 3_600, NOON))
        stage.connect()
        async with asyncio.timeout(300):
            while stage.backfill.overdue.booked_to is None:
                await asyncio.sleep(0.01)
        stage.clock.advance(110)
        assert stage.faults() == []
        stage.clock.advance(20)
        assert [fault.kind for fault in stage.faults()] == [FaultKind.MINUTES_OVERDUE]


async def test_fetching_that_was_broken_off_is_told_while_the_meter_is_there(
    tmp_path: Path,
) -> None:
    async with scene(tmp_path) as stage:
        stage.remember(minutes(NOON - 3_600, NOON - 180))
        stage.meter.away = True
        stage.connect()
        async with asyncio.timeout(300):
            while not stage.faults():
                await asyncio.sleep(0.01)
        assert [fault.kind for fault in stage.faults()] == [FaultKind.FETCHING_STOPPED]


async def test_another_meter_at_this_name_begins_with_nothing_known(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        stage.remember(minutes(NOON - 3_600, NOON - 180))
        stage.connect()
        await stage.until_complete(stage.meter.memory)
        async with asyncio.timeout(300):  # the look goes on a little after the last commit
            while stage.backfill.progress.to_fetch:
                await asyncio.sleep(0.01)
        assert stage.backfill.progress.minutes_fetched
        stage.backfill.disconnected()
        stage.meter.away = True
        stage.connect(is_other=True)
        assert stage.backfill.progress.minutes_fetched == 0
