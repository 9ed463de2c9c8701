"""Wire models of the energy of a span: they describe what energy_json makes."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from wattledger.api.wire_roles import Base, coverage_fields, flow_fields, with_roles
from wattledger.energy.netting import Netting
from wattledger.energy.period import Resolution

_AT = "RFC 3339 with the home's UTC offset"
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
        description=f"Start of each bucket, {_AT}.", examples=[["2026-11-01T00:00:00+02:00"]]
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
Totals = with_roles(_Totals, "Totals", {**flow_fields(ONE), **coverage_fields(ONE)})
Buckets = with_roles(_Buckets, "Buckets", {**flow_fields(COLUMN), **coverage_fields(COLUMN)})


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
        description=f"Start of the span, {_AT}.", examples=["2026-11-01T00:00:00+02:00"]
    )
    end: str = Field(
        description=f"End of the span, not included, {_AT}.", examples=["2026-12-01T00:00:00+02:00"]
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
    totals: Totals = Field(  # type: ignore[valid-type]  # made of rows
        description="The whole span."
    )
    buckets: Buckets = Field(  # type: ignore[valid-type]  # made of rows
        description="The span cut into buckets."
    )
