"""Up to where the books of all meters go: the newest minute that all have, never going back."""

import asyncio
from collections.abc import Sequence

from tests.fakes.clock import ManualClock
from tests.fakes.home import GRID, SOLAR, MemoryHome
from tests.fakes.loop import at_once
from wattledger.energy.booking_entry import Gap, GapReason
from wattledger.energy.meter import MeterId
from wattledger.energy.record import MinuteRecord
from wattledger.energy.spans import Span
from wattledger.flow.booked_watermark import BookedWatermark
from wattledger.flow.live_power import MinuteBooked, Subscription
from wattledger.flow.notifier import Notifier

NOON = 1_750_064_400


class Bench:
    def __init__(self, meters: Sequence[MeterId | None] = (GRID, SOLAR)) -> None:
        self.home = MemoryHome(ManualClock(float(NOON)))
        self.meters = [*meters]
        self.notifier = Notifier()
        self.booked_to = BookedWatermark(
            self.home.books, lambda: self.meters, self.home.board, self.notifier, self.home.clock
        )

    def book(self, meter: MeterId, first: int, end: int) -> None:
        for start in range(first, end, 60):
            self.home.books.put(meter, MinuteRecord(start, 60, 1, 0, 0, 0, 0, 0))

    async def told(self) -> int | None:
        with self.home.board.subscribed() as mailbox:
            await self.booked_to.tell()
            return await _minute(mailbox)


async def _minute(mailbox: Subscription) -> int | None:
    (event,) = await mailbox.next()
    assert isinstance(event, MinuteBooked)
    return event.booked_to


async def test_old_memory_that_is_fetched_takes_nothing_back() -> None:
    bench = Bench()
    bench.book(GRID, NOON - 120, NOON)
    assert await bench.told() is None
    bench.book(SOLAR, NOON - 120, NOON - 60)
    assert await bench.told() == NOON - 60
    bench.book(GRID, NOON - 40 * 86_400, NOON - 39 * 86_400)
    assert await bench.told() == NOON - 60
    bench.book(SOLAR, NOON - 60, NOON)
    assert await bench.told() == NOON


async def test_once_the_clocks_are_set_back_it_goes_by_the_minutes_before_now() -> None:
    bench = Bench()
    clock = bench.home.clock
    clock.wall_s += 86_400
    for meter in (GRID, SOLAR):
        bench.book(meter, NOON - 600, NOON)
        bench.book(meter, NOON + 86_340, NOON + 86_400)
    assert await bench.told() == NOON + 86_400
    clock.wall_s -= 86_400
    for meter in (GRID, SOLAR):
        bench.home.books.kept_gaps[meter] = [Gap(Span(NOON, NOON + 86_340), GapReason.OUTAGE)]
    assert await bench.told() == NOON
    clock.advance(60)
    for meter in (GRID, SOLAR):
        bench.book(meter, NOON, NOON + 60)
        bench.home.books.kept_gaps[meter] = [Gap(Span(NOON + 60, NOON + 86_340), GapReason.OUTAGE)]
    assert await bench.told() == NOON + 60


async def test_one_silent_meter_holds_it_and_a_gap_of_one_does_too() -> None:
    bench = Bench()
    bench.book(GRID, NOON - 600, NOON)
    bench.book(SOLAR, NOON - 600, NOON - 300)
    assert await bench.told() == NOON - 300
    bench.book(GRID, NOON, NOON + 300)
    assert await bench.told() == NOON - 300
    bench.book(SOLAR, NOON + 240, NOON + 300)
    bench.home.books.kept_gaps[SOLAR] = [Gap(Span(NOON - 300, NOON + 240), GapReason.OUTAGE)]
    bench.home.books.kept_gaps[GRID] = [Gap(Span(NOON + 240, NOON + 300), GapReason.OUTAGE)]
    assert await bench.told() == NOON - 300
    bench.home.books.kept_gaps.clear()
    assert await bench.told() == NOON + 300


async def test_a_meter_newly_added_takes_nothing_back_and_counts_once_it_has_a_minute() -> None:
    bench = Bench()
    bench.book(GRID, NOON - 600, NOON)
    bench.book(SOLAR, NOON - 600, NOON)
    assert await bench.told() == NOON
    bench.meters.append(None)
    bench.book(GRID, NOON, NOON + 60)
    assert await bench.told() == NOON
    bench.meters[-1] = MeterId("C" * 12)
    bench.book(MeterId("C" * 12), NOON - 60, NOON)
    assert await bench.told() == NOON
    bench.home.books.busy = True
    assert await bench.told() == NOON


def test_many_commits_are_told_about_once_a_second() -> None:
    async def test() -> None:
        bench = Bench()
        told = 0
        running = asyncio.create_task(bench.booked_to.run())
        with bench.home.board.subscribed() as mailbox:
            for _ in range(100):
                bench.notifier.ring()
                await asyncio.sleep(0.05)
                async with asyncio.timeout(0.001):
                    told += 1 if mailbox._filled.is_set() and await mailbox.next() else 0
        assert 5 <= told <= 7
        running.cancel()

    at_once(test())
