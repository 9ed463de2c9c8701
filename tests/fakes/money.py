"""The money of a home in memory, wired as the application wires a real one's."""

from collections.abc import Sequence
from dataclasses import replace

from tests.fakes.home import MemoryHome
from tests.fakes.prices import FakePriceBook
from wattledger.energy.tariff import Tariff
from wattledger.flow.app_state import AppState, MoneyServices
from wattledger.flow.cost_service import CostService
from wattledger.flow.day_costs import DayCosts
from wattledger.flow.local_books import LocalBooks
from wattledger.flow.local_costs import LocalCosts
from wattledger.flow.price_service import PriceService
from wattledger.flow.spot_prices import SpotPrices
from wattledger.flow.tariff_catalog import TariffChoice


class Money:
    """`spot` is what the home keeps its prices through."""

    def __init__(self, home: MemoryHome, *tariffs: Tariff) -> None:
        self.book = FakePriceBook()
        self.spot = SpotPrices(self.book, home.site.calendar, home.clock)
        self.local = local = LocalBooks(home.site, home.books, home.clock, lambda: home.assignment)
        choice, days = TariffChoice(tariffs), DayCosts(home.site, home.books, self.spot)
        self.days, self.own = days, choice.named(None) if tariffs else Tariff("none", "EUR")
        self.costs = CostService(home.history, home.site, LocalCosts(local, days), choice)
        self.prices = PriceService(home.clock, home.site.calendar, choice, self.spot, "FI")

    @property
    def services(self) -> MoneyServices:
        return MoneyServices(self.costs, self.prices)


def with_money(home: MemoryHome, tariffs: Sequence[Tariff]) -> AppState:
    return replace(home.app_state, money=Money(home, *tariffs).services)
