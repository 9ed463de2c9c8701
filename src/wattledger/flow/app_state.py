"""The home as its readers see it: what the API is made of, and nothing else of the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from wattledger.energy.clock import Clock
from wattledger.energy.errors import NoTariff
from wattledger.energy.fault import Fault
from wattledger.energy.site import Site
from wattledger.energy.spans import Span
from wattledger.flow.audit import AuditLine
from wattledger.flow.cost_service import CostService
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.live_power import LiveBoard
from wattledger.flow.monthly_peak import MonthlyPeak
from wattledger.flow.pairing import Pairing
from wattledger.flow.price_service import PriceService
from wattledger.flow.settings_ports import HomeSettings
from wattledger.flow.status import BackupStatus, MeterStatus, PartHealth, ReplicaStatus


class StatusService(Protocol):
    """Answers for the meters and the parts of the server."""

    async def meters(self) -> list[MeterStatus]:
        """Each meter of the settings, in their order. Raises StoreBusy."""
        ...

    async def audit(self, span: Span) -> list[AuditLine]:
        """A line for each meter. Raises StoreBusy."""
        ...

    async def refresh_power(self, timeout_s: float) -> None:
        """Asks every meter for its power now and returns when all answered, or at the deadline."""
        ...

    def health(self) -> Sequence[PartHealth]: ...

    def faults(self) -> Sequence[Fault]:
        """What is wrong with the server itself; a meter's faults stand with the meter."""
        ...

    def backup(self) -> BackupStatus | None:
        """How the nightly backup is; None without one."""
        ...

    async def copy(self) -> ReplicaStatus | None:
        """How the online copy is; None without one. Raises StoreBusy, ReplicaError."""
        ...


@dataclass(frozen=True, slots=True)
class MoneyServices:
    """What answers questions of money."""

    costs: CostService
    prices: PriceService
    peak: MonthlyPeak | None = None


def priced(money: MoneyServices | None) -> MoneyServices:
    """Raises NoTariff where nothing says what it costs."""
    if money is None:
        raise NoTariff
    return money


@dataclass(frozen=True, slots=True)
class AppState:
    """One home, running."""

    site: Site
    clock: Clock
    board: LiveBoard
    history: EnergyService
    status_service: StatusService
    demo: bool = False
    pairing: Pairing | None = None
    """None where no devices are kept."""
    settings: HomeSettings | None = None
    """None where no file could be changed."""
    money: MoneyServices | None = None
    """None where nothing says what electricity costs."""
