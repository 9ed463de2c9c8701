"""A composed year through the real store, under three tables, beside a second reckoning of it."""

import asyncio
import random
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from tests.fakes.assigned import assigned
from tests.fakes.clock import ManualClock
from tests.fakes.home import GRID, MAINS, PLANT, SOLAR
from tests.house.by_hand import QUARTER, Cost, Flow, Line, Year, days_of, midnight_of, to_cents
from wattledger.api.cost_json import bill_document, bill_lines
from wattledger.energy.booking_entry import Entry
from wattledger.energy.cost_result import BillResult, CostResult, in_currency
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar, Resolution
from wattledger.energy.record import MinuteRecord, Origin
from wattledger.energy.site import Site
from wattledger.energy.spot_price import SpotPrice
from wattledger.file_formats.tariff_file import read_tariff
from wattledger.flow.cost_service import CostService
from wattledger.flow.day_costs import DayCosts
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.local_books import LocalBooks
from wattledger.flow.local_costs import LocalCosts
from wattledger.flow.spot_prices import SpotPrices
from wattledger.flow.tariff_catalog import TariffChoice
from wattledger.store.store import open_store

TABLES = Path(__file__).parent.parent / "fixtures" / "tariffs"
NAMES = ("example-fi", "example-fi-spot", "composed")
ZONE = ZoneInfo("Europe/Helsinki")
FIRST, END = date(2025, 10, 1), date(2026, 10, 1)
MONTHS = [date(2025, month, 1) for month in (10, 11, 12)]
MONTHS += [date(2026, month, 1) for month in range(1, 10)]
QUARTERLY_FROM = date(2025, 11, 1)
"""Before it the prices of this file are by the hour."""
UNPRICED, UNBOOKED = date(2026, 2, 3), date(2026, 3, 4)
DEAREST, CHEAPEST = date(2026, 1, 5), date(2026, 5, 24)
LONG, SHORT, TAXED_ANEW = date(2025, 10, 26), date(2026, 3, 29), date(2026, 2, 15)
SINGLE_DAYS = (DEAREST, CHEAPEST, LONG, SHORT, TAXED_ANEW, UNPRICED, UNBOOKED)
YEARS = ("2025", "2026")


def start_of(day: date) -> int:
    return midnight_of(day, ZONE)


def composed_flows() -> dict[int, Flow]:
    """Two quarters of a day are lost."""
    chance = random.Random(14)
    flows = {}
    for at in range(start_of(FIRST), start_of(END), QUARTER):
        hour = (at // 3600 + 2) % 24
        produced = chance.randrange(9 * 10**6) if 8 < hour < 18 else 0
        used = chance.randrange(3 * 10**6) + (chance.random() < 0.01) * 4 * 10**7
        both = chance.randrange(10**5)
        flows[at] = Flow(max(used - produced, 0) + both, max(produced - used, 0) + both, produced)
    for at in (start_of(UNBOOKED), start_of(UNBOOKED) + 5 * QUARTER):
        del flows[at]
    return flows


def composed_prices() -> dict[int, int]:
    """In 0.01 EUR/MWh by quarter; those of an hour are lost."""
    chance = random.Random(15)
    prices = {}
    for at in range(start_of(FIRST), start_of(END), QUARTER):
        is_quarterly = at >= start_of(QUARTERLY_FROM)
        prices[at] = chance.randrange(-800, 20_000) if is_quarterly or not at % 3600 else 0
        if not is_quarterly:
            prices[at] = prices[at - at % 3600]
    for day, price in ((DEAREST, 189_600), (CHEAPEST, -50_000)):
        for step in range(40):
            prices[start_of(day) + 30 * QUARTER + step * QUARTER] = price
    for step in range(4):
        del prices[start_of(UNPRICED) + 40 * QUARTER + step * QUARTER]
    return prices


FLOWS, PRICES = composed_flows(), composed_prices()


class Told(NamedTuple):
    """What the product answers, by the table's name and the period."""

    bills: dict[tuple[str, date], BillResult]
    months: dict[tuple[str, date], CostResult]
    years: dict[tuple[str, str], CostResult]
    days: dict[tuple[str, date], CostResult]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return asyncio.run(asked(tmp_path_factory.mktemp("year") / "books.sqlite"))


async def asked(path: Path) -> Told:
    clock = ManualClock(start_of(END) + 86_400)
    site = Site("Home", Calendar(ZONE), Netting.QUARTER, (MAINS, PLANT))
    home = assigned((GRID,), (SOLAR,))
    async with open_store(path, site.calendar, site.roles) as store:
        await store.journal.assign(home)
        await store.journal.book(list(entries()), clock.now_s())
        while await store.journal.maintain(clock.now_s()):
            pass
        spot = SpotPrices(store.prices, site.calendar, clock)
        await spot.keep("FI", list(kept_prices()))
        local = LocalBooks(site, store.books, clock, lambda: home)
        costs = CostService(
            EnergyService(site, store.books, clock, lambda: home),
            site,
            LocalCosts(local, DayCosts(site, store.books, spot)),
            TariffChoice([read_tariff(TABLES / f"{name}.toml") for name in NAMES]),
        )

        async def of(name: str, text: str, resolution: Resolution) -> CostResult:
            return await costs.of_period(text, resolution, None, name)

        month, day = Resolution.MONTH, Resolution.DAY
        return Told(
            {(n, m): await costs.bill(f"{m:%Y-%m}", n) for n in NAMES for m in MONTHS},
            {(n, m): await of(n, f"{m:%Y-%m}", day) for n in NAMES for m in MONTHS},
            {(n, y): await of(n, y, month) for n in NAMES for y in YEARS},
            {(n, d): await of(n, f"{d}", Resolution.QUARTER) for n in NAMES for d in SINGLE_DAYS},
        )


def entries() -> Iterator[Entry]:
    for at, (imported, exported, produced) in FLOWS.items():
        mains = MinuteRecord(at, QUARTER, imported, 0, 0, exported, 0, 0)
        plant = MinuteRecord(at, QUARTER, produced, 0, 0, 0, 0, 0)
        yield Entry(GRID, mains, Origin.IMPORTED)
        yield Entry(SOLAR, plant, Origin.IMPORTED)


def kept_prices() -> Iterator[SpotPrice]:
    """By the hour, then by the quarter."""
    for at, price in PRICES.items():
        period = QUARTER if at >= start_of(QUARTERLY_FROM) else 3600
        if not at % period:
            yield SpotPrice(at, period, price * 100, "file", 0)


@pytest.fixture(scope="module")
def by_hand() -> Mapping[str, Year]:
    return {name: Year(TABLES / f"{name}.toml", ZONE, FLOWS, PRICES) for name in NAMES}


def exact(cost: Cost) -> tuple[Fraction | None, ...]:
    return cost.paid, cost.earned, cost.saved


def columns_of(answer: CostResult) -> list[tuple[Fraction | None, ...]]:
    return [
        tuple(
            map(in_currency, (part.costs.import_e19, part.costs.export_e19, part.costs.saved_e19))
        )
        for part in answer.buckets
    ]


@pytest.mark.parametrize("name", NAMES)
def test_each_bill_to_the_cent(told: Told, by_hand: Mapping[str, Year], name: str) -> None:
    for month in MONTHS:
        answer, lines = told.bills[name, month], by_hand[name].bill(month)
        assert [
            Line(line.name, Fraction(line.rate_e5, 10**5), line.amount or Fraction())
            for line in answer.bill.lines
        ] == lines
        printed = bill_document(answer)
        total = to_cents(sum((line.amount for line in lines), Fraction()))
        assert printed["total"] == float(total)
        cents = [round(100 * float(line["amount"] or 0)) for line in bill_lines(answer)]
        assert sum(cents) == 100 * total
        lacks = {UNBOOKED.month} if name == NAMES[0] else {UNBOOKED.month, UNPRICED.month}
        assert answer.complete == (month.month not in lacks)


@pytest.mark.parametrize("name", NAMES)
def test_each_day_of_the_year(told: Told, by_hand: Mapping[str, Year], name: str) -> None:
    for month in MONTHS:
        answer = told.months[name, month]
        days = [by_hand[name].day(day) for day in days_of(month)]
        assert columns_of(answer) == [exact(one) for one in days]
        costs = [part.costs for part in answer.buckets]
        assert [one.booked_windows for one in costs] == [one.windows["booked"] for one in days]
        assert [one.priced_windows for one in costs] == [one.windows["priced"] for one in days]
        net = sum((one.paid or 0) - (one.earned or 0) for one in days)
        assert answer.netting_effect == sum(one.unnetted for one in days) - net


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("day", SINGLE_DAYS)
def test_single_days_by_the_quarter(
    told: Told, by_hand: Mapping[str, Year], day: date, name: str
) -> None:
    answer, year = told.days[name, day], by_hand[name]
    quarters = [exact(year.cost_of([at], day)) for at in year.quarters_of(day)]
    assert columns_of(answer) == quarters
    assert len(quarters) == {LONG: 100, SHORT: 92}.get(day, 96)
    assert in_currency(answer.whole.costs.import_e19) == year.day(day).paid


@pytest.mark.parametrize("name", NAMES)
def test_the_years_are_their_months(told: Told, by_hand: Mapping[str, Year], name: str) -> None:
    bills = {month: sum(one.amount for one in by_hand[name].bill(month)) for month in MONTHS}
    for year in YEARS:
        ours = [month for month in MONTHS if month.year == int(year)]
        totals = [told.years[name, year].buckets[month.month - 1].total for month in ours]
        assert totals == [bills[month] for month in ours]
