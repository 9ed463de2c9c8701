"""The month's peak while the server runs."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest

from tests.energy.pricing import ALWAYS, HELSINKI, KWH, fixed, tariff
from tests.fakes.clock import ManualClock
from tests.fakes.home import GRID, MAINS, PLANT, SOLAR, MemoryHome
from tests.fakes.loop import JumpingLoop
from tests.fakes.prices import FakePriceBook
from wattledger.energy.peak import Peak
from wattledger.energy.record import MinuteRecord
from wattledger.energy.tariff import DemandFee, Tariff, Validity
from wattledger.flow.day_costs import DayCosts
from wattledger.flow.local_books import LocalBooks
from wattledger.flow.monthly_peak import MonthlyPeak
from wattledger.flow.notifier import Notifier
from wattledger.flow.spot_prices import SpotPrices

TODAY = date(2026, 3, 28)
MIDNIGHT = HELSINKI.start_of(TODAY)
NOW = MIDNIGHT + 7_200 + 1_860
PAST = DemandFee("past", Validity(date(2020, 1, 1), date(2021, 1, 1)), 3_600, 1)
FEE = DemandFee("power", ALWAYS, 3_600, 1)
TABLE = replace(tariff(fixed(1)), demand=(PAST, FEE))


class Home:
    def __init__(self, table: Tariff) -> None:
        self.memory = MemoryHome(ManualClock(NOW), labels=(MAINS, PLANT))
        home = self.memory
        self.booked = Notifier()
        local = LocalBooks(home.site, home.books, home.clock, lambda: home.assignment)
        days = DayCosts(home.site, home.books, SpotPrices(FakePriceBook(), HELSINKI, home.clock))
        self.watch = MonthlyPeak(local, days, table, self.booked)

    async def live(self, seconds: float) -> Peak | None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.watch.run()
        return self.watch.now


def test_minutes_that_are_dated_ahead_do_not_bring_the_hour_to_its_end() -> None:
    async def life() -> None:
        home = Home(TABLE)
        home.memory.books.put(GRID, MinuteRecord(MIDNIGHT + 7_200, 900, KWH, 0, 0, 0, 0, 0))
        home.memory.books.put(GRID, MinuteRecord(MIDNIGHT + 86_400, 900, KWH, 0, 0, 0, 0, 0))
        peak = await home.live(1)
        assert peak is not None
        assert (peak.running.start, peak.running.booked_to) == (MIDNIGHT + 7_200, NOW)

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(life())


def test_the_highest_hour_and_the_one_that_runs() -> None:
    async def life() -> None:
        home = Home(TABLE)
        for at, kwh in ((0, 2), (900, 3), (7_200, 1), (8_100, 1)):
            home.memory.books.put(GRID, MinuteRecord(MIDNIGHT + at, 900, kwh * KWH, 0, 0, 0, 0, 0))
        # A plant that is booked farther says nothing of what was bought.
        home.memory.books.put(SOLAR, MinuteRecord(MIDNIGHT + 9_000, 60, 0, 0, 0, 0, 0, 0))
        peak = await home.live(1)
        assert peak is not None
        assert peak.fee is FEE
        assert peak.highest == [(MIDNIGHT, 5 * KWH, False)]
        assert (peak.running.start, peak.running.end) == (MIDNIGHT + 7_200, MIDNIGHT + 10_800)
        assert (peak.running.booked_to, peak.running.imported_dmwh) == (MIDNIGHT + 9_000, 2 * KWH)

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(life())


def test_minutes_that_were_booked_are_seen_at_once_and_a_busy_store_is_asked_again() -> None:
    async def life() -> None:
        home = Home(TABLE)
        home.memory.books.busy = True
        assert await home.live(1) is None
        home.memory.books.busy = False
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(home.watch.run())
            await asyncio.sleep(1)
            assert home.watch.now is not None
            assert home.watch.now.highest == []
            home.memory.books.put(GRID, MinuteRecord(MIDNIGHT, 900, KWH, 0, 0, 0, 0, 0))
            home.booked.ring()
            await asyncio.sleep(1)
            assert len(home.watch.now.highest) == 1
            await asyncio.sleep(120)
            running.cancel()

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(life())


@pytest.mark.parametrize("demand", [(), (PAST,)])
def test_without_a_fee_today_there_is_none(demand: tuple[DemandFee, ...]) -> None:
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        assert runner.run(Home(replace(TABLE, demand=demand)).live(1)) is None
