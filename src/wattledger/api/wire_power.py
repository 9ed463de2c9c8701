"""Wire models of the power now: they describe what power_json makes."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from wattledger.api.wire_roles import Base, power_fields, with_roles
from wattledger.energy.power import MeterState
from wattledger.energy.role import Role

_AT = "RFC 3339 with the home's UTC offset, to the millisecond"


class PhasePower(BaseModel):
    """One phase of a meter; every value null while the meter is not live."""

    model_config = ConfigDict(extra="forbid")

    phase: Literal["a", "b", "c"] = Field(description="The phase as the meter names it.")
    active_power_w: float | None = Field(
        description="Active power in W, positive as the meter counts consumption.",
        examples=[-400.1],
    )
    apparent_power_va: float | None = Field(
        description="Apparent power in VA, signed as the meter gives it.", examples=[410.0]
    )
    voltage_v: float | None = Field(description="Voltage to neutral in V.", examples=[231.2])
    current_a: float | None = Field(description="Current in A.", examples=[1.78])
    power_factor: float | None = Field(
        description="Active over apparent power, -1 to 1, without a unit.", examples=[0.97]
    )
    frequency_hz: float | None = Field(description="Mains frequency in Hz.", examples=[50.0])


class MeterPower(BaseModel):
    """One meter at this moment."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="The meter's name in the settings.", examples=["mains"])
    role: Role = Field(description="What the first of its sources is.")
    state: MeterState = Field(
        description="live; stale: no value for 10 s; offline: no connection, or no value for 60 s."
    )
    age_s: float | None = Field(
        description="Age of the last reading in s; null before the first.", examples=[0.4], ge=0
    )
    at: str | None = Field(
        description=f"When the last reading came, {_AT}; null before the first.",
        examples=["2026-11-22T13:45:12.310+02:00"],
    )
    active_power_w: float | None = Field(
        description="Sum of the phases in W as the meter counts, so before the sign of production; "
        "null while the meter is not live.",
        examples=[-1234.5],
    )
    phases: list[PhasePower] = Field(description="Those of a, b, c that it measures.")
    errors: list[str] = Field(
        description="What the meter complains of, in its own words.",
        examples=[["power_meter_failure"]],
    )


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
    room_wh: float = Field(
        description="What may still be imported in it without raising the fee, in Wh."
    )


class Peak(BaseModel):
    """This month's peak by the tariff's demand fee."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="Of the fee.", examples=["network: power fee"])
    window_s: int = Field(description="Length of its windows in s: 900 or 3600.", examples=[3600])
    counted_windows: int = Field(description="How many windows' mean counts.", examples=[1])
    threshold_w: float = Field(description="What is free, in W.", examples=[8000.0])
    highest: list[PeakWindow] = Field(description="The month's highest windows, highest first.")
    running: RunningWindow = Field(description="The one that has begun and is not over.")


class LoadPower(BaseModel):
    """A part of the home at this moment."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="Its name in the settings.", examples=["heat pump"])
    active_power_w: float | None = Field(
        description="What it uses in W; null while its meter is not live.", examples=[1840.2]
    )
    state: MeterState = Field(description="Of its meter.")


class _Power(Base):
    """What flows at this moment."""

    at: str = Field(
        description=f"The moment of this answer, {_AT}.", examples=["2026-11-22T13:45:12.310+02:00"]
    )
    home_w: float | None = Field(
        description="What the home uses in W: grid_w + solar_w + battery_w, of what it has; null "
        "if one of them is unknown, or they were read more than 2 s apart.",
        examples=[1065.6],
    )
    loads: list[LoadPower] = Field(description="The parts of the home that have a meter.")
    meters: list[MeterPower] = Field(description="The meters, in the order of the settings.")
    peak: Peak | None = Field(
        default=None, description="This month's peak; there where the tariff has a demand fee."
    )


class _RecentPower(Base):
    """The last minutes at live resolution, as columns of equal length, oldest first."""

    at: list[str] = Field(description=f"The moment of each tick, {_AT}.")
    home_w: list[float | None] = Field(description="What the home used in W.")


Power = with_roles(_Power, "Power", power_fields(float | None))
RecentPower = with_roles(_RecentPower, "RecentPower", power_fields(list[float | None]))
