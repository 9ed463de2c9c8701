"""Whether the copy still has what was posted: counted by months, in memory."""

import logging
from datetime import date

import pytest

from tests.fakes.home import GRID, SOLAR
from tests.flow.counting import (
    APRIL,
    MARCH_SPAN,
    OTHER,
    T0,
    T0_DAY,
    Counting,
    stretch,
)
from wattledger.energy.netting import Netting
from wattledger.energy.rollup import DaySums
from wattledger.energy.spans import Span
from wattledger.flow import replica_check
from wattledger.flow.replica_losses import MENDED_TOLD_S, Loss, ReplicaLosses


async def test_what_is_booked_while_a_month_is_compared_is_not_lost(counting: Counting) -> None:
    lost, [new] = counting.lose(GRID, T0 + 60), stretch(T0 + 200 * 60, 1)
    counting.outbox.meanwhile = lambda: counting.book(GRID, new)
    counting.replica_check.doubt(MARCH_SPAN)
    await counting.count()
    assert counting.replica_check.lack is not None
    assert counting.replica_check.lack.months == {date(2026, 3, 1): Loss(1, 0)}
    assert sorted(counting.outbox.kept[GRID].values()) == [lost, new]


async def test_nothing_is_counted_before_anything_is_booked() -> None:
    counting = Counting()
    counting.replica_check.doubt(MARCH_SPAN)
    assert counting.replica_check.lack is None
    assert await counting.count() == []


async def test_while_nothing_is_booked_it_rests_and_then_counts_at_once() -> None:
    counting = Counting()
    counting.replica_check.begin()
    assert await counting.replica_check.step() is None
    assert counting.replica_check.rest_s(300) == 300
    counting.book(GRID, *stretch(T0, 3))
    await counting.post()
    assert await counting.replica_check.step() == frozenset()


async def test_months_that_were_fetched_after_the_first_count_are_counted_too() -> None:
    """At a first start the running month comes first, and then what the meter remembers."""
    counting = Counting()
    counting.book(GRID, *stretch(APRIL, 30))
    await counting.post()
    assert await counting.count() == [frozenset()]
    counting.book(GRID, *stretch(T0, 30))
    await counting.post()
    assert await counting.count() == [frozenset()]
    assert counting.replica_check.confirms(Span(T0, APRIL + 60))
    lost = counting.lose(GRID, T0 + 60)
    counting.replica_check.doubt(Span(T0, T0 + 86_400))
    assert counting.replica_check.lack is not None
    assert await counting.count() == [frozenset({GRID}), frozenset()]
    assert [*counting.outbox.kept[GRID].values()] == [lost]


async def test_a_month_of_which_something_waits_is_not_asked_for_all_the_time(
    counting: Counting,
) -> None:
    counting.book(GRID, *stretch(APRIL, 1))
    counting.replica_check.doubt(Span(APRIL, APRIL + 60))
    for _ in range(3):
        counting.clock.advance(60)
        assert await counting.replica_check.step() is None
        assert counting.replica_check.rest_s(300) == replica_check.AGAIN_AFTER_S


@pytest.mark.parametrize("trouble", ["busy", "damaged"])
async def test_a_month_that_can_not_be_counted_is_tried_after_growing_pauses(
    counting: Counting, trouble: str
) -> None:
    check = counting.replica_check
    for _ in range(2):
        setattr(counting.outbox, trouble, True)
        check.doubt(MARCH_SPAN)
        counting.clock.advance(60)
        for pause_s in (10, 20, 40, 40):
            await check.step()
            assert await check.step() is None
            assert check.rest_s(300) == pause_s
            counting.clock.advance(pause_s)
        setattr(counting.outbox, trouble, False)
        assert await counting.count() == [frozenset()]
        assert check.confirms(MARCH_SPAN)


async def test_what_is_the_same_is_confirmed_until_a_new_connection(counting: Counting) -> None:
    assert counting.replica_check.confirms(Span(T0, APRIL + 60))
    assert not counting.replica_check.confirms(Span(T0 - 30 * 86_400, APRIL))
    assert await counting.count() == []
    counting.replica_check.begin()
    assert not counting.replica_check.confirms(MARCH_SPAN)
    assert len(await counting.count()) == 2
    assert counting.replica_check.confirms(MARCH_SPAN)


async def test_everything_is_counted_each_night(counting: Counting) -> None:
    counting.clock.advance(86_400)
    assert len(await counting.count()) == 2


async def test_a_bad_line_does_not_make_it_count_all_the_time(counting: Counting) -> None:
    counting.replica_check.begin()
    before = counting.clock.now_s()
    counting.copy.tallying = lambda: counting.clock.advance(50)
    assert len(await counting.count()) == 2
    assert counting.clock.now_s() == before + 60 + 100
    counting.replica_check.begin()
    counting.clock.advance(100 * replica_check.REST_FACTOR - 1)
    assert await counting.replica_check.step() is None
    counting.clock.advance(1)
    assert await counting.replica_check.step() is not None


async def test_what_is_lacking_waits_again_and_is_told_until_it_is_there(
    counting: Counting, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    first, second = counting.lose(SOLAR, T0 + 60), counting.lose(SOLAR, T0 + 6_000)
    counting.replica_check.doubt(MARCH_SPAN)
    assert counting.replica_check.called.is_set()
    assert await counting.count() == [frozenset({SOLAR}), frozenset()]  # and the other month
    assert counting.outbox.kept[SOLAR] == {first.start: first, second.start: second}
    lack = counting.replica_check.lack
    assert lack is not None
    assert lack == ReplicaLosses(
        {date(2026, 3, 1): Loss(lacking_minutes=2)}, counting.clock.now_s()
    )
    assert "it lacks 2 minutes of 2026-03 that were posted" in lack.words
    assert await counting.count() == []  # what waits is not counted
    await counting.post()
    assert await counting.count() == [frozenset()]
    assert counting.replica_check.lack is None
    assert counting.replica_check.confirms(MARCH_SPAN)
    assert caplog.text.count("it lacks") == 1
    assert caplog.text.count("has again") == 1


async def test_each_question_of_a_long_count_is_a_turn(counting: Counting) -> None:
    """A month is compared in parts of five days, and a day added up from the copy by itself."""
    counting.lose(GRID, T0 + 60)
    counting.replica_check.doubt(MARCH_SPAN)
    counting.clock.advance(60)
    counting.turns = 0
    assert await counting.replica_check.step(counting.turn) == frozenset({GRID})
    assert counting.turns == 7


async def test_where_one_month_lacks_something_the_others_are_counted_too(
    counting: Counting,
) -> None:
    """Somebody deleted a meter, and only a day of March is asked for."""
    lost = {counting.lose(SOLAR, T0 + 60), counting.lose(SOLAR, APRIL + 60)}
    counting.replica_check.doubt(Span(T0, T0 + 86_400))
    for _ in range(3):
        await counting.count()
    assert {*counting.outbox.kept[SOLAR].values()} == lost
    await counting.post()
    for _ in range(3):
        await counting.count()
    assert counting.replica_check.confirms(Span(T0, APRIL + 60))
    assert await counting.count() == []


async def test_before_the_first_month_of_the_store_the_copy_has_all_there_is() -> None:
    counting = Counting()
    assert counting.replica_check.has_more(MARCH_SPAN)
    counting.book(GRID, *stretch(APRIL, 30))
    await counting.post()
    await counting.count()
    assert counting.replica_check.has_more(MARCH_SPAN)
    assert counting.replica_check.has_more(Span(T0, APRIL + 60))
    assert not counting.replica_check.has_more(Span(APRIL, APRIL + 60))


async def test_other_values_are_told_and_not_looked_for_each_time(
    counting: Counting, caplog: pytest.LogCaptureFixture
) -> None:
    lost = counting.lose(GRID, T0)
    other = lost._replace(imported_a_dmwh=1)
    counting.there.put(GRID, other)
    counting.copy.records.append((GRID, other))
    for _ in range(2):
        counting.replica_check.doubt(MARCH_SPAN)
        assert await counting.count() == [frozenset()]
        assert counting.replica_check.lack is not None
        assert "1 minute of 2026-03 with other values" in counting.replica_check.lack.words
    assert not counting.outbox.waiting()
    assert not counting.replica_check.confirms(MARCH_SPAN)
    assert counting.replica_check.doubts(MARCH_SPAN)
    assert caplog.text.count("other values") == 1


async def test_what_is_there_twice_or_only_there_is_no_loss(counting: Counting) -> None:
    (double,) = stretch(T0, 1)
    counting.copy.records.append((GRID, double))
    counting.replica_check.doubt(MARCH_SPAN)
    assert await counting.count() == [frozenset()]
    assert counting.replica_check.confirms(MARCH_SPAN)
    lack = counting.replica_check.lack
    assert lack is not None
    assert "1 record of 2026-03 twice" in lack.fault.detail
    assert not lack.is_worse
    assert not counting.replica_check.doubts(MARCH_SPAN)
    counting.copy.records.remove((GRID, double))
    counting.copy.records.append((OTHER, double))
    counting.replica_check.doubt(MARCH_SPAN)
    assert await counting.count() == [frozenset()]
    assert not counting.replica_check.confirms(MARCH_SPAN)
    assert counting.replica_check.lack is None


async def test_several_months_are_told_together(counting: Counting) -> None:
    counting.lose(GRID, T0)
    counting.lose(GRID, APRIL)
    counting.replica_check.doubt(Span(T0, APRIL + 60))
    counting.replica_check.doubt(MARCH_SPAN)
    assert len(await counting.count()) == 2
    assert counting.replica_check.lack is not None
    assert "2 minutes of 2026-03 to 2026-04" in counting.replica_check.lack.words
    await counting.post()
    assert len(await counting.count()) == 2
    assert counting.replica_check.lack is None


async def test_days_that_differ_are_replaced_where_the_minutes_are_the_same(
    counting: Counting,
) -> None:
    days = {day.ordinal: day for day in counting.copy.day_sums}
    assert len(days) == 2
    counting.copy.day_sums = counting.copy.day_sums[1:]
    counting.replica_check.doubt(Span(T0, APRIL + 60))
    await counting.count()
    assert {day.ordinal: day for day in counting.copy.day_sums} == days
    lack = counting.replica_check.lack
    assert lack is not None
    assert (lack.is_worse, lack.words) == (False, "the sums of 1 day of 2026-04 were put right")
    counting.clock.advance(MENDED_TOLD_S)
    assert counting.replica_check.lack is None


async def test_days_are_put_back_where_the_copy_has_more_than_the_store(
    counting: Counting,
) -> None:
    """Both a day that the store has whole, and one of which only the copy has the last minutes."""
    only_there = stretch(T0 + 200 * 60, 10)
    for meter in (GRID, SOLAR):
        counting.there.put(meter, *only_there)
        await counting.copy.append(meter, only_there)
    whole = DaySums(
        T0_DAY,
        {n: dict(await counting.there.days(T0_DAY, T0_DAY + 1, n))[T0_DAY] for n in Netting},
    )
    own = {day.ordinal: day for day in counting.copy.day_sums}
    assert own[T0_DAY] != whole
    counting.copy.day_sums.clear()
    counting.replica_check.doubt(Span(T0, APRIL + 60))
    counting.turns = 0
    await counting.count()
    assert counting.turns >= len(own)
    assert {day.ordinal: day for day in counting.copy.day_sums} == {**own, T0_DAY: whole}
    written = counting.copy.calls.count("put_days over more")
    counting.replica_check.doubt(Span(T0, APRIL + 60))
    await counting.count()
    assert counting.copy.calls.count("put_days over more") == written


async def test_days_are_put_back_where_a_minute_has_another_value(counting: Counting) -> None:
    own = {day.ordinal: day for day in counting.copy.day_sums}
    first = counting.lose(GRID, T0)
    other = first._replace(imported_a_dmwh=10)
    counting.there.put(GRID, other)
    await counting.copy.append(GRID, [other])
    counting.copy.day_sums.clear()
    counting.replica_check.doubt(MARCH_SPAN)
    await counting.count()
    assert counting.copy.day_sums == [
        own[ordinal] for ordinal in sorted(own) if ordinal < T0_DAY + 4
    ]
