"""How values lie in MongoDB: the last file that knows the names of the fields.

minutes   time series   {t, meter: {site, meter}, period_s, imported_a_dmwh ... exported_c_dmwh}
days      {_id: {site, day}, format, time_zone, grid_minutes, ..., quarter: {imported_dmwh}, ...}
sites     {_id: site, format, name, time_zone, netting, meters: [...]}      written by the home
live      {_id: site, at, meters: [...]}                            replaced every few seconds
writers   {_id: site, copy, owner, epoch, until}                    who may post

`days` and `sites` carry `format`. Who reads leaves alone what he does not know; a day of a newer
format than his is as good as not there, since its minutes tell the same.

Energies are integers of 0.1 mWh (suffix _dmwh): divided by 10,000 they are Wh. What is unknown is
absent, never 0. `site` stands first in every key, so that many homes share a cluster.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from wattledger.energy.balance import Energies
from wattledger.energy.errors import BadRecord
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
SUM_FIELDS = Energies._fields[:6]
MINUTE_FIELDS = ("grid_minutes", "solar_minutes", "common_minutes")

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


def day_document(site_id: str, time_zone: str, day: DaySums) -> dict[str, Any]:
    """A local day: minutes covered, and its energies under each netting."""
    covered = day.energies[Netting.MINUTE]
    return {
        "_id": day_id(site_id, day.ordinal),
        "format": FORMAT,
        "time_zone": time_zone,
        "grid_minutes": covered.grid_s // 60,
        "solar_minutes": covered.solar_s // 60,
        "common_minutes": covered.common_s // 60,
        **{netting.value: _sums(day.energies[netting]) for netting in Netting},
    }


def _sums(energies: Energies) -> dict[str, int]:
    named = zip(SUM_FIELDS, energies[:6], strict=True)
    return {name: value for name, value in named if value is not None}


def energies_from(document: Fields, netting: Netting) -> Energies:
    """The inverse of `day_document`, for one netting."""
    sums = document.get(netting.value, {})
    minutes = (int(document[name]) * 60 for name in MINUTE_FIELDS)
    return Energies._make((*(sums.get(name) for name in SUM_FIELDS), *minutes))
