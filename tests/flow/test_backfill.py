"""The tail: whatever the meter has and the books lack is fetched, in the right order,
exactly once.
"""

import asyncio
from pathlib import Path

import pytest

from tests.flow.tailing import MIDNIGHT, NOON, minutes, scene
from wattledger.energy.booking_entry import Entry
from wattledger.energy.record import Counters, Origin


async def test_a_fresh_server_fetches_today_first_then_from_the_oldest(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        everything = [
            *minutes(MIDNIGHT - 8 * 3_600, MIDNIGHT - 4 * 3_600),
            *minutes(MIDNIGHT - 3_600, NOON - 300),
        ]
        stage.remember(everything)
        stage.connect()
        await stage.until_complete(everything)
        assert await stage.on_books() == stage.meter.memory
        asked = stage.meter.asked
        assert asked[0].start == MIDNIGHT
        before_today = [span.start for span in asked if span.start < MIDNIGHT]
        assert before_today == sorted(before_today)
        assert before_today[0] == MIDNIGHT - 8 * 3_600


async def test_an_outage_leaves_no_hole_and_no_double(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        await stage.book(minutes(NOON - 7_200, NOON - 6_000))
        stage.remember(minutes(NOON - 7_200, NOON - 180))
        stage.connect()
        await stage.until_complete(stage.meter.memory)
        assert await stage.on_books() == stage.meter.memory
        assert await stage.store.books.gaps(stage.meter.meter) == []
        assert all(span.start >= NOON - 6_000 for span in stage.meter.asked)


async def test_a_connection_lost_in_the_middle_keeps_what_came_and_goes_on(tmp_path: Path) -> None:
    async with scene(tmp_path, retry_s=0.01, retry_soon_s=0.01, commit_records=12) as stage:
        stage.remember(minutes(NOON - 3_600, NOON - 180))
        stage.meter.fail_after_pages = 4
        stage.connect()
        await stage.until_complete(stage.meter.memory)
        assert await stage.on_books() == stage.meter.memory


async def test_a_meter_that_stumbles_every_few_pages_gets_ahead(
    tmp_path: Path,
) -> None:
    async with scene(tmp_path, retry_s=0.01, retry_soon_s=0.01) as stage:
        stage.remember(minutes(NOON - 3_600, NOON - 180))
        stage.meter.fail_after_pages = 2
        stage.connect()
        await stage.until_complete(stage.meter.memory)
        assert await stage.on_books() == stage.meter.memory


async def test_a_hole_of_now_is_no_loss_while_older_history_is_fetched(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        stage.remember(minutes(NOON - 30 * 3_600, NOON - 180))
        stage.meter.after_page = stage.new_minutes_with_a_hole
        stage.connect()
        await stage.until_complete(minutes(NOON - 30 * 3_600, NOON + 300))
        assert await stage.store.books.gaps(stage.meter.meter) == []


async def test_nothing_is_fetched_that_our_clock_would_park(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        stage.clock.wall_s = NOON - 86_400
        stage.meter.offset_s = 86_400.0
        stage.remember(minutes(NOON - 2 * 86_400, NOON - 180))
        stage.connect()
        await stage.until_complete(minutes(NOON - 2 * 86_400, NOON - 86_400))
        assert max(span.end for span in stage.meter.asked) <= NOON - 86_400 + 300
        assert await stage.store.books.parked() == {}


async def test_a_pushed_minute_that_leaves_a_hole_wakes_the_tail(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        await stage.book(minutes(NOON - 3_600, NOON - 1_200))
        stage.connect()
        async with asyncio.timeout(300):
            while stage.backfill.overdue.booked_to is None:
                await asyncio.sleep(0.01)
        stage.remember(minutes(NOON - 1_200, NOON - 180))
        late = Entry(stage.meter.meter, stage.meter.memory[NOON - 240], Origin.PUSHED)
        stage.backfill.pushed([late])
        stage.bookkeeper.offer([late])
        await stage.until_complete(stage.meter.memory)
        assert await stage.on_books() == stage.meter.memory


async def test_a_hole_is_seen_although_its_minute_is_still_being_booked(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        await stage.book(minutes(NOON - 3_600, NOON - 240))
        stage.connect()
        async with asyncio.timeout(300):
            while stage.backfill.overdue.booked_to is None:
                await asyncio.sleep(0.01)
        stage.remember(minutes(NOON - 240, NOON))
        late = Entry(stage.meter.meter, stage.meter.memory[NOON - 60], Origin.PUSHED)
        stage.bookkeeper.offer([late])
        stage.backfill.pushed([late])
        await stage.until_complete(stage.meter.memory)
        assert await stage.store.books.gaps(stage.meter.meter) == []


async def test_pushes_that_stop_are_noticed(tmp_path: Path) -> None:
    async with scene(tmp_path, watch_s=0.02) as stage:
        await stage.book(minutes(NOON - 3_600, NOON - 120))
        stage.connect()
        async with asyncio.timeout(300):
            while stage.backfill.overdue.booked_to is None:
                await asyncio.sleep(0.01)
        stage.remember(minutes(NOON - 120, NOON + 600))
        stage.clock.advance(900)
        await stage.until_complete(minutes(NOON - 120, NOON + 600))


async def test_time_passes_without_a_meter_and_with_one_that_is_complete(tmp_path: Path) -> None:
    async with scene(tmp_path, watch_s=0.005, every_s=0.01) as stage:
        await asyncio.sleep(0.05)
        assert stage.meter.lists == 0
        await stage.book(minutes(NOON - 3_600, NOON - 120))
        stage.connect()
        stage.connect()
        async with asyncio.timeout(300):
            while stage.meter.lists < 3:
                await asyncio.sleep(0.005)
        assert stage.meter.asked == []


async def test_a_meter_lost_while_fetching_is_left_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What was on its way is booked; nothing more is asked for, its counters neither."""
    caplog.set_level("INFO")
    async with scene(tmp_path) as stage:
        stage.remember(minutes(NOON - 60 * 3_600, NOON - 180))

        async def lost() -> None:
            stage.backfill.disconnected()

        stage.meter.after_page = lost
        stage.connect()
        async with asyncio.timeout(300):
            while "mains: fetched" not in caplog.text:  # the look is over
                await asyncio.sleep(0.01)
        assert stage.meter.connections == 1
        assert stage.counters.newest is None
        stage.meter.after_page = None
        stage.connect()
        await stage.until_complete(stage.meter.memory)
        assert await stage.on_books() == stage.meter.memory


async def test_a_meter_that_pushes_nothing_is_audited_too(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        stage.meter.counters = Counters(NOON - 120, (1, 2, 3, 4, 5, 6))
        stage.connect()
        async with asyncio.timeout(300):
            while stage.counters.newest != stage.meter.counters:
                await asyncio.sleep(0.01)
