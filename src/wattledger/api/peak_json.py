"""The month's peak as a part of the power now."""

from pydantic import BaseModel, ConfigDict, Field

from wattledger.energy.demand import Demand
from wattledger.energy.peak import Peak
from wattledger.energy.period import Calendar
from wattledger.energy.units import wh_or_none

E7_PER_W = 10_000
"""1e-7 kW in a watt."""


class PeakWindow(BaseModel):
    """A window that the demand fee counts."""

    model_config = ConfigDict(extra="forbid")

    start: str = Field(description="Start of the window, RFC 3339 with the home's UTC offset.")
    power_w: float = Field(
        description="Mean power in W: what was imported, over the window's whole length.",
        examples=[13700.0],
    )
    at_least: bool = Field(description="Whether minutes of it are missing: then it was more.")


class RunningWindow(BaseModel):
    """The window that runs."""

    model_config = ConfigDict(extra="forbid")

    start: str = Field(description="Start of the window, RFC 3339 with the home's UTC offset.")
    end: str = Field(description="End of the window, not included.")
    imported_wh: float = Field(description="What was imported in it so far, in Wh.")
    projected_w: float | None = Field(
        description="Its mean power in W if what flows now goes on; null while that is unknown."
    )
    room_wh: float | None = Field(
        description="What may still be imported in it without raising the fee, in Wh; null where "
        "it can raise nothing, such as at a time that does not count."
    )


class PeakNow(BaseModel):
    """This month's peak by the tariff's demand fee."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="Of the fee.", examples=["network: power fee"])
    window_s: int = Field(description="Length of its windows in s: 900 or 3600.", examples=[3600])
    counted_windows: int = Field(description="How many windows' mean counts.", examples=[1])
    threshold_w: float = Field(description="What is free, in W.", examples=[8000.0])
    highest: list[PeakWindow] = Field(description="The month's highest windows, highest first.")
    running: RunningWindow = Field(description="The one that has begun and is not over.")


def peak_document(peak: Peak, grid_w: float | None, calendar: Calendar) -> dict[str, object]:
    """The `PeakNow` document."""
    running, projected_w = peak.running, peak.running.projected_w(grid_w)
    room_wh = peak.room_wh
    return {
        "name": peak.fee.name,
        "window_s": peak.fee.window_s,
        "counted_windows": peak.fee.count_windows,
        "threshold_w": peak.fee.threshold_kw_e7 / E7_PER_W,
        "highest": [_window(one, calendar) for one in peak.highest],
        "running": {
            "start": calendar.text(running.start),
            "end": calendar.text(running.end),
            "imported_wh": wh_or_none(running.imported_dmwh),
            "projected_w": None if projected_w is None else round(projected_w, 3),
            "room_wh": None if room_wh is None else round(room_wh, 4),
        },
    }


def _window(one: Demand, calendar: Calendar) -> dict[str, object]:
    return {
        "start": calendar.text(one.start),
        "power_w": round(float(one.power_kw_e7) / E7_PER_W, 3),
        "at_least": not one.is_whole,
    }
