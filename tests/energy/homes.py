"""Homes with several sources of a role, batteries and parts, from the records of each source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tests.energy.making import MIDNIGHT
from wattledger.energy.balance import Energies
from wattledger.energy.home_quantities import Roles
from wattledger.energy.meter import MeterLabel, Source
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar
from wattledger.energy.record import MinuteRecord
from wattledger.energy.record_columns import Series, series_of
from wattledger.energy.rollup import day_energies, quarter_sums
from wattledger.energy.site import MeasuredSource, Site, quantity_series

WH = 10_000
Records = Sequence[MinuteRecord]


@dataclass(frozen=True)
class Home:
    """Each of its sources has a meter of its own."""

    records: Mapping[Source, Records]

    @property
    def roles(self) -> Roles:
        meters = tuple(MeterLabel((source,)) for source in self.records)
        return Site("Home", Calendar(ZoneInfo("UTC")), Netting.QUARTER, meters).roles

    @property
    def series(self) -> list[Series]:
        """Of each quantity."""
        found = []
        for quantity in self.roles.quantities:
            own = [
                source
                for source in self.records
                if source.role is quantity.role
                and (source.role.is_balanced or source.name == quantity.name)
            ]
            parts = [series_of(self.records[source], source.phases) for source in own]
            found.append(quantity_series([MeasuredSource(source) for source in own], parts))
        return found

    def energies(self, netting: Netting = Netting.QUARTER) -> Energies:
        """Of a part of one day."""
        quarters = quarter_sums(self.series, self.roles)
        return day_energies(quarters, netting, MIDNIGHT, self.roles)


def told(energies: Energies, roles: Roles) -> dict[str, float | None]:
    """By their words, in Wh; those of parts by their names."""
    flows: dict[str, float | None] = {
        "consumed": _wh(energies.consumed_dmwh),
        "self_consumed": _wh(energies.self_consumed_dmwh),
        "self_supplied": _wh(energies.self_supplied_dmwh),
    }
    for quantity, at in zip(roles.quantities, roles.flow_at, strict=True):
        for number, word in enumerate(quantity.role.words):
            flows[quantity.name or word] = _wh(energies.flows_dmwh[at + number])
    return flows


def _wh(value: int | None) -> float | None:
    return None if value is None else value / WH


def by_words(home: Home, netting: Netting = Netting.QUARTER) -> dict[str, float | None]:
    return told(home.energies(netting), home.roles)
