"""The task that fetches prices, in a time that jumps."""

import asyncio
from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest

from tests.energy.pricing import HELSINKI
from tests.fakes.loop import JumpingLoop, LoopClock
from tests.fakes.prices import FakePriceBook, FakeSource
from wattledger.energy.errors import PriceError
from wattledger.energy.fault import FaultKind
from wattledger.energy.price_quotes import Quote
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.notifier import Notifier
from wattledger.flow.price_fetching import PriceFetching
from wattledger.flow.price_import import keep_quotes
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


def lived(
    book: FakePriceBook, *sources: FakeSource, from_hour: int, hours: int
) -> dict[FaultKind, str]:
    """So long from that hour of the day on; what is wrong then."""

    async def life() -> dict[FaultKind, str]:
        moment = datetime(2026, 1, 15, from_hour, tzinfo=HELSINKI.time_zone)
        clock = LoopClock(moment.timestamp())
        asking = PriceRound("FI", HELSINKI, sources, book, clock, lambda _: None)
        task = PriceFetching(asking, clock, ClockSteps(clock), lambda: 30.0, Notifier())
        assert list(task.standing()) == []
        with suppress(TimeoutError):
            async with asyncio.timeout(hours * 3_600):
                await task.run()
        return {fault.kind: fault.detail for fault in task.standing()}

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(life())


def test_a_day_that_is_complete_is_asked_for_in_the_afternoon_until_tomorrow_is_there() -> None:
    source = FakeSource("elering", *[YESTERDAY_AND_TODAY] * 3, WITH_TOMORROW)
    assert lived(FakePriceBook(), source, from_hour=8, hours=12) == {}
    assert len(source.asked) == 4


def test_once_in_the_afternoon_what_is_complete_is_looked_at_again() -> None:
    source = FakeSource("elering", PriceError("503"), WITH_TOMORROW)
    book = FakePriceBook()
    lived(book, FakeSource("elering", WITH_TOMORROW), from_hour=15, hours=1)
    lived(book, source, from_hour=8, hours=1)
    assert not source.asked
    lived(book, source, from_hour=15, hours=4)
    assert len(source.asked) >= 1


def test_a_store_that_is_busy_is_tried_again() -> None:
    book = FakePriceBook()
    book.is_busy = True
    source = FakeSource("elering", WITH_TOMORROW)
    assert lived(book, source, from_hour=8, hours=1) == {}
    assert len(source.asked) > 3
    assert book.rows == []


@pytest.mark.parametrize("hour", [21])
def test_in_the_evening_it_asks_by_the_hour(hour: int) -> None:
    source = FakeSource("elering", YESTERDAY_AND_TODAY)
    lived(FakePriceBook(), source, from_hour=hour, hours=2)
    assert len(source.asked) == 2


def test_what_should_be_out_and_is_not_is_told_with_what_was_answered() -> None:
    """Tomorrow's from the evening on, today's at once."""
    source = FakeSource("elering", YESTERDAY_AND_TODAY)
    assert lived(FakePriceBook(), source, from_hour=15, hours=4) == {}
    told = lived(FakePriceBook(), source, from_hour=20, hours=1)
    words = "prices are missing from 2026-01-16 00:00 on, 96 in all; elering: 192 prices"
    assert told == {FaultKind.PRICES_MISSING: words}
    broken = FakeSource("elering", PriceError("answers 503"))
    told = lived(FakePriceBook(), broken, from_hour=8, hours=1)
    words = "prices are missing from 2026-01-14 00:00 on, 192 in all; elering: answers 503"
    assert told == {FaultKind.PRICES_MISSING: words}
    waits = FakeSource("elering", PriceError("answers 429", 7_200))
    told = lived(FakePriceBook(), waits, from_hour=8, hours=1)
    assert told[FaultKind.PRICES_MISSING].endswith("; no source may be asked")


def test_sources_that_differ_are_told() -> None:
    other = FakeSource("spot-hinta", [one._replace(price_e7=99_000) for one in WITH_TOMORROW])
    sources = FakeSource("elering", YESTERDAY_AND_TODAY[:-1]), other
    told = lived(FakePriceBook(), *sources, from_hour=8, hours=1)
    assert told[FaultKind.PRICES_DISPUTED].startswith("sources of prices differ; elering: 191 ")


def test_what_a_person_imports_is_missing_no_longer() -> None:
    book, changed = FakePriceBook(), Notifier()

    async def life() -> None:
        clock = LoopClock(datetime(2026, 1, 15, 8, tzinfo=HELSINKI.time_zone).timestamp())
        source = FakeSource("elering", PriceError("503"))
        asking = PriceRound("FI", HELSINKI, [source], book, clock, lambda _: None)
        task = PriceFetching(asking, clock, ClockSteps(clock), lambda: 30.0, changed)
        changed.ring()
        async with asyncio.TaskGroup() as tasks:
            works = [tasks.create_task(work()) for work in (task.run, task.follow)]
            await asyncio.sleep(60)
            assert [fault.kind for fault in task.standing()] == [FaultKind.PRICES_MISSING]
            await keep_quotes(book, "FI", YESTERDAY_AND_TODAY, 0)
            for book.is_unreadable in (True, False):
                changed.ring()
                await asyncio.sleep(1)
                assert bool(list(task.standing())) == book.is_unreadable
            changed.ring()
            await asyncio.sleep(1)
            assert list(task.standing()) == []
            for work in works:
                work.cancel()

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(life())
