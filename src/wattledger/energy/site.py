"""The home: its zone, its netting, and which meter measures what."""

from dataclasses import dataclass
from functools import cached_property

from wattledger.energy.balance import Roles
from wattledger.energy.meter import MeterId, MeterLabel, Production, Role
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar


@dataclass(frozen=True)
class Site:
    """What the settings say of the home; meters in the order of the settings."""

    name: str
    calendar: Calendar
    netting: Netting
    meters: tuple[MeterLabel, ...]
    poll_interval_s: float = 1.0
    main_fuse_a: float = 25.0

    @cached_property
    def roles(self) -> Roles:
        roles = {meter.role for meter in self.meters}
        return Roles(grid=Role.GRID in roles, solar=Role.SOLAR in roles)

    @property
    def production(self) -> Production:
        """The solar meter's; positive where there is none."""
        return next(
            (m.production for m in self.meters if m.role is Role.SOLAR), Production.POSITIVE
        )


@dataclass(frozen=True, slots=True)
class Assignment:
    """Which meters have measured each role, oldest first: more than one where a meter was replaced.

    Empty while the role's meter has never answered, or for an absent role.
    """

    grid: tuple[MeterId, ...] = ()
    solar: tuple[MeterId, ...] = ()
    production: Production = Production.POSITIVE
