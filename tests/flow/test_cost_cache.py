"""What was computed is kept while what it was made of is the same."""

from datetime import date, timedelta
from fractions import Fraction

from tests.energy.pricing import HELSINKI, KWH
from tests.fakes.clock import ManualClock
from tests.fakes.home import GRID, MAINS, MemoryHome
from tests.fakes.money import Money
from tests.flow.test_cost_service import SPOT, price
from wattledger.energy.cost import Costs, RowKey, RowSum
from wattledger.energy.cost_result import CostResult
from wattledger.energy.day_cost import DayCost
from wattledger.energy.demand import Demand
from wattledger.energy.netting import Netting
from wattledger.energy.period import Resolution
from wattledger.energy.record import MinuteRecord
from wattledger.flow.cost_cache import CostCache, signature_of

COST = DayCost(
    Costs(10**21, Fraction(1, 3), None, 5, 1, 2 * 10**12, 1, 1),
    {RowKey(0, 25_500): RowSum(5, 10**15, 0)},
    -1,
    ([Demand(900, Fraction(7, 3), is_whole=False)],),
)
SOME, OTHER = signature_of([(1, 0, (1, None), -1)]), signature_of([(1, 0, (1, None), -2)])
DAY = range(739_000, 739_001)


def test_days_that_are_alike_have_one_signature_and_others_another() -> None:
    """Python's own hash has one for -1 and -2, and for numbers 2^61 - 1 apart."""
    assert SOME != OTHER
    assert signature_of([(1, 0, (2**61 - 1 + 5,))]) != signature_of([(1, 0, (5,))])
    assert signature_of([(1, 0, (5,)), (2, 0, (6,))]) != signature_of([(1, 0, (6,)), (2, 0, (5,))])
    number, again = 10**12 + 1, int("1" + 11 * "0" + "1")
    assert signature_of([(number, number)]) == signature_of([(again, int(str(number)))])


def test_what_is_kept_comes_back_exactly_and_not_for_another_signature() -> None:
    kept = CostCache(10)
    kept.put("table", Netting.HOUR, DAY, SOME, COST)
    assert kept.get("table", Netting.HOUR, DAY, SOME) == COST
    assert kept.get("table", Netting.HOUR, DAY, OTHER) is None
    assert kept.get("table", Netting.QUARTER, DAY, SOME) is None
    assert kept.get("other", Netting.HOUR, DAY, SOME) is None
    assert kept.get("table", Netting.HOUR, range(DAY.start, DAY.stop + 1), SOME) is None


def test_the_one_that_was_computed_longest_ago_is_forgotten_first() -> None:
    kept = CostCache(2)
    days = [range(at, at + 1) for at in range(3)]
    for day in (days[0], days[1], days[0], days[2]):
        kept.put("table", Netting.HOUR, day, SOME, COST)
    found = [kept.get("table", Netting.HOUR, day, SOME) is not None for day in days]
    assert found == [True, False, True]


async def test_a_year_by_month_is_as_its_days_whatever_is_kept_and_changes() -> None:
    start = HELSINKI.start_of(date(2026, 1, 30))
    home = MemoryHome(ManualClock(start + 86_400 * 20), labels=(MAINS,))
    money = Money(home, SPOT)

    def book(day: int, quarter: int) -> None:
        at = HELSINKI.start_of(date(2026, 1, 30) + timedelta(days=day)) + 900 * quarter
        home.books.put(GRID, MinuteRecord(at, 900, KWH, *[0] * 5))

    async def by_month() -> CostResult:
        answer = await money.costs.of_period("2026", Resolution.MONTH, None, None)
        days = await money.costs.of_period("2026", Resolution.DAY, None, None)
        assert answer.whole == days.whole
        assert answer == await money.costs.of_period("2026", Resolution.MONTH, None, None)
        return answer

    prices = [price(start + 900 * at, 10_000 + at) for at in range(96 * 6)]
    await money.spot.keep("FI", prices)
    for day in range(6):
        book(day, 0)
    first = await by_month()
    assert [part.costs.paid_windows for part in first.buckets[:2]] == [2, 4]
    book(3, 7)
    second = await by_month()
    assert [part.costs.paid_windows for part in second.buckets[:2]] == [2, 5]
    await money.spot.keep("FI", [price(start, 20_000)._replace(revision=2)])
    third = await by_month()
    assert third.buckets[0].costs.import_e19 == (first.buckets[0].costs.import_e19 or 0) + (
        10_000 * KWH * 125_000
    )
    assert third.buckets[1] == second.buckets[1]
