"""Costs of days on their way to the online copy: a server elsewhere can't compute them, since
prices stay at home.

A day is computed anew where what it is made of (its energies, its prices, the table) is not what
the copy's was made of.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import NamedTuple

from wattledger.energy.balance import Energies
from wattledger.energy.books_snapshot import BooksSnapshot
from wattledger.energy.day_cost_text import text_of
from wattledger.energy.netting import Netting
from wattledger.energy.period import next_month
from wattledger.energy.record import QUARTER_S
from wattledger.energy.tariff import Tariff
from wattledger.energy.tariff_text import TariffText
from wattledger.flow.day_costs import DayCosts, runs
from wattledger.flow.local_books import LocalBooks
from wattledger.flow.replica_ports import CopyOfCosts, PostedCost, Turn, no_turn
from wattledger.flow.spot_prices import SpotPrices

NEWEST_EVERY_S = 300.0
"""So often the running day is told."""
ALL_EVERY_S = 86_400.0
"""What somebody deleted there is put back."""


class Table(NamedTuple):
    """A tariff, and what it was read from."""

    tariff: Tariff
    text: TariffText


class CostPosting:
    """CostPoster under the home's tables and each netting; the rows of a bill as the home is
    netted alone.
    """

    def __init__(
        self,
        local: LocalBooks,
        days: DayCosts,
        spot: SpotPrices,
        tables: Sequence[Table],
        copy: CopyOfCosts,
    ) -> None:
        self._local = local
        self._days = days
        self._spot = spot
        self._tables = tables
        self._copy = copy
        self._due: set[int] = set()
        self._seen: dict[int, int] = {}
        self._is_all_due = True
        self._all_at_s = self._newest_at_s = 0.0

    def begin(self) -> None:
        self._is_all_due = True

    def touch(self, days: Iterable[int]) -> None:
        self._due.update(days)

    async def step(self, turn: Turn = no_turn) -> bool:
        """A month of days under each table, the newest first."""
        home = await self._local.home()
        self._look_around(home)
        if not self._due:
            return False
        month = _month_of(max(self._due))
        days = {day for day in self._due if day in month}
        for table in self._tables:
            for netting in Netting:
                await turn()
                await self._post(home, days, table, netting)
        self._due -= days
        return True

    def _look_around(self, home: BooksSnapshot) -> None:
        """What is due by its time, or since prices came."""
        now_s, calendar = self._local.clock.monotonic_s(), self._local.site.calendar
        for day, version in self._spot.versions.items():
            if self._seen.get(day) != version:
                self._seen[day] = version
                self._due.add(day)
        if not home.booked:
            self._due.clear()
            return
        first, last = (calendar.ordinal_at(at) for at in home.bounds)
        if self._is_all_due or now_s - self._all_at_s >= ALL_EVERY_S:
            self._due.update(range(first, last + 1))
            self._is_all_due, self._all_at_s = False, now_s
        if now_s - self._newest_at_s >= NEWEST_EVERY_S:
            self._due.add(last)
            self._newest_at_s = now_s
        self._due = {day for day in self._due if first <= day <= last}

    async def _post(
        self, home: BooksSnapshot, days: set[int], table: Table, netting: Netting
    ) -> None:
        span = range(min(days), max(days) + 1)
        is_billed = netting is self._local.site.netting
        made_of = await self._made_of(span, table, netting)
        there = await self._copy.made_of(table.text, netting, span)
        due = [day for day in sorted(days) if made_of.get(day, "") != there.get(day)]
        posted: list[PostedCost] = []
        for run in runs(due):
            is_own = is_billed and table is self._tables[0]
            costs = await self._days.of_days(home, run, netting, table.tariff, is_once=not is_own)
            for day, whole in costs.items():
                cost = whole if is_billed else whole._replace(rows={})
                posted.append(PostedCost(day, made_of.get(day) or _digest(text_of(cost)), cost))
        news = [one for one in posted if one.made_of != there.get(one.ordinal)]
        if news:
            await self._copy.put(table.text, netting, news)

    async def _made_of(self, days: range, table: Table, netting: Netting) -> dict[int, str]:
        """Of each day whose roll-up stands."""
        areas = sorted(table.tariff.areas)
        span = self._days.prices.span_of(days)
        prices = [await self._spot.quarters(area, span) for area in areas]
        standing = await self._local.books.days(days.start, days.stop, netting)
        return {
            day: self._digest_of(day, energies, prices, table.text) for day, energies in standing
        }

    def _digest_of(
        self,
        day: int,
        energies: Energies,
        prices: Sequence[dict[int, int]],
        table: TariffText,
    ) -> str:
        start, end = self._days.prices.span_of(range(day, day + 1))
        quarters = [[one.get(at) for at in range(start, end, QUARTER_S)] for one in prices]
        return _digest(repr((table.signature, tuple(energies), quarters)))


def _month_of(day: int) -> range:
    first = date.fromordinal(day).replace(day=1)
    return range(first.toordinal(), next_month(first).toordinal())


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]
