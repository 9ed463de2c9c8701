"""An answer of energy as JSON and as CSV, from plain columns: no element is validated by itself."""

from collections.abc import Sequence
from itertools import groupby

from wattledger.api.instants import instant_texts
from wattledger.api.parameters import DecimalMark
from wattledger.api.power_json import json_bytes
from wattledger.energy.balance import Energies
from wattledger.energy.coverage import Coverage
from wattledger.energy.energy_result import Buckets, EnergyResult
from wattledger.energy.period import Calendar
from wattledger.energy.units import DMWH_PER_WH, wh_or_none

Column = list[str] | list[float | None]


def energy_bytes(answer: EnergyResult, calendar: Calendar) -> bytes:
    """The `Energy` document."""
    query = answer.query
    week = query.period.week if query.period else None
    return json_bytes(
        {
            "period": query.period.text if query.period else None,
            "week": week.text if week else None,
            "start": calendar.text(query.start),
            "end": calendar.text(query.end),
            "resolution": query.resolution.value,
            "netting": query.netting.value,
            "buckets_netting": query.buckets_netting.value,
            "time_zone": calendar.zone_name,
            "previous": query.previous.text if query.previous else None,
            "next": query.next.text if query.next else None,
            "source": answer.source,
            "totals": _totals(answer.totals, answer.coverage),
            "buckets": _columns(answer.buckets, calendar),
        }
    )


def energy_csv(answer: EnergyResult, calendar: Calendar, mark: DecimalMark) -> bytes:
    """One line a bucket under a header with units (RFC 4180); an unknown value is empty.

    With decimal commas the fields are parted by semicolons, as spreadsheets of those languages
    read them.
    """
    separator = "," if mark is DecimalMark.POINT else ";"
    columns = _columns(answer.buckets, calendar)
    lines = [separator.join(columns)]
    rows = zip(*columns.values(), strict=True)
    lines += [separator.join(_field(value, mark) for value in row) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode()


def _field(value: str | float | None, mark: DecimalMark) -> str:
    if value is None:
        return ""
    if isinstance(value, str) or mark is DecimalMark.POINT:
        return str(value)
    return str(value).replace(".", ",")


def _totals(energies: Energies, coverage: Coverage) -> dict[str, float | None]:
    return {
        "imported_wh": wh_or_none(energies.imported_dmwh),
        "exported_wh": wh_or_none(energies.exported_dmwh),
        "produced_wh": wh_or_none(energies.produced_dmwh),
        "consumed_wh": wh_or_none(energies.consumed_dmwh),
        "self_consumed_wh": wh_or_none(energies.self_consumed_dmwh),
        "self_consumption_pct": percentage(energies.self_consumption_pct),
        "self_sufficiency_pct": percentage(energies.self_sufficiency_pct),
        "coverage_pct": share(coverage.common_pct),
        "grid_coverage_pct": share(coverage.grid_pct),
        "solar_coverage_pct": share(coverage.solar_pct),
    }


def _columns(buckets: Buckets, calendar: Calendar) -> dict[str, Column]:
    energies = buckets.energies
    common, grid, solar = _shares(buckets.coverage)
    return {
        "start": instant_texts(calendar, buckets.starts),
        "imported_wh": _wh([energy.imported_dmwh for energy in energies]),
        "exported_wh": _wh([energy.exported_dmwh for energy in energies]),
        "produced_wh": _wh([energy.produced_dmwh for energy in energies]),
        "consumed_wh": _wh([energy.consumed_dmwh for energy in energies]),
        "self_consumed_wh": _wh([energy.self_consumed_dmwh for energy in energies]),
        "coverage_pct": common,
        "grid_coverage_pct": grid,
        "solar_coverage_pct": solar,
    }


def _wh(values: Sequence[int | None]) -> list[float | None]:
    return [None if value is None else value / DMWH_PER_WH for value in values]


def _shares(coverage: Sequence[Coverage]) -> tuple[list[float | None], ...]:
    """The columns of coverage: common, grid, solar. Most buckets share that of the one before."""
    common: list[float | None] = []
    grid: list[float | None] = []
    solar: list[float | None] = []
    for one, alike in groupby(coverage):
        count = len(list(alike))
        common += [share(one.common_pct)] * count
        grid += [share(one.grid_pct)] * count
        solar += [share(one.solar_pct)] * count
    return common, grid, solar


def percentage(value: float | None) -> float | None:
    """To 0.01."""
    return None if value is None else round(value, 2)


def share(value: float | None) -> float | None:
    """A coverage to 0.01, where 100 means all: what lacks a minute of ten years is 99.99."""
    if value is None or value >= 100:
        return value
    return min(round(value, 2), 99.99)
