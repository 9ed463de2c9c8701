"""An answer of energy as JSON and as CSV, from plain columns: no element is validated by itself."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from wattledger.api.instants import instant_texts
from wattledger.api.parameters import DecimalMark
from wattledger.api.power_json import json_bytes
from wattledger.api.wire_roles import BALANCED
from wattledger.energy.coverage import Coverage
from wattledger.energy.energy_result import Buckets, EnergyResult
from wattledger.energy.period import Calendar
from wattledger.energy.quantity import Roles
from wattledger.energy.role import Place, Role
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
            "totals": _totals(answer),
            "buckets": {
                **_columns(answer.buckets, answer.roles, calendar),
                "loads": _part_columns(answer.buckets, answer.roles),
            },
        }
    )


def energy_csv(answer: EnergyResult, calendar: Calendar, mark: DecimalMark) -> bytes:
    """One line a bucket under a header with units (RFC 4180); an unknown value is empty.

    With decimal commas the fields are parted by semicolons, as spreadsheets of those languages
    read them. Of roles that the home does not have only mains and plant have their columns; each
    part of the home has one, with its name.
    """
    separator = "," if mark is DecimalMark.POINT else ";"
    columns = _csv_columns(answer, calendar)
    lines = [separator.join(_quoted(name, separator) for name in columns)]
    rows = zip(*columns.values(), strict=True)
    lines += [separator.join(_field(value, mark) for value in row) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode()


def _csv_columns(answer: EnergyResult, calendar: Calendar) -> dict[str, Column]:
    roles, buckets = answer.roles, answer.buckets
    absent = {
        name
        for role in BALANCED
        if not roles.has(role) and role not in {Role.GRID, Role.SOLAR}
        for name in (*(f"{word}_wh" for word in role.words), f"{role}_coverage_pct")
    }
    if not any(roles.has(role) for role in BALANCED if role.place is Place.STORAGE):
        absent.add("self_supplied_wh")
    told = _columns(buckets, roles, calendar).items()
    parts = [
        (f"consumed_wh {name}", _wh([energy.flows_dmwh[flow] for energy in buckets.energies]))
        for name, _, flow in _parts(roles)
    ]
    return dict([*((name, column) for name, column in told if name not in absent), *parts])


def _quoted(name: str, separator: str) -> str:
    if separator not in name and '"' not in name:
        return name
    return '"' + name.replace('"', '""') + '"'


def _field(value: str | float | None, mark: DecimalMark) -> str:
    if value is None:
        return ""
    if isinstance(value, str) or mark is DecimalMark.POINT:
        return str(value)
    return str(value).replace(".", ",")


def _totals(answer: EnergyResult) -> dict[str, object]:
    energies, coverage, roles = answer.totals, answer.coverage, answer.roles
    flows = _flow_places(roles)
    return {
        **{n: None if at is None else wh_or_none(energies.flows_dmwh[at]) for n, at in flows},
        "consumed_wh": wh_or_none(energies.consumed_dmwh),
        "self_consumed_wh": wh_or_none(energies.self_consumed_dmwh),
        "self_supplied_wh": wh_or_none(energies.self_supplied_dmwh),
        "self_consumption_pct": percentage(energies.self_consumption_pct),
        "self_sufficiency_pct": percentage(energies.self_sufficiency_pct),
        "coverage_pct": share(coverage.common_pct),
        **{
            f"{role}_coverage_pct": None if at is None else share(coverage.own_pct[at])
            for role, at in _places(roles)
        },
        "loads": [
            {
                "name": name,
                "consumed_wh": wh_or_none(energies.flows_dmwh[flow]),
                "coverage_pct": share(coverage.own_pct[at]),
            }
            for name, at, flow in _parts(roles)
        ],
    }


def _columns(buckets: Buckets, roles: Roles, calendar: Calendar) -> dict[str, Column]:
    energies, shares = buckets.energies, _shares(buckets.coverage)
    nothing: list[float | None] = [None] * len(energies)
    return {
        "start": instant_texts(calendar, buckets.starts),
        **{
            name: nothing if at is None else _wh([energy.flows_dmwh[at] for energy in energies])
            for name, at in _flow_places(roles)
        },
        "consumed_wh": _wh([energy.consumed_dmwh for energy in energies]),
        "self_consumed_wh": _wh([energy.self_consumed_dmwh for energy in energies]),
        "self_supplied_wh": _wh([energy.self_supplied_dmwh for energy in energies]),
        "coverage_pct": shares.common,
        **{
            f"{role}_coverage_pct": nothing if at is None else shares.of(at)
            for role, at in _places(roles)
        },
    }


def _part_columns(buckets: Buckets, roles: Roles) -> list[dict[str, object]]:
    """Of each part of the home."""
    shares = _shares(buckets.coverage)
    return [
        {
            "name": name,
            "consumed_wh": _wh([energy.flows_dmwh[flow] for energy in buckets.energies]),
            "coverage_pct": shares.of(at),
        }
        for name, at, flow in _parts(roles)
    ]


def _places(roles: Roles) -> list[tuple[Role, int | None]]:
    """Each balanced role with its place among the home's quantities, None where it has none."""
    places = {one.role: at for at, one in enumerate(roles.quantities)}
    return [(role, places.get(role)) for role in BALANCED]


def _flow_places(roles: Roles) -> list[tuple[str, int | None]]:
    """Each direction of a balanced role with its place among the flows."""
    return [
        (f"{word}_wh", None if at is None else roles.flow_at[at] + number)
        for role, at in _places(roles)
        for number, word in enumerate(role.words)
    ]


def _parts(roles: Roles) -> list[tuple[str, int, int]]:
    """Each part of the home: its name, its place among the quantities and among the flows."""
    return [
        (one.name, at, roles.flow_at[at])
        for at, one in enumerate(roles.quantities)
        if not one.role.is_balanced
    ]


def _wh(values: Sequence[int | None]) -> list[float | None]:
    return [None if value is None else value / DMWH_PER_WH for value in values]


class _Shares(NamedTuple):
    """The columns of coverage."""

    common: list[float | None]
    own: list[list[float | None]]

    def of(self, place: int) -> list[float | None]:
        """Of a quantity; without a bucket there are none."""
        return self.own[place] if self.own else []


def _shares(coverage: Sequence[Coverage]) -> _Shares:
    """Most buckets share that of the one before."""
    common: list[float | None] = []
    own: list[list[float | None]] = [[] for _ in coverage[0].own_pct] if coverage else []
    for one, alike in groupby(coverage):
        count = len(list(alike))
        common += [share(one.common_pct)] * count
        for column, pct in zip(own, one.own_pct, strict=True):
            column.extend([share(pct)] * count)
    return _Shares(common, own)


def percentage(value: float | None) -> float | None:
    """To 0.01."""
    return None if value is None else round(value, 2)


def share(value: float | None) -> float | None:
    """A coverage to 0.01, where 100 means all: what lacks a minute of ten years is 99.99."""
    if value is None or value >= 100:
        return value
    return min(round(value, 2), 99.99)
