"""Costs of days from a home to a server elsewhere: the same numbers, and nothing else."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from tests.energy.pricing import ALWAYS, HELSINKI, KWH, fixed, spot_row, tariff
from tests.fakes.books import MemoryBooks
from tests.fakes.clock import ManualClock
from tests.fakes.costs import MemoryCosts
from tests.fakes.home import GRID, MAINS, MemoryHome
from tests.fakes.money import Money
from wattledger.energy.cost import Costs
from wattledger.energy.errors import ReplicaRefused, ReplicaUnreachable
from wattledger.energy.netting import Netting
from wattledger.energy.period import Resolution
from wattledger.energy.record import MinuteRecord
from wattledger.energy.spot_price import SpotPrice
from wattledger.energy.tariff import DemandFee, MonthlyFee, Side
from wattledger.energy.tariff_text import TariffText
from wattledger.flow.copied_costs import FINER, CopiedCosts, NoPrices
from wattledger.flow.cost_posting import ALL_EVERY_S, NEWEST_EVERY_S, CostPosting, Table
from wattledger.flow.cost_service import CostService
from wattledger.flow.price_service import PriceService
from wattledger.flow.replica_reader import Replica
from wattledger.flow.tariff_catalog import TariffChoice

FIRST, TODAY = date(2026, 2, 26), date(2026, 3, 3)
DAYS = [(FIRST + timedelta(days=day)).toordinal() for day in range(6)]
NOON = HELSINKI.start_of(TODAY) + 43_200
OWN = replace(
    tariff(fixed(3), spot_row(0.5), spot_row(-0.3, Side.EXPORT)),
    name="own",
    monthly=(MonthlyFee("fee", ALWAYS, 4 * KWH),),
    demand=(DemandFee("power", ALWAYS, 3_600, KWH),),
)
OTHER = replace(tariff(fixed(7)), name="other")
TABLES = [Table(one, TariffText(one.name, f"# {one.name}")) for one in (OWN, OTHER)]


class Both:
    """A home that posts, and a server elsewhere."""

    def __init__(self) -> None:
        self.home = MemoryHome(ManualClock(NOON), labels=(MAINS,))
        self.money = Money(self.home, OWN, OTHER)
        self.copy = MemoryCosts()
        self.turns = 0
        self.books(self.home.books)
        self.posting = self.poster()
        site, clock = self.home.site, self.home.clock
        choice = TariffChoice([OWN, OTHER])
        self.replica = Replica(self.home.books, None, clock)
        texts = {table.text.name: table.text for table in TABLES}
        self.there = there = CopiedCosts(
            site, lambda: self.home.assignment, self.replica, self.copy, texts
        )
        self.elsewhere = CostService(self.home.history, site, there, choice)
        self.prices = PriceService(clock, HELSINKI, choice, NoPrices(), "FI")

    @staticmethod
    def books(books: MemoryBooks) -> None:
        """Each quarter by its own, up to now."""
        starts = range(HELSINKI.start_of(FIRST), NOON, 900)
        books.put(
            GRID, *(MinuteRecord(at, 900, at % 7 * KWH, 0, 0, at % 5 * KWH, 0, 0) for at in starts)
        )

    def poster(self) -> CostPosting:
        return CostPosting(self.money.local, self.money.days, self.money.spot, TABLES, self.copy)

    async def price(self, days: Iterable[int]) -> None:
        start_of = HELSINKI.start_of_ordinal
        await self.money.spot.keep(
            "FI",
            [
                SpotPrice(at, 900, at % 1_000_003, "elering", 0)
                for day in days
                for at in range(start_of(day), start_of(day + 1), 900)
            ],
        )

    async def turn(self) -> None:
        self.turns += 1

    async def post(self) -> int:
        """How many days were put."""
        before = len(self.copy.puts)
        while await self.posting.step(self.turn):
            pass
        return sum(map(len, self.copy.puts[before:]))


@pytest.mark.slow
async def test_periods_of_days_are_the_same_there() -> None:
    both = Both()
    await both.price(DAYS)
    assert await both.post() == 2 * len(Netting) * len(DAYS)
    assert both.turns >= len(both.copy.puts)
    ways = [*product(Netting, (None, "other"), ("all",))]
    ways += product((Netting.QUARTER,), (None,), ("2026", "2026-02", "2026-03", "2026-W09"))
    for netting, name, text in ways:
        here = await both.money.costs.of_period(text, None, netting, name)
        there = await both.elsewhere.of_period(text, None, netting, name)
        assert (there.whole, there.netting_effect) == (here.whole, here.netting_effect)
        assert there.buckets == here.buckets
        assert (there.why_unknown, here.why_unknown) == (None, None)
    for name in (None, "other"):
        here_bill = await both.money.costs.bill("2026-02", name)
        assert await both.elsewhere.bill("2026-02", name) == here_bill


async def test_what_is_finer_than_a_day_is_null_and_said() -> None:
    both = Both()
    await both.post()
    day = await both.elsewhere.of_period("2026-03-01", None, None, "other")
    assert day.whole.total is not None
    assert {part.costs for part in day.buckets} == {Costs()}
    assert day.why_unknown == FINER
    by_day = await both.elsewhere.of_period("today", Resolution.HOUR, None, None)
    assert by_day.why_unknown == FINER


async def test_a_day_that_was_not_posted_is_null_and_said() -> None:
    both = Both()
    answer = await both.elsewhere.of_period("2026-02", None, None, None)
    assert answer.whole.costs == Costs()
    assert answer.why_unknown is not None
    assert "of 3 of these days" in answer.why_unknown
    before = await both.elsewhere.of_period("2026-01", None, None, None)
    assert before.why_unknown is None
    empty = Both()
    empty.home.books.records.clear()
    assert (await empty.elsewhere.of_period("2026-02", None, None, None)).why_unknown is None


async def test_prices_there_are_those_of_the_tables_alone() -> None:
    both = Both()
    await both.price(DAYS)
    own = await both.prices.of_period("2026-03-01", None)
    assert {*own.spot, *own.imported, *own.exported} == {None}
    other = await both.prices.of_period("2026-03-01", "other")
    assert None not in other.imported


async def test_a_copy_that_does_not_answer_is_said() -> None:
    both = Both()
    both.copy.failure = ReplicaRefused("no")
    with pytest.raises(ReplicaUnreachable, match="no"):
        await both.elsewhere.of_period("2026-02", None, None, None)
    both.copy.failure, both.home.books.away = None, True
    with pytest.raises(ReplicaUnreachable, match="no other books"):
        await both.there.home()


@pytest.mark.slow
async def test_only_what_has_changed_is_posted_again() -> None:
    both = Both()
    await both.price(DAYS)
    await both.post()
    both.posting = both.poster()
    assert await both.post() == 0
    await both.price(DAYS[1:2])
    assert await both.post() == 0
    await both.money.spot.keep(
        "FI", [SpotPrice(HELSINKI.start_of_ordinal(DAYS[1]), 900, 5, "elering", 0, 2)]
    )
    assert await both.post() == len(Netting)
    start = HELSINKI.start_of(TODAY)
    both.home.books.put(GRID, MinuteRecord(start + 43_200, 900, KWH, 0, 0, 0, 0, 0))
    assert await both.post() == 0
    both.posting.touch([DAYS[-1], DAYS[0] - 10])
    assert await both.post() == 2 * len(Netting)


@pytest.mark.slow
async def test_the_running_day_is_told_now_and_then_and_what_was_deleted_once_a_day() -> None:
    both = Both()
    await both.post()
    start = HELSINKI.start_of(TODAY)
    both.home.books.put(GRID, MinuteRecord(start + 43_200, 900, KWH, 0, 0, 0, 0, 0))
    both.home.clock.advance(NEWEST_EVERY_S)
    assert await both.post() == 2 * len(Netting)
    del both.copy.kept["own", Netting.HOUR, DAYS[2]]
    assert await both.post() == 0
    both.home.clock.advance(ALL_EVERY_S)
    assert await both.post() == 1
    both.copy.kept.clear()
    both.posting.begin()
    assert await both.post() == 2 * len(Netting) * len(DAYS)


async def test_a_home_without_a_record_posts_nothing() -> None:
    both = Both()
    both.home.books.records.clear()
    assert await both.post() == 0
