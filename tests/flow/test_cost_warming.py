"""Costs are computed before anybody asks."""

import asyncio
from datetime import date

from tests.energy.pricing import HELSINKI, KWH, fixed, tariff
from tests.fakes.clock import ManualClock
from tests.fakes.home import GRID, MAINS, MemoryHome
from tests.fakes.prices import FakePriceBook
from wattledger.energy.record import MinuteRecord
from wattledger.flow.cost_warming import CostWarming
from wattledger.flow.day_costs import DayCosts
from wattledger.flow.local_books import LocalBooks
from wattledger.flow.notifier import Notifier
from wattledger.flow.spot_prices import SpotPrices

NOW = HELSINKI.start_of(date(2026, 3, 28)) + 43_200
DAYS = [date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 1), date(2026, 3, 27)]
TABLE = tariff(fixed(1))


class Home:
    def __init__(self, again_s: float) -> None:
        home = MemoryHome(ManualClock(NOW), labels=(MAINS,))
        self.books, self.changed = home.books, Notifier()
        local = LocalBooks(home.site, home.books, home.clock, lambda: home.assignment)
        self.days = DayCosts(
            home.site, home.books, SpotPrices(FakePriceBook(), HELSINKI, home.clock)
        )
        self.warming = CostWarming(local, self.days, TABLE, self.changed, again_s)

    def book(self) -> None:
        for day in DAYS:
            self.books.put(GRID, MinuteRecord(HELSINKI.start_of(day), 900, KWH, *[0] * 5))

    async def is_warm(self) -> None:
        wanted = {day.toordinal() for day in DAYS}
        while not wanted <= {int(key.split(b"-")[0]) for key in self.days._kept._kept}:
            await asyncio.sleep(0)


async def test_all_days_are_computed_when_prices_came() -> None:
    home = Home(3_600)
    async with asyncio.timeout(300), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(home.warming.run())
        await asyncio.sleep(0)
        home.book()
        home.changed.ring()
        await home.is_warm()
        running.cancel()


async def test_a_store_that_is_busy_is_asked_again_and_one_that_is_warm_too() -> None:
    home = Home(0)
    home.book()
    home.books.busy = True
    async with asyncio.timeout(300), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(home.warming.run())
        while home.books.questions < 3:
            await asyncio.sleep(0)
        home.books.busy = False
        await home.is_warm()
        asked = home.books.questions
        while home.books.questions < asked + 20:
            await asyncio.sleep(0)
        running.cancel()
