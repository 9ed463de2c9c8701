"""The tail: whatever the meter has and the books lack is fetched, in the right order,
exactly once.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.fakes.clock import ManualClock
from tests.fakes.meter import FakeMeter
from wattledger.energy.balance import Roles
from wattledger.energy.entry import Entry, Gap, GapReason
from wattledger.energy.fault import FaultKind
from wattledger.energy.meter import Role
from wattledger.energy.period import Calendar
from wattledger.energy.record import Counters, MinuteRecord, Origin
from wattledger.energy.spans import Span
from wattledger.flow import tail as tail_module
from wattledger.flow.bookkeep import Bookkeeper
from wattledger.flow.tail import Tail
from wattledger.store.store import Store, open_store

HELSINKI = Calendar(ZoneInfo("Europe/Helsinki"))
MIDNIGHT = 1_750_021_200
"""2025-06-16 00:00 in Helsinki."""
NOON = MIDNIGHT + 12 * 3_600


class Scene:
    """A meter, real books, and the tail between them."""

    def __init__(self, store: Store, clock: ManualClock) -> None:
        self.store = store
        self.clock = clock
        self.meter = FakeMeter("mains", Role.GRID, "A0DD6CA0C27C", clock)
        self.booked = asyncio.Event()
        self.keeper = Bookkeeper(store.journal, clock, lambda: 1, lambda _: self.booked.set())
        self.tail = Tail(self.meter, store.books, self.keeper, HELSINKI, clock)

    def remember(self, starts: Iterable[int]) -> None:
        """The meter counted these minutes; each with energies of its own."""
        for start in starts:
            energy = start % 7_919
            self.meter.memory[start] = MinuteRecord(start, 60, energy, 1, 0, 0, energy // 3, 0)

    async def new_minutes_with_a_hole(self) -> None:
        """While history is being fetched, time goes on and one of the pushes is lost."""
        self.meter.after_page = None
        self.clock.advance(360)
        self.remember(minutes(NOON - 180, NOON + 300))
        late = Entry(self.meter.meter, self.meter.memory[NOON + 240], Origin.PUSHED)
        self.keeper.offer([late])
        self.tail.pushed([late])
        await self.keeper.submit([])

    async def book(self, starts: Iterable[int]) -> None:
        self.remember(starts)
        entries = [
            Entry(self.meter.meter, self.meter.memory[start], Origin.PUSHED) for start in starts
        ]
        await self.store.journal.book(entries, self.clock.now_s())

    async def on_books(self) -> dict[int, MinuteRecord]:
        span = Span(0, 2_000_000_000)
        records = await self.store.books.minutes([self.meter.meter], span)
        assert len({record.start for record in records}) == len(records)
        return {record.start: record for record in records}

    async def until_booked(self, starts: Iterable[int]) -> None:
        wanted = set(starts)
        async with asyncio.timeout(10):
            while not wanted <= (await self.on_books()).keys():
                await asyncio.sleep(0.02)

    async def until_complete(self, starts: Iterable[int]) -> None:
        wanted = set(starts)
        async with asyncio.timeout(10):
            while not wanted <= (await self.on_books()).keys() or self.tail.minutes_to_fetch:
                self.booked.clear()
                with contextlib.suppress(TimeoutError):  # the tail counts once more after the last
                    await asyncio.wait_for(self.booked.wait(), 0.05)


@asynccontextmanager
async def scene(path: Path) -> AsyncIterator[Scene]:
    clock = ManualClock(NOON)
    async with open_store(path / "books.sqlite", HELSINKI, Roles(solar=False)) as store:
        stage = Scene(store, clock)
        async with asyncio.TaskGroup() as tasks:
            keeping = tasks.create_task(stage.keeper.run())
            tailing = tasks.create_task(stage.tail.run())
            yield stage
            tailing.cancel()
            stage.keeper.stop()
            await keeping


def minutes(first: int, end: int) -> range:
    return range(first, end, 60)


async def test_a_fresh_server_fetches_today_first_then_from_the_oldest(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        everything = [
            *minutes(MIDNIGHT - 8 * 3_600, MIDNIGHT - 4 * 3_600),
            *minutes(MIDNIGHT - 3_600, NOON - 300),
        ]
        stage.remember(everything)
        stage.tail.connected(stage.meter.meter)
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
        stage.tail.connected(stage.meter.meter)
        await stage.until_complete(stage.meter.memory)
        assert await stage.on_books() == stage.meter.memory
        assert await stage.store.books.gaps(stage.meter.meter) == []
        assert all(span.start >= NOON - 6_000 for span in stage.meter.asked)


async def test_a_connection_lost_in_the_middle_keeps_what_came_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "RETRY_S", 0.01)
    monkeypatch.setattr(tail_module, "RETRY_SOON_S", 0.01)
    monkeypatch.setattr(tail_module, "COMMIT_RECORDS", 12)
    async with scene(tmp_path) as stage:
        stage.remember(minutes(NOON - 3_600, NOON - 180))
        stage.meter.fail_after_pages = 4
        stage.tail.connected(stage.meter.meter)
        await stage.until_complete(stage.meter.memory)
        assert await stage.on_books() == stage.meter.memory


async def test_a_meter_that_stumbles_every_few_pages_gets_ahead_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "RETRY_S", 0.01)
    monkeypatch.setattr(tail_module, "RETRY_SOON_S", 0.01)
    async with scene(tmp_path) as stage:
        stage.remember(minutes(NOON - 3_600, NOON - 180))
        stage.meter.fail_after_pages = 2
        stage.tail.connected(stage.meter.meter)
        await stage.until_complete(stage.meter.memory)
        assert await stage.on_books() == stage.meter.memory


async def test_a_page_that_can_never_be_read_stops_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "RETRY_S", 0.01)
    monkeypatch.setattr(tail_module, "RETRY_SOON_S", 0.01)
    async with scene(tmp_path) as stage:
        stage.remember(minutes(NOON - 7_200, NOON - 180))
        stage.meter.poisoned = NOON - 6_000
        stage.tail.connected(stage.meter.meter)
        page = NOON - 6_120  # the poisoned minute is the third of its page
        await stage.until_booked(minutes(NOON - 7_200, page))
        await stage.until_booked(minutes(page + 600, NOON - 180))
        assert await stage.store.books.gaps(stage.meter.meter) == [
            Gap(Span(page, page + 600), GapReason.OUTAGE)
        ]
        assert stage.tail.trouble is not None
        stage.meter.poisoned = None
        stage.clock.advance(86_400)  # the next day it is wanted again
        stage.tail.connected(stage.meter.meter)
        await stage.until_complete(stage.meter.memory)
        assert await stage.on_books() == stage.meter.memory
        assert stage.tail.trouble is None


async def test_a_hole_of_now_is_no_loss_while_older_history_is_fetched(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        stage.remember(minutes(NOON - 30 * 3_600, NOON - 180))
        stage.meter.after_page = stage.new_minutes_with_a_hole
        stage.tail.connected(stage.meter.meter)
        await stage.until_complete(minutes(NOON - 30 * 3_600, NOON + 300))
        assert await stage.store.books.gaps(stage.meter.meter) == []


async def test_nothing_is_fetched_that_our_clock_would_park(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        stage.clock.wall_s = NOON - 86_400
        stage.meter.offset_s = 86_400.0
        stage.remember(minutes(NOON - 2 * 86_400, NOON - 180))
        stage.tail.connected(stage.meter.meter)
        await stage.until_complete(minutes(NOON - 2 * 86_400, NOON - 86_400))
        assert max(span.end for span in stage.meter.asked) <= NOON - 86_400 + 300
        assert await stage.store.books.parked() == {}


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


async def test_what_the_meter_does_not_have_is_explained_and_not_asked_for(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        await stage.book([*minutes(NOON - 7_200, NOON - 6_000), *minutes(NOON - 3_600, NOON - 180)])
        for start in minutes(NOON - 7_200, NOON - 5_400):
            stage.meter.memory.pop(start, None)
        stage.remember(minutes(NOON - 5_400, NOON - 3_600))
        stage.tail.connected(stage.meter.meter)
        await stage.until_complete(minutes(NOON - 5_400, NOON - 3_600))
        await _explained(stage, GapReason.NOT_IN_MEMORY)
        lost = Span(NOON - 6_000, NOON - 5_400)
        gaps = await stage.store.books.gaps(stage.meter.meter)
        assert gaps == [Gap(lost, GapReason.NOT_IN_MEMORY)]
        assert all(span.end <= lost.start or span.start >= lost.end for span in stage.meter.asked)


async def test_what_is_listed_but_not_given_is_given_up_after_three_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "EVERY_S", 0.02)
    monkeypatch.setattr(tail_module, "WATCH_S", 0.01)
    async with scene(tmp_path) as stage:
        await stage.book([*minutes(NOON - 7_200, NOON - 6_000), *minutes(NOON - 3_600, NOON - 180)])
        stage.meter.listed = [Span(NOON - 7_200, NOON - 180)]
        stage.tail.connected(stage.meter.meter)
        await _explained(stage, GapReason.NOT_IN_MEMORY)
        looks = stage.meter.lists
        async with asyncio.timeout(5):
            while stage.meter.lists < looks + 3:
                await asyncio.sleep(0.01)
        assert stage.meter.asked == [Span(NOON - 6_000, NOON - 3_600)] * 3
        assert stage.tail.minutes_to_fetch == 0


async def test_an_empty_answer_writes_nothing_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "EVERY_S", 0.02)
    monkeypatch.setattr(tail_module, "WATCH_S", 0.01)
    async with scene(tmp_path) as stage:
        await stage.book([*minutes(NOON - 7_200, NOON - 6_000), *minutes(NOON - 3_600, NOON - 180)])
        stage.remember(minutes(NOON - 6_000, NOON - 3_600))
        stage.meter.gives_nothing = 2
        stage.tail.connected(stage.meter.meter)
        await stage.until_complete(stage.meter.memory)
        assert await stage.on_books() == stage.meter.memory


async def test_a_wrong_verdict_heals_when_the_meter_lists_the_minutes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "EVERY_S", 0.02)
    monkeypatch.setattr(tail_module, "WATCH_S", 0.01)
    async with scene(tmp_path) as stage:
        await stage.book([*minutes(NOON - 7_200, NOON - 6_000), *minutes(NOON - 3_600, NOON - 180)])
        stage.remember(minutes(NOON - 6_000, NOON - 3_600))
        stage.meter.listed = []
        stage.tail.connected(stage.meter.meter)
        await _explained(stage, GapReason.NOT_IN_MEMORY)
        stage.meter.listed = None
        await stage.until_complete(stage.meter.memory)
        assert await stage.store.books.gaps(stage.meter.meter) == []


async def test_a_pushed_minute_that_leaves_a_hole_wakes_the_tail(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        await stage.book(minutes(NOON - 3_600, NOON - 1_200))
        stage.tail.connected(stage.meter.meter)
        async with asyncio.timeout(5):
            while stage.tail._booked_to is None:
                await asyncio.sleep(0.01)
        stage.remember(minutes(NOON - 1_200, NOON - 180))
        late = Entry(stage.meter.meter, stage.meter.memory[NOON - 240], Origin.PUSHED)
        stage.tail.pushed([late])
        stage.keeper.offer([late])
        await stage.until_complete(stage.meter.memory)
        assert await stage.on_books() == stage.meter.memory


async def test_a_hole_is_seen_although_its_minute_is_still_being_booked(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        await stage.book(minutes(NOON - 3_600, NOON - 240))
        stage.tail.connected(stage.meter.meter)
        async with asyncio.timeout(5):
            while stage.tail._booked_to is None:
                await asyncio.sleep(0.01)
        stage.remember(minutes(NOON - 240, NOON))
        late = Entry(stage.meter.meter, stage.meter.memory[NOON - 60], Origin.PUSHED)
        stage.keeper.offer([late])
        stage.tail.pushed([late])
        await stage.until_complete(stage.meter.memory)
        assert await stage.store.books.gaps(stage.meter.meter) == []


async def test_pushes_that_stop_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "WATCH_S", 0.02)
    async with scene(tmp_path) as stage:
        await stage.book(minutes(NOON - 3_600, NOON - 120))
        stage.tail.connected(stage.meter.meter)
        async with asyncio.timeout(5):
            while stage.tail._booked_to is None:
                await asyncio.sleep(0.01)
        stage.remember(minutes(NOON - 120, NOON + 600))
        stage.clock.advance(900)
        await stage.until_complete(minutes(NOON - 120, NOON + 600))


async def test_a_meter_without_time_is_left_alone_and_its_gap_explained(
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
        await _explained(stage, GapReason.NO_TIME)


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


async def test_time_passes_without_a_meter_and_with_one_that_is_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "WATCH_S", 0.005)
    monkeypatch.setattr(tail_module, "EVERY_S", 0.01)
    async with scene(tmp_path) as stage:
        await asyncio.sleep(0.05)
        assert stage.meter.lists == 0
        await stage.book(minutes(NOON - 3_600, NOON - 120))
        stage.tail.connected(stage.meter.meter)
        stage.tail.connected(stage.meter.meter)
        async with asyncio.timeout(5):
            while stage.meter.lists < 3:
                await asyncio.sleep(0.005)
        assert stage.meter.asked == []


async def test_a_meter_lost_while_fetching_is_left_alone(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        stage.remember(minutes(NOON - 20 * 3_600, NOON - 180))
        stage.keeper.offer([])
        stage.tail.connected(stage.meter.meter)
        await asyncio.wait_for(stage.booked.wait(), 5)
        stage.tail.disconnected()
        asked = len(stage.meter.asked)
        await asyncio.sleep(0.1)
        assert len(stage.meter.asked) <= asked + 1
        stage.tail.connected(stage.meter.meter)
        await stage.until_complete(stage.meter.memory)
        assert await stage.on_books() == stage.meter.memory


async def test_a_meter_that_pushes_nothing_is_audited_too(tmp_path: Path) -> None:
    async with scene(tmp_path) as stage:
        counted: asyncio.Future[Counters] = asyncio.get_running_loop().create_future()
        stage.tail.on_counters = counted.set_result
        stage.meter.counters = Counters(NOON - 60, (1, 2, 3, 4, 5, 6))
        stage.tail.connected(stage.meter.meter)
        assert await asyncio.wait_for(counted, 5) == stage.meter.counters


async def _explained(stage: Scene, reason: GapReason) -> None:
    async with asyncio.timeout(5):
        while True:
            gaps = await stage.store.books.gaps(stage.meter.meter)
            if gaps and all(gap.reason is reason for gap in gaps):
                return
            await asyncio.sleep(0.01)
