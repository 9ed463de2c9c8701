"""The energy of a span as JSON: its models, and the answer from plain columns; no element is
validated by itself.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Literal, NamedTuple, TypedDict

from pydantic import BaseModel, ConfigDict, Field

from wattledger.api.instant_texts import AT, instant_texts
from wattledger.api.json_response import json_bytes
from wattledger.api.role_fields import BALANCED, Base, coverage_fields, flow_fields, with_roles
from wattledger.energy.coverage import Coverage
from wattledger.energy.energy_result import Buckets, EnergyResult
from wattledger.energy.home_quantities import Roles
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar, Resolution
from wattledger.energy.role import Role
from wattledger.energy.units import DMWH_PER_WH, wh_or_none

_COMMON = "over the minutes that all of mains, plants and batteries have"


class LoadTotals(Base):
    """A part of the home over the whole span."""

    name: str = Field(description="Its name in the settings.", examples=["heat pump"])
    consumed_wh: float | None = Field(
        description="Energy that it used in Wh, its net: below 0 where it gave more than it used.",
        examples=[1234.5],
    )
    coverage_pct: float | None = Field(
        description="Share in % of the elapsed minutes that it has; null before it began."
    )


class LoadBuckets(Base):
    """A part of the home, as columns."""

    name: str = Field(description="Its name in the settings.", examples=["heat pump"])
    consumed_wh: list[float | None] = Field(description="Energy that it used in Wh, its net.")
    coverage_pct: list[float | None] = Field(
        description="Share in % of the elapsed minutes that it has; null before it began."
    )


class _Totals(Base):
    """The energies of the whole span under its netting; null where nothing is known."""

    consumed_wh: float | None = Field(
        description="Energy used by the home in Wh: imported - exported + produced + discharged - "
        f"charged, {_COMMON}.",
        examples=[15000.0],
    )
    self_consumed_wh: float | None = Field(
        description="Of the production what was not sold, in Wh: used by the home itself, or "
        f"charged; {_COMMON}.",
        examples=[2654.3211],
    )
    self_supplied_wh: float | None = Field(
        description="Of the consumption what was not bought, in Wh; the same as self_consumed_wh "
        f"without a battery; {_COMMON}.",
        examples=[2654.3211],
    )
    self_consumption_pct: float | None = Field(
        description="Self-consumed over produced energy in %, 0 to 100; null where nothing was "
        "produced.",
        examples=[53.09],
    )
    self_sufficiency_pct: float | None = Field(
        description="Self-supplied over consumed energy in %, 0 to 100; null where nothing was "
        "consumed.",
        examples=[17.7],
    )
    coverage_pct: float = Field(
        description="Share in % of the elapsed minutes that all of mains, plants and batteries "
        "have.",
        examples=[100.0],
    )
    loads: list[LoadTotals] = Field(description="The parts of the home that have a meter.")


class _Buckets(Base):
    """The span cut up, as columns of equal length, up to now; each ends where the next begins."""

    start: list[str] = Field(
        description=f"Start of each bucket, {AT}.", examples=[["2026-11-01T00:00:00+02:00"]]
    )
    consumed_wh: list[float | None] = Field(
        description=f"Energy used by the home in Wh, {_COMMON}."
    )
    self_consumed_wh: list[float | None] = Field(
        description=f"Of the production what was not sold, in Wh, {_COMMON}."
    )
    self_supplied_wh: list[float | None] = Field(
        description=f"Of the consumption what was not bought, in Wh, {_COMMON}."
    )
    coverage_pct: list[float] = Field(
        description="Share in % of the elapsed minutes that all of mains, plants and batteries "
        "have."
    )
    loads: list[LoadBuckets] = Field(description="The parts of the home that have a meter.")


ONE, COLUMN = float | None, list[float | None]
EnergyTotals = with_roles(_Totals, "Totals", {**flow_fields(ONE), **coverage_fields(ONE)})
EnergyBuckets = with_roles(_Buckets, "Buckets", {**flow_fields(COLUMN), **coverage_fields(COLUMN)})


class Energy(BaseModel):
    """The energies of a span: as a whole, and cut into buckets."""

    model_config = ConfigDict(extra="forbid")

    period: str | None = Field(
        description="The period's own text, also when it was asked for in words; null for a free "
        "span.",
        examples=["2026-11"],
    )
    week: str | None = Field(
        description="The text of the ISO week in which the day lies; a week's own; null for a "
        "longer period and a free span.",
        examples=[None],
    )
    start: str = Field(
        description=f"Start of the span, {AT}.", examples=["2026-11-01T00:00:00+02:00"]
    )
    end: str = Field(
        description=f"End of the span, not included, {AT}.", examples=["2026-12-01T00:00:00+02:00"]
    )
    resolution: Resolution = Field(description="The length of a bucket.")
    netting: Netting = Field(description="Over what the totals are netted.")
    buckets_netting: Netting = Field(
        description="Over what the buckets are netted: by their own length, where that is shorter."
    )
    time_zone: str = Field(description="The home's IANA time zone.", examples=["Europe/Helsinki"])
    previous: str | None = Field(
        description="The text of the period before; null for `all` and a free span.",
        examples=["2026-10"],
    )
    next: str | None = Field(
        description="The text of the period after; null where that has not begun.",
        examples=["2026-12"],
    )
    source: Literal["mongodb", "local"] = Field(description="Which books answered.")
    totals: EnergyTotals = Field(  # type: ignore[valid-type]  # made of rows
        description="The whole span."
    )
    buckets: EnergyBuckets = Field(  # type: ignore[valid-type]  # made of rows
        description="The span cut into buckets."
    )


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
                **energy_columns(answer.buckets, answer.roles, calendar),
                "loads": load_columns(answer.buckets, answer.roles),
            },
        }
    )


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


def energy_columns(buckets: Buckets, roles: Roles, calendar: Calendar) -> dict[str, Column]:
    """`start`, and each of the home's quantities in Wh and in % of its minutes."""
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


class LoadColumns(TypedDict):
    """Of a part of the home."""

    name: str
    consumed_wh: list[float | None]
    coverage_pct: list[float | None]


def load_columns(buckets: Buckets, roles: Roles) -> list[LoadColumns]:
    """Of each part of the home."""
    if not (parts := _parts(roles)):
        return []
    shares = _shares(buckets.coverage)
    return [
        {
            "name": name,
            "consumed_wh": _wh([energy.flows_dmwh[flow] for energy in buckets.energies]),
            "coverage_pct": shares.of(at),
        }
        for name, at, flow in parts
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
