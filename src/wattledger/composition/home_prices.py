"""Where a home's prices come from: its sources, its tariff's VAT, and what fetches them."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from wattledger.composition.home_parts import HomeParts
from wattledger.energy.clock import Clock
from wattledger.energy.errors import BadSettings
from wattledger.energy.market_vat import market_rate
from wattledger.energy.period import Calendar
from wattledger.energy.tariff import Tariff
from wattledger.energy.tariff_text import TariffText
from wattledger.file_formats.tariff_file import table_text, tariff_from
from wattledger.flow.app_state import MoneyServices
from wattledger.flow.cost_posting import Table
from wattledger.flow.cost_service import CostService
from wattledger.flow.cost_warming import CostWarming
from wattledger.flow.day_costs import DayCosts
from wattledger.flow.earlier_prices import EarlierPrices
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.fault_log import Source
from wattledger.flow.local_books import LocalBooks
from wattledger.flow.local_costs import LocalCosts
from wattledger.flow.monthly_peak import MonthlyPeak
from wattledger.flow.price_fetching import PriceFetching
from wattledger.flow.price_merge import Rate
from wattledger.flow.price_ports import PriceBook
from wattledger.flow.price_round import PriceRound
from wattledger.flow.price_service import PriceService
from wattledger.flow.spot_prices import SpotPrices
from wattledger.flow.tariff_catalog import TariffChoice
from wattledger.price_sources.finland_vat import finland_vat
from wattledger.price_sources.http_client import http_client
from wattledger.price_sources.sources import made_sources
from wattledger.settings import Settings
from wattledger.settings_costs import PriceSettings

JITTER_S = 60.0

Works = Mapping[str, Callable[[], Awaitable[object]]]
"""Tasks by their names."""


def tables_of(settings: Settings) -> tuple[Table, ...]:
    """The home's own table, then those to compare with. Raises BadSettings with all faults."""
    if settings.tariff is None:
        return ()
    tables: list[Table] = []
    faults: list[str] = []
    known: dict[str, str] = {}
    for file in (settings.tariff.file, *settings.tariff.compare):
        other = known.setdefault(Path(file).stem, file)
        if other != file:
            faults.append(f"{file}: has the name of {other}, by which a table is asked for")
        try:
            text = TariffText(Path(file).stem, table_text(Path(file)))
            tables.append(Table(tariff_from(Path(file), text.text), text))
        except BadSettings as error:
            faults += error.faults
        except OSError as error:
            faults.append(f"{file}: can't be read: {error.strerror}")
    if faults:
        raise BadSettings(faults)
    return tuple(tables)


def tariffs_of(settings: Settings) -> tuple[Tariff, ...]:
    """The same as they are reckoned with. Raises BadSettings."""
    return tuple(table.tariff for table in tables_of(settings))


def rate_of(tariff: Tariff | None, calendar: Calendar) -> Rate:
    """The VAT in a price that comes with it."""
    return market_rate(tariff, calendar, finland_vat())


@asynccontextmanager
async def price_round(
    settings: PriceSettings,
    tariff: Tariff | None,
    calendar: Calendar,
    book: PriceBook,
    clock: Clock,
) -> AsyncIterator[PriceRound]:
    """What asks the sources of the settings; its connections close when the block ends."""
    token = settings.entsoe_token.get_secret_value()
    async with http_client() as http:
        sources = made_sources(settings.order, settings.area, settings.base_url, token, http)
        yield PriceRound(settings.area, calendar, sources, book, clock, rate_of(tariff, calendar))


@dataclass(frozen=True, slots=True)
class HomePrices:
    """The tables of a home, its own first, what is made of them, what keeps its prices up to date,
    and what is wrong with these.
    """

    tables: tuple[Table, ...]
    local: LocalBooks
    days: DayCosts
    spot: SpotPrices
    area: str
    works: Works
    standing: Sequence[Source]


@asynccontextmanager
async def prices_of(settings: Settings, core: HomeParts) -> AsyncIterator[HomePrices]:
    """Raises BadSettings for a table that can't be used."""
    tables, calendar = tables_of(settings), core.site.calendar
    spot = SpotPrices(core.store.prices, calendar, core.clock)
    await spot.recall()
    local = LocalBooks(core.site, core.store.books, core.clock, core.registry.assignment)
    days = DayCosts(core.site, local.books, spot)
    if settings.prices is None:
        yield HomePrices(tables, local, days, spot, "FI", {}, [spot.standing])
        return
    own = tables[0].tariff if tables else None
    asking = price_round(settings.prices, own, calendar, spot, core.clock)
    async with asking as prices:
        clock, steps = core.clock, core.steps
        fetching = PriceFetching(prices, clock, steps, _jitter_s, spot.changed)
        earlier = EarlierPrices(prices.apart(), core.store.prices, clock, steps, _jitter_s)
        works = {
            "prices": fetching.run,
            "prices known": fetching.follow,
            "prices of earlier days": earlier.run,
        }
        standing = [spot.standing, fetching.standing]
        yield HomePrices(tables, local, days, spot, settings.prices.area, works, standing)


def money_of(
    settings: Settings, core: HomeParts, prices: HomePrices, energy: EnergyService
) -> tuple[MoneyServices | None, Works]:
    """What answers questions of money, None where the settings speak of none; and its tasks."""
    if settings.tariff is None and settings.prices is None:
        return None, {}
    local, days = prices.local, prices.days
    tariffs = TariffChoice([table.tariff for table in prices.tables])
    costs = CostService(energy, core.site, LocalCosts(local, days), tariffs)
    asked = PriceService(core.clock, core.site.calendar, tariffs, prices.spot, prices.area)
    if tariffs.own is None:
        return MoneyServices(costs, asked), prices.works
    warming = CostWarming(local, days, tariffs.own, prices.spot.changed)
    works = {**prices.works, "costs": warming.run}
    if not tariffs.own.demand:
        return MoneyServices(costs, asked), works
    peak = MonthlyPeak(local, days, tariffs.own, core.booked)
    return MoneyServices(costs, asked, peak), {**works, "peak": peak.run}


def _jitter_s() -> float:
    """So that not every home asks in the same second."""
    return random.uniform(0, JITTER_S)  # noqa: S311 - no secret
