"""The tail before a meter whose memory has holes, refuses a page, lists nothing, or has no time."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.flow.tailing import NOON, explained, minutes, scene
from wattledger.energy.entry import Booked, Entry, Gap, GapReason
from wattledger.energy.errors import StoreBusy
from wattledger.energy.fault import FaultKind
from wattledger.energy.record import MinuteRecord
from wattledger.energy.spans import Span
from wattledger.flow import tail as tail_module


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tail looks at the meter's memory without a rest."""
    monkeypatch.setattr(tail_module, "EVERY_S", 0.02)
    monkeypatch.setattr(tail_module, "WATCH_S", 0.01)


async def test_a_page_that_can_never_be_read_stops_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "RETRY_S", 0.01)
    monkeypatch.setattr(tail_module, "RETRY_SOON_S", 0.01)
    async with scene(tmp_path) as stage:
        stage.remember(minutes(NOON - 7_200, NOON - 180))
        stage.meter.poisoned = NOON - 6_000
        stage.tail.connected(stage.meter.meter)
        await stage.until_booked(minutes(NOON - 7_200, NOON - 6_000))
        await stage.until_booked(minutes(NOON - 5_940, NOON - 180))
        assert await stage.store.books.gaps(stage.meter.meter) == [
            Gap(Span(NOON - 6_000, NOON - 5_940), GapReason.OUTAGE)
        ]
        assert stage.tail.trouble is not None
        assert stage.tail.trouble.kind is FaultKind.UNREADABLE_MINUTES
        stage.meter.poisoned = None
        stage.clock.advance(86_400)  # the next day it is wanted again
        stage.tail.connected(stage.meter.meter)
        await stage.until_complete(stage.meter.memory)
        assert await stage.on_books() == stage.meter.memory
        assert stage.tail.trouble is None


async def test_lost_connections_say_nothing_about_a_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "RETRY_S", 0.01)
    monkeypatch.setattr(tail_module, "RETRY_SOON_S", 0.01)
    async with scene(tmp_path) as stage:
        stage.remember(minutes(NOON - 7_200, NOON - 180))
        stage.meter.broken = NOON - 6_000
        stage.tail.connected(stage.meter.meter)
        # The page that is never given, and what follows on it within ten minutes, come last.
        await stage.until_booked(minutes(NOON - 7_200, NOON - 6_120))
        await stage.until_booked(minutes(NOON - 6_120 + 600, NOON - 180))
        tries = stage.meter.connections
        async with asyncio.timeout(5):
            while stage.meter.connections < tries + 5:
                await asyncio.sleep(0.01)
        assert stage.tail.trouble is not None
        assert stage.tail.trouble.kind is FaultKind.FETCHING_STOPPED
        stage.meter.broken = None
        await stage.until_complete(stage.meter.memory)
        assert await stage.on_books() == stage.meter.memory
        assert await stage.store.books.gaps(stage.meter.meter) == []


async def test_a_store_that_is_busy_says_nothing_about_a_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "RETRY_S", 0.01)
    monkeypatch.setattr(tail_module, "RETRY_SOON_S", 0.01)
    async with scene(tmp_path) as stage:
        stage.remember(minutes(NOON - 7_200, NOON - 180))
        submit, busy = stage.keeper.submit, 5

        async def submit_at_last(entries: Sequence[Entry]) -> Booked:
            nonlocal busy
            if entries and busy:
                busy -= 1
                raise StoreBusy("the disk is full")
            return await submit(entries)

        monkeypatch.setattr(stage.keeper, "submit", submit_at_last)
        stage.tail.connected(stage.meter.meter)
        await stage.until_complete(stage.meter.memory)
        assert await stage.on_books() == stage.meter.memory


async def test_what_is_listed_not_given_and_refused_behind_that_holds_up_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "RETRY_S", 0.01)
    monkeypatch.setattr(tail_module, "RETRY_SOON_S", 0.01)
    async with scene(tmp_path) as stage:
        stage.meter.listed = [
            Span(NOON - 7_200, NOON - 7_080),
            Span(NOON - 6_060, NOON - 3_600),
            Span(NOON - 1_800, NOON - 180),
        ]
        stage.remember([*minutes(NOON - 6_000, NOON - 3_600), *minutes(NOON - 1_800, NOON - 180)])
        stage.meter.poisoned = NOON - 6_000
        stage.tail.connected(stage.meter.meter)
        await stage.until_booked(stage.meter.memory.keys() - {NOON - 6_000})


async def test_fragmented_memory_is_listed_once_and_fetched_over_few_connections(
    tmp_path: Path,
) -> None:
    async with scene(tmp_path) as stage:
        hours = range(NOON - 240 * 3_600, NOON, 3_600)
        stage.remember(start for hour in hours for start in minutes(hour, hour + 300))
        stage.tail.connected(stage.meter.meter)
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
        stage.tail.connected(stage.meter.meter)
        await stage.until_complete(minutes(NOON - 5_400, NOON - 3_600))
        await explained(stage, GapReason.NOT_IN_MEMORY)
        lost = Span(NOON - 6_000, NOON - 5_400)
        gaps = await stage.store.books.gaps(stage.meter.meter)
        assert gaps == [Gap(lost, GapReason.NOT_IN_MEMORY)]
        assert all(span.end <= lost.start or span.start >= lost.end for span in stage.meter.asked)


@pytest.mark.usefixtures("often")
async def test_what_is_listed_but_not_given_is_given_up_after_three_looks(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        await stage.book([*minutes(NOON - 7_200, NOON - 6_000), *minutes(NOON - 3_600, NOON - 180)])
        stage.meter.listed = [Span(NOON - 7_200, NOON - 180)]
        stage.tail.connected(stage.meter.meter)
        await explained(stage, GapReason.NOT_IN_MEMORY)
        looks = stage.meter.lists
        async with asyncio.timeout(5):
            while stage.meter.lists < looks + 3:
                await asyncio.sleep(0.01)
        assert stage.meter.asked == [Span(NOON - 6_000, NOON - 3_600)] * 3
        assert stage.tail.minutes_to_fetch == 0


@pytest.mark.usefixtures("often")
async def test_an_empty_answer_writes_nothing_off(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        await stage.book([*minutes(NOON - 7_200, NOON - 6_000), *minutes(NOON - 3_600, NOON - 180)])
        stage.remember(minutes(NOON - 6_000, NOON - 3_600))
        stage.meter.gives_nothing = 2
        stage.tail.connected(stage.meter.meter)
        await stage.until_complete(stage.meter.memory)
        assert await stage.on_books() == stage.meter.memory


@pytest.mark.usefixtures("often")
async def test_a_wrong_verdict_heals_when_the_meter_lists_the_minutes_again(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        await stage.book([*minutes(NOON - 7_200, NOON - 6_000), *minutes(NOON - 3_600, NOON - 180)])
        stage.remember(minutes(NOON - 6_000, NOON - 3_600))
        stage.meter.listed = []
        stage.tail.connected(stage.meter.meter)
        await explained(stage, GapReason.NOT_IN_MEMORY)
        stage.meter.listed = None
        await stage.until_complete(stage.meter.memory)
        assert await stage.store.books.gaps(stage.meter.meter) == []


async def test_a_meter_that_lists_nothing_just_now_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "RETRY_S", 0.01)
    async with scene(tmp_path) as stage:
        stage.remember(minutes(NOON - 3_600, NOON - 180))
        stage.meter.away = True
        stage.tail.connected(stage.meter.meter)
        async with asyncio.timeout(5):
            while stage.meter.lists < 5:
                await asyncio.sleep(0.01)
        assert stage.meter.asked == []
        assert stage.tail.trouble is not None
        stage.meter.away = False
        await stage.until_complete(stage.meter.memory)


async def test_a_meter_without_time_is_left_alone_and_its_gapexplained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "TIME_CHECK_S", 0.01)
    async with scene(tmp_path) as stage:
        await stage.book(minutes(NOON - 3_600, NOON))
        stage.clock.advance(300)
        stage.meter.offset_s = None
        stage.tail.connected(stage.meter.meter)
        async with asyncio.timeout(5):
            while not stage.tail._no_time:
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
        stage.tail.connected(stage.meter.meter)
        async with asyncio.timeout(5):
            while stage.tail.trouble is None:
                await asyncio.sleep(0.01)
        assert stage.tail.trouble.kind is FaultKind.FETCHING_STOPPED
        assert "can't be read" in stage.tail.trouble.detail


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
        stage.tail.connected(stage.meter.meter)
        async with asyncio.timeout(5):
            while "differ from what is booked" not in caplog.text:
                await asyncio.sleep(0.01)
        on_books = await stage.on_books()
        assert {start: on_books[start] for start in first} == first
