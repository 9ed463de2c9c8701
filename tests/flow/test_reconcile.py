"""What the online copy has and this store has not, by two stores in memory."""

from tests.fakes.books import MemoryBooks
from tests.fakes.clock import ManualClock
from tests.fakes.home import GRID, SOLAR, MemoryHome
from wattledger.energy.netting import Netting
from wattledger.energy.record import MinuteRecord
from wattledger.energy.rollup import day_sums
from wattledger.energy.spans import Span
from wattledger.flow.reconcile import ReconciledBooks
from wattledger.flow.replica_ports import no_turn

T0 = 1_774_648_800
"""2026-03-28 00:00 in Helsinki, a day of 24 hours before one of 23."""
DAY_SPAN = Span(T0, T0 + 86_400)
DAY = 739_703


def stretch(start: int, count: int) -> list[MinuteRecord]:
    return [MinuteRecord(start + 60 * minute, 60, 9, 0, 0, 1, 0, 0) for minute in range(count)]


class Two:
    """The same home, here and there."""

    def __init__(self) -> None:
        home = MemoryHome(ManualClock(T0))
        self.site, self.here = home.site, home.books
        self.there = MemoryBooks(home.site, home.assignment)
        self.both = ReconciledBooks(home.site, self.here, self.there)

    def put(self, books: MemoryBooks, start: int, count: int) -> None:
        for meter in (GRID, SOLAR):
            books.put(meter, *stretch(start, count))


async def test_an_empty_copy_and_one_that_has_the_same_have_nothing_more() -> None:
    two = Two()
    assert await two.both.more_there() is None
    two.put(two.here, T0, 2_000)
    assert await two.both.more_there() is None
    two.put(two.there, T0, 1_900)
    assert await two.both.more_there() is None


async def test_days_before_this_stores_first_are_more() -> None:
    two = Two()
    two.put(two.there, T0, 4_000)
    for empty in (True, False):
        if not empty:
            two.put(two.here, T0 + 86_400, 2_000)
        more = await two.both.more_there()
        assert more is not None
        assert (len(more.days), str(more.days[0])) == (3 if empty else 2, "2026-03-28")
        assert "2026-03-28" in more.words
        assert "wattledger mongodb restore" in more.words


async def test_a_part_of_a_day_is_more() -> None:
    two = Two()
    two.put(two.here, T0, 1_440)
    two.put(two.there, T0, 1_000)
    two.there.put(SOLAR, *stretch(T0 - 60, 1))
    more = await two.both.more_there()
    assert more is not None
    assert more.words.startswith("it has more of 1 day than")


async def test_a_day_that_is_not_rolled_up_here_yet_is_no_more() -> None:
    two = Two()
    two.put(two.here, T0, 1_440)
    two.put(two.there, T0, 1_440)
    two.here.rolled_up = False
    assert await two.both.more_there() is None


async def test_a_day_is_taken_from_where_there_is_more_of_it() -> None:
    two = Two()
    two.put(two.here, T0, 100)
    two.put(two.there, T0, 300)
    quarters = {
        books: day_sums(DAY, await books.quarters(DAY_SPAN), T0, two.site.roles)
        for books in (two.here, two.there)
    }
    assert await two.both.whole([quarters[two.here]], no_turn) == [quarters[two.there]]
    two.put(two.here, T0, 300)
    same = day_sums(DAY, await two.here.quarters(DAY_SPAN), T0, two.site.roles)
    (whole,) = await two.both.whole([same], no_turn)
    assert whole is same
    assert same.energies[Netting.MINUTE].covered_s[0] == 300 * 60
