"""The task that fetches prices, in a time that jumps."""

import asyncio
from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from typing_extensions import override

from tests.energy.pricing import HELSINKI
from tests.fakes.loop import JumpingLoop, LoopClock
from tests.fakes.prices import FakePriceBook, FakeSource
from wattledger.energy.errors import PriceError
from wattledger.energy.spot_price import Quote
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.notifier import Notifier
from wattledger.flow.price_fetching import PriceFetching
from wattledger.flow.price_round import PriceRound

TODAY = date(2026, 1, 15)


def whole(*days: date) -> list[Quote]:
    return [
        Quote(start, 900, 10_000)
        for day in days
        for start in range(HELSINKI.start_of(day), HELSINKI.start_of(day + timedelta(days=1)), 900)
    ]


YESTERDAY_AND_TODAY = whole(TODAY - timedelta(days=1), TODAY)
WITH_TOMORROW = [*YESTERDAY_AND_TODAY, *whole(TODAY + timedelta(days=1))]


def lived(source: FakeSource, book: FakePriceBook, from_hour: int, hours: int) -> int:
    """So long from that hour of the day on; how often it was rung."""
    rung = 0

    class Rung(asyncio.Event):
        @override
        def set(self) -> None:
            nonlocal rung
            rung += 1

    async def life() -> None:
        moment = datetime(2026, 1, 15, from_hour, tzinfo=HELSINKI.time_zone)
        clock, changed = LoopClock(moment.timestamp()), Notifier()
        changed.wakes(Rung())
        asking = PriceRound("FI", HELSINKI, [source], book, clock, lambda _: None)
        steps = ClockSteps(clock)
        task = PriceFetching(asking, HELSINKI, clock, steps, changed, lambda: 30.0)
        with suppress(TimeoutError):
            async with asyncio.timeout(hours * 3_600):
                await task.run()

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(life())
    return rung


def test_a_day_that_is_complete_is_asked_for_in_the_afternoon_until_tomorrow_is_there() -> None:
    source = FakeSource("elering", *[YESTERDAY_AND_TODAY] * 3, WITH_TOMORROW)
    rung = lived(source, FakePriceBook(), from_hour=8, hours=12)
    assert rung == len(source.asked) == 4


def test_once_in_the_afternoon_what_is_complete_is_looked_at_again() -> None:
    source = FakeSource("elering", PriceError("503"), WITH_TOMORROW)
    book = FakePriceBook()
    lived(FakeSource("elering", WITH_TOMORROW), book, from_hour=15, hours=1)
    assert lived(source, book, from_hour=8, hours=1) == 0
    assert not source.asked
    lived(source, book, from_hour=15, hours=4)
    assert len(source.asked) >= 1


def test_a_store_that_is_busy_is_tried_again() -> None:
    book = FakePriceBook()
    book.is_busy = True
    source = FakeSource("elering", WITH_TOMORROW)
    assert lived(source, book, from_hour=8, hours=1) == 0
    assert len(source.asked) > 3


@pytest.mark.parametrize("hour", [21])
def test_in_the_evening_it_asks_by_the_hour(hour: int) -> None:
    source = FakeSource("elering", YESTERDAY_AND_TODAY)
    lived(source, FakePriceBook(), from_hour=hour, hours=2)
    assert len(source.asked) == 2
