"""What a server away from home tells of money: costs as they were posted, prices as far as the
home's tables alone have them.
"""

import logging
from pathlib import Path

from wattledger.energy.clock import Clock
from wattledger.energy.errors import BadSettings
from wattledger.energy.tariff import Tariff
from wattledger.file_formats.tariff_file import tariff_from
from wattledger.flow.app_state import MoneyServices
from wattledger.flow.copied_costs import CopiedCosts, NoPrices
from wattledger.flow.cost_service import CostService
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.price_service import PriceService
from wattledger.flow.replica_ports import CopyOfCosts, SiteManifest
from wattledger.flow.replica_reader import Replica
from wattledger.flow.tariff_catalog import TariffChoice

log = logging.getLogger(__name__)


def copied_money(
    manifest: SiteManifest, clock: Clock, energy: EnergyService, copy: Replica, costs: CopyOfCosts
) -> MoneyServices | None:
    """None where the home has no tariff, or none that can be read here."""
    tariffs = _tariffs(manifest)
    if not tariffs:
        return None
    site, choice = manifest.site, TariffChoice(tariffs)
    texts = {text.name: text for text in reversed(manifest.tariffs)}
    books = CopiedCosts(site, lambda: manifest.assignment, copy, costs, texts)
    return MoneyServices(
        CostService(energy, site, books, choice),
        PriceService(clock, site.calendar, choice, NoPrices(), "FI"),
    )


def _tariffs(manifest: SiteManifest) -> list[Tariff]:
    """Nothing where the home's own is of a newer version: another one is not what it pays."""
    tariffs: list[Tariff] = []
    for text in manifest.tariffs:
        try:
            tariffs.append(tariff_from(Path(f"{text.name}.toml"), text.text))
        except BadSettings as error:
            log.warning("mongodb: the home's table can't be read: %s", "; ".join(error.faults))
            if not tariffs:
                return []
    return tariffs
