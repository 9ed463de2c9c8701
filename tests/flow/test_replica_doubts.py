"""Which answers of the copy are believed, and which put their months in doubt, in memory."""

import pytest
from typing_extensions import override

from tests.fakes.books import MemoryBooks
from tests.fakes.home import GRID
from tests.flow.counting import MARCH_SPAN, T0, Counting, history_of, replica_of, stretch
from wattledger.energy.errors import ReplicaRefused, StoreBusy
from wattledger.energy.meter import MeterId
from wattledger.energy.spans import Span
from wattledger.flow import replica_check
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.replica_losses import MENDED_TOLD_S
from wattledger.flow.replica_reader import Replica


async def test_a_worse_answer_is_not_believed_where_nothing_counts_either() -> None:
    counting = Counting()
    counting.home.book(GRID, T0, [1.0] * 30)
    history = history_of(counting, Replica(counting.there, None, counting.clock))
    assert (await history.of_period("2026-03-28", None, None)).source == "local"


async def test_an_answer_that_is_worse_is_not_believed_and_its_month_is_counted(
    counting: Counting,
) -> None:
    history = history_of(counting, replica_of(counting))
    before = await history.of_period("2026-03-28", None, None)
    counting.lose(GRID, T0 + 6_000)
    after = await history.of_period("2026-03-28", None, None)
    assert (before.source, after.source) == ("mongodb", "local")
    assert after.parts == before.parts
    assert await counting.count() == [frozenset({GRID}), frozenset()]


async def test_two_minutes_that_have_each_other_s_values_are_told(counting: Counting) -> None:
    """All that is added up over the month is the same."""
    history = history_of(counting, replica_of(counting))
    await history.of_period("2026-03-28", None, None)
    first, second = (counting.there.records[GRID, T0 + at_s] for at_s in (3_540, 3_600))
    exchanged = [first._replace(imported_a_dmwh=7), second._replace(imported_a_dmwh=11)]
    counting.there.put(GRID, *exchanged)
    counting.copy.records = [(GRID, r) for r in exchanged] + [
        one for one in counting.copy.records if one not in {(GRID, first), (GRID, second)}
    ]
    for _ in range(2):
        assert (await history.of_period("2026-03-28", None, None)).source == "local"
        assert {*await counting.count()} == {frozenset()}
        lack = counting.replica_check.lack
        assert lack is not None
        assert "it has 2 minutes of 2026-03 with other values than the store" in lack.words
        assert lack.doubts == {}
        counting.replica_check.begin()
    counting.there.put(GRID, first, second)
    counting.copy.records[:2] = [(GRID, first), (GRID, second)]
    await counting.count()
    assert counting.replica_check.lack is None


async def test_more_than_the_store_has_is_believed_only_where_it_was_not_the_same(
    counting: Counting,
) -> None:
    history = history_of(counting, replica_of(counting))
    del counting.home.books.records[GRID, T0 + 6_000]
    assert (await history.of_period("2026-03-28", None, None)).source == "local"
    del counting.outbox.booked[GRID][T0 + 6_000]
    assert await counting.count() == [frozenset()]
    assert (await history.of_period("2026-03-28", None, None)).source == "mongodb"
    assert counting.replica_check.lack is None
    counting.replica_check.begin()  # since then it may have been changed
    assert (await history.of_period("2026-03-28", None, None)).source == "local"
    await counting.count()
    assert (await history.of_period("2026-03-28", None, None)).source == "mongodb"


async def test_a_store_that_cannot_be_read_leaves_the_answer_to_the_copy(
    counting: Counting,
) -> None:
    home, copy = counting.home, replica_of(counting)
    books = Unreadable(home.site, home.assignment)
    history = EnergyService(home.site, books, counting.clock, lambda: home.assignment, copy)
    assert (await history.of_period("2026-03-28", None, None)).source == "mongodb"
    copy.leave_alone()
    with pytest.raises(StoreBusy):
        await history.of_period("2026-03-28", None, None)


class Unreadable(MemoryBooks):
    """What it knows by heart it still says."""

    @override
    async def booked(self) -> dict[MeterId, Span]:
        return {}

    @override
    def _check(self) -> None:
        raise StoreBusy("damaged")


async def test_a_store_that_cannot_be_read_is_no_reason_not_to_post(
    counting: Counting, caplog: pytest.LogCaptureFixture
) -> None:
    counting.outbox.busy = True
    counting.replica_check.doubt(MARCH_SPAN)
    assert await counting.count() == [frozenset()]
    assert "it can't be compared with the store: locked (2026-03)" in caplog.text
    await is_told_until_it_is_counted(counting, "locked")


@pytest.mark.parametrize("call", ["tallies", "days", "put_days over more"])
async def test_a_month_of_which_the_copy_refuses_to_tell_is_in_doubt_until_it_is_counted(
    counting: Counting, call: str
) -> None:
    counting.copy.day_sums = counting.copy.day_sums[1:-1]
    counting.copy.failures[call] = ReplicaRefused("not allowed")
    counting.replica_check.begin()
    assert counting.replica_check.rest_s(60) == 0
    counting.clock.advance(60)
    assert await counting.replica_check.step() == frozenset()
    await is_told_until_it_is_counted(counting, "not allowed")


async def is_told_until_it_is_counted(counting: Counting, why: str) -> None:
    """The store answers meanwhile."""
    lack = counting.replica_check.lack
    assert lack is not None
    assert (lack.is_worse, why in lack.words) == (True, True)
    ((month, _),) = lack.doubts.items()
    history = history_of(counting, replica_of(counting))
    assert (await history.of_period(f"{month:%Y-%m}", None, None)).source == "local"
    while await counting.replica_check.step() is not None:
        told = counting.replica_check.lack
        assert told is not None
        assert told.doubts == lack.doubts  # not so soon after
    counting.outbox.busy = False
    assert 0 < counting.replica_check.rest_s(60) <= replica_check.AGAIN_AFTER_S
    assert len(await counting.count()) == 1
    counting.clock.advance(MENDED_TOLD_S)
    assert counting.replica_check.lack is None
    assert (await history.of_period(f"{month:%Y-%m}", None, None)).source == "mongodb"


async def test_an_answer_that_is_refused_puts_its_month_in_doubt(counting: Counting) -> None:
    refusing = Refusing(counting.home.site, counting.home.assignment)
    history = history_of(counting, replica_of(counting, refusing))
    assert (await history.of_period("2026-03-28", None, None)).source == "local"
    assert counting.replica_check.doubts(MARCH_SPAN)


class Refusing(MemoryBooks):
    """What begins and ends there it tells."""

    @override
    async def booked(self) -> dict[MeterId, Span]:
        return {}

    @override
    def _check(self) -> None:
        raise ReplicaRefused("not allowed")


async def test_what_a_reader_met_is_counted_once(counting: Counting) -> None:
    (double,) = stretch(T0, 1)
    counting.copy.records.append((GRID, double))
    counting.replica_check.met([GRID], MARCH_SPAN, is_sound=True)
    assert not counting.replica_check.doubts(MARCH_SPAN)
    counting.replica_check.met([GRID], MARCH_SPAN, is_sound=False)
    assert counting.replica_check.doubts(MARCH_SPAN)
    assert len(await counting.count()) == 1
    counting.replica_check.met([GRID], MARCH_SPAN, is_sound=False)
    assert not counting.replica_check.doubts(MARCH_SPAN)


async def test_a_day_that_is_added_up_from_minutes_there_is_lacking(counting: Counting) -> None:
    there = MemoryBooks(counting.home.site, counting.home.assignment, rolled_up=False)
    there.records = counting.there.records
    history = history_of(counting, replica_of(counting, there))
    assert (await history.of_period("2026-03", None, None)).source == "local"
    assert counting.replica_check.doubts(MARCH_SPAN)


async def test_what_is_booked_and_posted_between_two_answers_is_no_reason_to_doubt(
    counting: Counting,
) -> None:
    async def holds(_span: Span) -> bool:
        """Between the store's answer and the copy's another minute is booked, and posted."""
        counting.book(GRID, *stretch(T0 + 12_000, 1))
        await counting.post()
        return False

    copy = Replica(counting.there, holds, counting.clock, counting.replica_check)
    history = history_of(counting, copy)
    answer = await history.of_period("2026-03-28", None, None)
    assert answer.totals.covered_s[0] == 201 * 60
    assert not counting.replica_check.doubts(MARCH_SPAN)
