"""Where a home's prices come from: its sources, its tariff's VAT, and what fetches them."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from wattledger.app.home_parts import HomeParts
from wattledger.energy.clock import Clock
from wattledger.energy.errors import BadSettings
from wattledger.energy.market_vat import market_rate
from wattledger.energy.period import Calendar
from wattledger.energy.tariff import Tariff
from wattledger.exchange.tariff_file import read_tariff
from wattledger.flow.app_state import MoneyServices
from wattledger.flow.cost_service import CostService
from wattledger.flow.cost_warming import CostWarming
from wattledger.flow.day_costs import DayCosts
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.local_books import LocalBooks
from wattledger.flow.notifier import Notifier
from wattledger.flow.peak_watch import PeakWatch
from wattledger.flow.price_fetching import PriceFetching
from wattledger.flow.price_merge import Rate
from wattledger.flow.price_ports import PriceBook
from wattledger.flow.price_round import PriceRound
from wattledger.flow.price_service import PriceService
from wattledger.flow.spot_prices import SpotPrices
from wattledger.flow.tariff_choice import TariffChoice
from wattledger.prices.finland_vat import finland_vat
from wattledger.prices.http_client import http_client
from wattledger.prices.sources import made_sources
from wattledger.settings import Settings
from wattledger.settings_costs import PriceSettings

JITTER_S = 60.0

Works = Mapping[str, Callable[[], Awaitable[object]]]
"""Tasks by their names."""


def tariffs_of(settings: Settings) -> tuple[Tariff, ...]:
    """The home's own table, then those to compare with. Raises BadSettings with all faults."""
    if settings.tariff is None:
        return ()
    tariffs: list[Tariff] = []
    faults: list[str] = []
    for file in (settings.tariff.file, *settings.tariff.compare):
        try:
            tariffs.append(read_tariff(Path(file)))
        except BadSettings as error:
            faults += error.faults
        except OSError as error:
            faults.append(f"{file}: can't be read: {error.strerror}")
    if faults:
        raise BadSettings(faults)
    return tuple(tariffs)


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
    """The tariffs of a home, its own first, and what keeps its prices up to date; `changed` is rung
    when a price came or was corrected.
    """

    tariffs: tuple[Tariff, ...]
    spot: SpotPrices
    area: str
    changed: Notifier
    works: Works


@asynccontextmanager
async def prices_of(settings: Settings, core: HomeParts) -> AsyncIterator[HomePrices]:
    """Raises BadSettings for a table that can't be used."""
    tariffs, changed, calendar = tariffs_of(settings), Notifier(), core.site.calendar
    spot = SpotPrices(core.store.prices, calendar)
    if settings.prices is None:
        yield HomePrices(tariffs, spot, "FI", changed, {})
        return
    own = next(iter(tariffs), None)
    asking = price_round(settings.prices, own, calendar, spot, core.clock)
    async with asking as prices:
        fetching = PriceFetching(prices, calendar, core.clock, core.steps, changed, _jitter_s)
        works = {"prices": fetching.run}
        yield HomePrices(tariffs, spot, settings.prices.area, changed, works)


def money_of(
    settings: Settings, core: HomeParts, prices: HomePrices, energy: EnergyService
) -> tuple[MoneyServices | None, Works]:
    """What answers questions of money, None where the settings speak of none; and its tasks."""
    if settings.tariff is None and settings.prices is None:
        return None, {}
    local = LocalBooks(core.site, core.store.books, core.clock, core.registry.assignment)
    tariffs, days = TariffChoice(prices.tariffs), DayCosts(core.site, local.books, prices.spot)
    costs = CostService(energy, local, tariffs, days)
    asked = PriceService(local, tariffs, days, prices.spot, prices.area)
    if tariffs.own is None:
        return MoneyServices(costs, asked), prices.works
    warming = CostWarming(local, days, tariffs.own, prices.changed)
    works = {**prices.works, "costs": warming.run}
    if not tariffs.own.demand:
        return MoneyServices(costs, asked), works
    peak = PeakWatch(local, days, tariffs.own, core.booked)
    return MoneyServices(costs, asked, peak), {**works, "peak": peak.run}


def _jitter_s() -> float:
    """So that not every home asks in the same second."""
    return random.uniform(0, JITTER_S)  # noqa: S311 - no secret
