"""How values lie in MongoDB: the last file that knows the names of the fields.

minutes   time series   {t, meter: {site, meter}, period_s, imported_a_dmwh ... exported_c_dmwh}
days      {_id: {site, day}, format, time_zone, grid_minutes, ..., quarter: {imported_dmwh}, ...}
costs     {_id: {site, tariff, day}, format, netting, signature, made_of, exact, seal, ...}
sites     {_id: site, format, name, time_zone, netting, meters, tariffs}      written by the home
live      {_id: site, at, meters: [...]}                            replaced every few seconds
writers   {_id: site, copy, owner, epoch, until}                    who may post

Of a home that measures more than mains and a plant `meters` is empty: an older server, which would
take a part of it for the whole, finds nothing. All of it stands in `sources`, and `of_sources`.

`days` and `sites` carry `format`. Who reads leaves alone what he does not know; a day of a newer
format than his is as good as not there, since its minutes tell the same.

Energies are integers of 0.1 mWh (suffix _dmwh): divided by 10,000 they are Wh. What is unknown is
absent, never 0. `site` stands first in every key, so that many homes share a cluster.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from wattledger.energy.balance import Energies
from wattledger.energy.energies_codec import energies_from, names_of, sums_and_times
from wattledger.energy.errors import BadRecord
from wattledger.energy.home_quantities import Roles
from wattledger.energy.meter import MeterId
from wattledger.energy.netting import Netting
from wattledger.energy.record import LATEST_S, MinuteRecord
from wattledger.energy.rollup import DaySums

ENERGY_FIELDS = (
    "imported_a_dmwh",
    "imported_b_dmwh",
    "imported_c_dmwh",
    "exported_a_dmwh",
    "exported_b_dmwh",
    "exported_c_dmwh",
)

FORMAT = 1
"""Raised when what a known field means has changed, and only then."""

Fields = Mapping[str, Any]


def is_newer(document: Fields) -> bool:
    """Whether a later version of Wattledger wrote it, by whose rules it may mean something else."""
    found = document.get("format", FORMAT)
    return isinstance(found, int) and found > FORMAT


def moment(instant: int) -> datetime:
    """A date of MongoDB. Raises BadRecord after 2038-01-18: from there on plans scan everything."""
    if instant > LATEST_S:
        raise BadRecord(f"a start of {instant} s is after 2038-01-18")
    return datetime.fromtimestamp(instant, UTC)


def bound(instant: int) -> datetime:
    """An end of a question, cut to what can be stored at all."""
    return datetime.fromtimestamp(min(max(instant, 0), LATEST_S + 86_400), UTC)


def minute_document(site_id: str, meter: MeterId, record: MinuteRecord) -> dict[str, Any]:
    start, period_s, *energies = record
    return {
        "t": moment(start),
        "meter": {"site": site_id, "meter": meter},
        "period_s": period_s,
        **dict(zip(ENERGY_FIELDS, energies, strict=True)),
    }


def day_text(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def day_ordinal(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def day_id(site_id: str, ordinal: int) -> dict[str, str]:
    """Sorts by site, then by day."""
    return {"site": site_id, "day": day_text(ordinal)}


class DayFields:
    """What the sums and the minutes of a day are called in a home of these roles."""

    def __init__(self, roles: Roles) -> None:
        self.roles = roles
        sums, times = names_of(roles)
        self.sums = [f"{name}_dmwh" for name in sums]
        self.minutes = [f"{name}_minutes" for name in times]
        self.own_minutes = [name for name in self.minutes if name != "common_minutes"]

    def energies_from(self, document: Fields, netting: Netting) -> Energies:
        """The inverse of `document`, for one netting."""
        sums = document.get(netting.value, {})
        times_s = [int(document[name]) * 60 for name in self.minutes]
        return energies_from([sums.get(name) for name in self.sums], times_s, self.roles)

    def document(self, site_id: str, time_zone: str, day: DaySums) -> dict[str, Any]:
        """A local day: minutes covered, and its energies under each netting."""
        _, times_s = sums_and_times(day.energies[Netting.MINUTE])
        return {
            "_id": day_id(site_id, day.ordinal),
            "format": FORMAT,
            "time_zone": time_zone,
            **{name: at // 60 for name, at in zip(self.minutes, times_s, strict=True)},
            **{netting.value: self._sums(day.energies[netting]) for netting in Netting},
        }

    def _sums(self, energies: Energies) -> dict[str, int]:
        sums, _ = sums_and_times(energies)
        named = zip(self.sums, sums, strict=True)
        return {name: value for name, value in named if value is not None}
