"""A round of fetching: who is asked, what is believed, and what is told of it."""

from datetime import date

import pytest

from tests.energy.pricing import HELSINKI
from tests.fakes.clock import ManualClock
from tests.fakes.prices import FakePriceBook, FakeSource
from wattledger.energy.errors import PriceError
from wattledger.energy.price_quotes import Quote
from wattledger.flow.price_round import PriceRound, RoundResult

DAY = date(2026, 1, 15)
START = HELSINKI.start_of(DAY)
QUARTERS = range(START, START + 86_400, 900)
WHOLE = [Quote(start, 900, 10_000) for start in QUARTERS]
VAT_E5 = 25_500


class Home:
    def __init__(self, *sources: FakeSource) -> None:
        self.book = FakePriceBook()
        self.clock = ManualClock(START + 50_000)
        self.round = PriceRound(
            "FI", HELSINKI, sources, self.book, self.clock, lambda start: VAT_E5 if start else None
        )

    async def run(self, *, again: bool = False) -> RoundResult:
        result = await self.round.run([DAY], again=again)
        self.clock.advance(600)
        return result


def quotes(price_e7: int, *, has_vat: bool = False) -> list[Quote]:
    return [Quote(start, 900, price_e7, has_vat) for start in QUARTERS]


async def test_the_first_that_has_all_of_the_day_is_enough() -> None:
    first, second = FakeSource("elering", WHOLE), FakeSource("spot-hinta", WHOLE)
    home = Home(first, second)
    result = await home.run()
    assert result.is_complete
    assert [(one.source, one.words) for one in result.answers] == [("elering", "96 prices")]
    assert not second.asked
    assert (await home.run()).answers == []


async def test_who_fails_or_lacks_something_is_followed_by_the_next() -> None:
    failing = FakeSource("porssisahko", PriceError("answers 503"))
    few = FakeSource("elering", WHOLE[:3])
    home = Home(failing, few, FakeSource("spot-hinta", WHOLE))
    result = await home.run()
    assert result.is_complete
    assert [(one.source, one.words, one.has_failed) for one in result.answers] == [
        ("porssisahko", "answers 503", True),
        ("elering", "3 prices", True),
        ("spot-hinta", "96 prices", False),
    ]
    assert [row.source for row in home.book.rows[:4]] == [*["elering"] * 3, "spot-hinta"]


async def test_what_nobody_has_is_missing() -> None:
    home = Home(FakeSource("elering", WHOLE[:-1]))
    assert (await home.run()).missing == [START + 86_400 - 900]


async def test_a_source_is_left_alone_as_long_as_it_wants_and_goes_last_after_three_failures() -> (
    None
):
    tired = FakeSource("elering", PriceError("429", 1_800), PriceError("503"))
    other = FakeSource("spot-hinta", WHOLE[:5])
    home = Home(tired, other)
    for _ in range(3):
        await home.run()
    assert (len(tired.asked), len(other.asked)) == (1, 3)
    await home.run()
    await home.run()
    result = await home.run()
    assert len(tired.asked) == 4
    assert [one.source for one in result.answers] == ["elering", "spot-hinta"]
    other.answers = [WHOLE[:5]]
    home = Home(FakeSource("elering", PriceError("503")), FakeSource("spot-hinta", WHOLE[:5], []))
    results = [await home.run() for _ in range(4)]
    assert [one.source for one in results[0].answers] == ["elering", "spot-hinta"]


async def test_a_price_with_vat_is_brought_back_and_one_without_goes_before_it() -> None:
    with_vat = FakeSource("porssisahko", quotes(12_550, has_vat=True)[:-1])
    home = Home(with_vat, FakeSource("elering", quotes(10_000)))
    await home.run()
    assert {row.price_e7 for row in home.book.rows} == {10_000}
    home = Home(with_vat, FakeSource("elering", quotes(20_000)))
    result = await home.run()
    assert result.answers[1].words == "96 prices; 95 corrected"
    assert result.corrected_records == 95
    assert home.book.rows[-2][2:4] == (20_000, "elering")
    assert home.book.rows[-2].revision == 2


async def test_who_says_otherwise_is_not_believed_and_that_is_told() -> None:
    home = Home(FakeSource("elering", WHOLE[:-1]), FakeSource("spot-hinta", quotes(99_000)))
    result = await home.run()
    assert result.answers[1].words == ("96 prices; 95 differ from another source and are not taken")
    close = Home(FakeSource("elering", WHOLE[:-1]), FakeSource("spot-hinta", quotes(10_100)))
    assert (await close.run()).answers[1].words == "96 prices"


async def test_a_source_may_correct_itself_when_it_is_asked_again() -> None:
    source = FakeSource("elering", quotes(10_000), quotes(30_000))
    home = Home(source, FakeSource("spot-hinta", WHOLE))
    assert (await home.run(again=True)).is_complete
    result = await home.run(again=True)
    assert result.corrected_records == 96
    assert len(home.book.rows) == 192
    failing = Home(FakeSource("elering", WHOLE, PriceError("503")), FakeSource("spot-hinta", WHOLE))
    await failing.run()
    result = await failing.run(again=True)
    assert [one.has_failed for one in result.answers] == [True, False]


async def test_zeros_at_the_end_are_believed_when_a_second_source_has_them() -> None:
    zeros = [*WHOLE[:-8], *(Quote(start, 900, 0) for start in QUARTERS[-8:])]
    first, second = FakeSource("elering", zeros), FakeSource("spot-hinta", zeros)
    result = await Home(first).run()
    assert len(result.missing) == 8
    assert result.answers[0].words == "88 prices; 8 zeros up to the end, not believed yet"
    assert (await Home(first, second).run()).is_complete


async def test_what_cant_be_or_has_no_rate_is_told() -> None:
    odd = [Quote(START, 900, 10**9), Quote(0, 900, 5, has_vat=True)]
    home = Home(FakeSource("porssisahko", odd))
    assert (await home.run()).answers[0].words == "0 prices; 1 can't be"
    span_from_zero = PriceRound(
        "FI",
        HELSINKI,
        [FakeSource("porssisahko", quotes(5, has_vat=True))],
        FakePriceBook(),
        home.clock,
        lambda _: None,
    )
    result = await span_from_zero.run([DAY])
    assert result.answers[0].words == "96 prices; 96 without a rate of VAT"


async def test_of_an_answer_that_mostly_cant_be_nothing_is_believed() -> None:
    """In another unit the smallest of its prices look as if they could be."""
    wrong = [*quotes(10**9)[:-8], *quotes(9_000_000)[-8:]]
    home = Home(FakeSource("spot-hinta", wrong), FakeSource("elering", WHOLE))
    result = await home.run()
    assert result.answers[0].words == "0 prices; 96 can't be"
    assert {row.source for row in home.book.rows} == {"elering"}


@pytest.mark.parametrize("period_s", [900, 3_600])
async def test_the_mean_of_an_hour_is_the_price_of_no_quarter(period_s: int) -> None:
    """Some sources fall back to hours, and most do not say how long a price holds."""
    hours = [Quote(start, period_s, 20_000) for start in range(START, START + 86_400, 3_600)]
    home = Home(FakeSource("elering", hours), FakeSource("spot-hinta", WHOLE))
    result = await home.run()
    assert result.answers[0].words == "0 prices; 24 by the hour, where the market has quarters"
    assert result.is_complete
    assert {row.source for row in home.book.rows} == {"spot-hinta"}


async def test_before_there_were_quarters_hours_are_prices() -> None:
    start = HELSINKI.start_of(date(2025, 9, 30))
    hours = [Quote(at, 3_600, 20_000) for at in range(start, start + 86_400, 3_600)]
    home = Home(FakeSource("sahkotin", hours))
    assert (await home.round.run([date(2025, 9, 30)])).is_complete


async def test_of_a_price_that_is_told_twice_neither_is_taken() -> None:
    twice = [*WHOLE, Quote(START, 900, 20_000), Quote(START, 900, 20_000), WHOLE[1]]
    home = Home(FakeSource("elering", twice), FakeSource("spot-hinta", WHOLE))
    result = await home.run()
    assert result.answers[0].words == "95 prices; 3 can't be"
    assert result.is_complete
    assert [row.source for row in home.book.rows if row.start == START] == ["spot-hinta"]
