"""What goes through a home's prices: it rings, and what is corrected is told for a day."""

import asyncio
from datetime import date

from tests.energy.pricing import HELSINKI
from tests.fakes.clock import ManualClock
from tests.fakes.prices import FakePriceBook
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.price_quotes import Quote
from wattledger.energy.spans import Span
from wattledger.energy.spot_price import SpotPrice
from wattledger.flow.price_import import keep_quotes
from wattledger.flow.spot_prices import SpotPrices

START = HELSINKI.start_of(date(2026, 1, 15))
PRICE = SpotPrice(START, 900, 100, "elering", 5)
NOW = START + 50_000


async def test_who_waits_for_prices_is_woken_once_they_are_kept() -> None:
    spot = SpotPrices(FakePriceBook(), HELSINKI, ManualClock(NOW))
    rung = spot.changed.wakes(asyncio.Event())
    await spot.keep("FI", [PRICE])
    assert rung.is_set()
    assert await spot.prices("FI", Span(START, START + 900)) == [PRICE]


async def test_what_was_corrected_is_told_for_a_day_and_adds_up() -> None:
    clock = ManualClock(NOW)
    spot = SpotPrices(FakePriceBook(), HELSINKI, clock)
    await spot.keep("FI", [PRICE])
    assert list(spot.standing()) == []
    await spot.keep("FI", [PRICE._replace(revision=2)])
    words = "corrected: 1 price of 2026-01-15 (elering); what energy cost is computed anew"
    assert list(spot.standing()) == [Fault(FaultKind.PRICES_CORRECTED, words, NOW)]
    clock.advance(600)
    before = PRICE._replace(start=START - 900, revision=2, source="file")
    await spot.keep("FI", [before, before._replace(start=START - 1_800)])
    (told,) = spot.standing()
    assert told.detail.startswith("corrected: 3 prices of 2026-01-14 to 2026-01-15 (elering, f")
    clock.advance(86_400)
    assert list(spot.standing()) == []
    await spot.keep("FI", [PRICE._replace(revision=3)])
    (told,) = spot.standing()
    assert told.detail.startswith("corrected: 1 price of 2026-01-15 ")


async def test_what_was_corrected_is_told_after_a_restart_as_long_as_without_one() -> None:
    clock, book = ManualClock(NOW), FakePriceBook()
    before = SpotPrices(book, HELSINKI, clock)
    days = [START - 86_400, START, START + 86_400]
    for start, wait_s in zip(days, (90_000, 80_000, 0), strict=True):
        at = int(clock.now_s())
        await before.keep("FI", [PRICE._replace(start=start, fetched_at=at)])
        await before.keep("FI", [PRICE._replace(start=start, fetched_at=at, revision=2)])
        clock.advance(wait_s)

    async def after() -> SpotPrices:
        spot = SpotPrices(book, HELSINKI, clock)
        await spot.recall()
        return spot

    told = list(before.standing())
    assert told[0].detail.startswith("corrected: 2 prices of 2026-01-15 to 2026-01-16 (elering)")
    clock.advance(50_000)
    restarted = await after()
    assert list(restarted.standing()) == told
    book.is_busy = True
    assert list((await after()).standing()) == []
    book.is_busy = False
    clock.advance(36_400)
    assert list(before.standing()) == list((await after()).standing()) == []
    book.rows.clear()
    assert list((await after()).standing()) == []


async def test_what_a_person_brings_corrects_what_is_there() -> None:
    book = FakePriceBook()
    assert (await keep_quotes(book, "FI", [], NOW)).fresh == []
    await book.keep("FI", [PRICE])
    quotes = [Quote(START, 900, 200), Quote(START + 900, 900, 300)]
    found = await keep_quotes(book, "FI", quotes, NOW)
    assert (len(found.fresh), found.corrected) == (2, 1)
    assert book.rows[1:] == [
        SpotPrice(START, 900, 200, "file", NOW, 2),
        SpotPrice(START + 900, 900, 300, "file", NOW),
    ]
    assert (await keep_quotes(book, "FI", quotes, NOW)).fresh == []
