"""Prices of earlier days, in a time that jumps."""

import asyncio
from contextlib import suppress
from datetime import date, datetime, timedelta

from tests.energy.pricing import HELSINKI
from tests.fakes.loop import JumpingLoop, LoopClock
from tests.fakes.prices import FakePriceBook, FakeSource
from tests.flow.test_price_fetching import TODAY, whole
from wattledger.energy.errors import PriceError
from wattledger.energy.spot_price import SpotPrice
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.earlier_prices import EarlierPrices
from wattledger.flow.price_round import PriceRound


def ago(*days: int) -> list[date]:
    return [TODAY - timedelta(days=number) for number in days]


def kept(*days: date) -> FakePriceBook:
    book = FakePriceBook()
    book.rows = [SpotPrice(one.start, 900, one.price_e7, "elering", 0) for one in whole(*days)]
    return book


def lived(book: FakePriceBook, *sources: FakeSource, hours: int) -> list[tuple[date, date]]:
    """So long from midnight on; the first and last day of each question to the first source."""

    async def life() -> None:
        midnight = datetime(2026, 1, 15, tzinfo=HELSINKI.time_zone)
        clock = LoopClock(midnight.timestamp())
        asking = PriceRound("FI", HELSINKI, sources, book, clock, lambda _: None)
        task = EarlierPrices(asking.apart(), book, clock, ClockSteps(clock), lambda: 30.0)
        with suppress(TimeoutError):
            async with asyncio.timeout(hours * 3_600):
                await task.run()

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(life())
    days = [[*HELSINKI.days(*span)] for span in sources[0].asked]
    return [(found[0], found[-1]) for found in days]


def test_what_earlier_days_lack_is_fetched_the_newest_week_first() -> None:
    """After a fortnight without a network. UTC days go on into the local ones beside them."""
    book = kept(*ago(20, 19, 1, 0))
    between = whole(*ago(*range(19, 1, -1)))
    asked = lived(book, FakeSource("elering", between), hours=20)
    assert asked == [(ago(8)[0], ago(2)[0]), (ago(15)[0], ago(9)[0]), (ago(19)[0], ago(16)[0])]
    assert {row.start for row in book.rows} >= {quote.start for quote in between}


def test_what_nobody_has_is_asked_for_ever_more_seldom() -> None:
    book = kept(*ago(30, 29, 1, 0))
    asked = lived(book, FakeSource("elering", whole(*ago(0))), hours=24 * 8)
    assert len(asked) == 4 * 4  # on this day, and 1, 2, 4, 8 days... later


def test_a_source_that_is_away_says_nothing_of_what_it_has() -> None:
    book = kept(*ago(9, 8, 1, 0))
    asked = lived(book, FakeSource("elering", PriceError("503")), hours=48)
    assert len(asked) == 48
    assert set(asked) <= {(ago(8)[0], ago(2)[0]), (ago(7)[0], ago(1)[0])}
    limited = FakeSource("elering", PriceError("429", 8 * 3_600), whole(*ago(*range(8, 1, -1))))
    assert len(lived(book, limited, hours=12)) == 2
    assert {row.start for row in book.rows} >= {one.start for one in whole(*ago(*range(8, 1, -1)))}


def test_the_first_day_stays_the_first() -> None:
    """It begins within a UTC day, whose other part nobody misses."""
    book = kept(*ago(20, 19, 18, 1, 0)[:3])
    assert lived(book, FakeSource("elering", whole(*ago(*range(40, 0, -1)))), hours=24 * 5) == []


def test_a_book_that_is_busy_is_asked_again() -> None:
    book = kept(*ago(4, 3, 1, 0))
    book.is_unreadable = True
    source = FakeSource("elering", whole(*ago(3, 2)))
    assert lived(book, source, hours=5) == []
    book.is_unreadable = False
    assert lived(book, source, hours=5) == [(ago(3)[0], ago(2)[0])]
