"""Wire models of the energy of a span: they describe what energy_json makes."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from wattledger.energy.netting import Netting
from wattledger.energy.period import Resolution

_AT = "RFC 3339 with the home's UTC offset"
_COMMON = "over the minutes that all of the home's meters have"


class Totals(BaseModel):
    """The energies of the whole span under its netting; null where nothing is known."""

    model_config = ConfigDict(extra="forbid")

    imported_wh: float | None = Field(
        description="Energy from the mains in Wh, never below 0.", examples=[12345.6789]
    )
    exported_wh: float | None = Field(
        description="Energy to the mains in Wh, never below 0.", examples=[2345.6789]
    )
    produced_wh: float | None = Field(
        description="Energy of the plant in Wh, never below 0; null without a solar meter.",
        examples=[5000.0],
    )
    consumed_wh: float | None = Field(
        description=f"Energy used by the home in Wh: imported + produced - exported, {_COMMON}.",
        examples=[15000.0],
    )
    self_consumed_wh: float | None = Field(
        description=f"Energy of the plant used by the home itself in Wh, {_COMMON}.",
        examples=[2654.3211],
    )
    self_consumption_pct: float | None = Field(
        description="Self-consumed over produced energy in %, 0 to 100; null where nothing was "
        "produced.",
        examples=[53.09],
    )
    self_sufficiency_pct: float | None = Field(
        description="Self-consumed over consumed energy in %, 0 to 100; null where nothing was "
        "consumed.",
        examples=[17.7],
    )
    coverage_pct: float = Field(
        description="Share in % of the elapsed minutes that all of the home's meters have.",
        examples=[100.0],
    )
    grid_coverage_pct: float | None = Field(
        description="Share in % of the elapsed minutes that the grid meter has; null without one.",
        examples=[100.0],
    )
    solar_coverage_pct: float | None = Field(
        description="Share in % of the elapsed minutes that the solar meter has; null without one.",
        examples=[100.0],
    )


class Buckets(BaseModel):
    """The span cut up, as columns of equal length, up to now; each ends where the next begins."""

    model_config = ConfigDict(extra="forbid")

    start: list[str] = Field(
        description=f"Start of each bucket, {_AT}.", examples=[["2026-11-01T00:00:00+02:00"]]
    )
    imported_wh: list[float | None] = Field(description="Energy from the mains in Wh.")
    exported_wh: list[float | None] = Field(description="Energy to the mains in Wh.")
    produced_wh: list[float | None] = Field(description="Energy of the plant in Wh.")
    consumed_wh: list[float | None] = Field(
        description=f"Energy used by the home in Wh, {_COMMON}."
    )
    self_consumed_wh: list[float | None] = Field(
        description=f"Energy of the plant used by the home itself in Wh, {_COMMON}."
    )
    coverage_pct: list[float] = Field(
        description="Share in % of the elapsed minutes that all of the home's meters have."
    )
    grid_coverage_pct: list[float | None] = Field(
        description="Share in % of the elapsed minutes that the grid meter has; null without one."
    )
    solar_coverage_pct: list[float | None] = Field(
        description="Share in % of the elapsed minutes that the solar meter has; null without one."
    )


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
    totals: Totals = Field(description="The whole span.")
    buckets: Buckets = Field(description="The span cut into buckets.")
