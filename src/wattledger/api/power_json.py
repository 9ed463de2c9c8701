"""The power now as JSON: its models, and the document; what readers share is made once."""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from wattledger.api.json_response import json_bytes
from wattledger.api.peak_json import PeakNow, peak_document
from wattledger.api.role_fields import Base, power_fields, with_roles
from wattledger.energy.meter import PHASES
from wattledger.energy.peak import Peak
from wattledger.energy.period import Calendar
from wattledger.energy.power import MeterNow, MeterState, PartPower, PowerNow
from wattledger.energy.power_reading import PhaseReading
from wattledger.energy.role import Role
from wattledger.flow.live_power import RecentPoint

_AT = "RFC 3339 with the home's UTC offset, to the millisecond"


class PhasePower(BaseModel):
    """One phase of a meter; every measured value null while the meter is not live."""

    model_config = ConfigDict(extra="forbid")

    phase: Literal["a", "b", "c"] = Field(description="The phase as the meter names it.")
    role: Role | None = Field(
        description="What the source is that takes it; null where none does.", examples=["grid"]
    )
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
    peak: PeakNow | None = Field(
        default=None, description="This month's peak; there where the tariff has a demand fee."
    )


class _RecentPower(Base):
    """The last minutes at live resolution, as columns of equal length, oldest first."""

    at: list[str] = Field(description=f"The moment of each tick, {_AT}.")
    home_w: list[float | None] = Field(description="What the home used in W.")


Power = with_roles(_Power, "Power", power_fields(float | None))
RecentPower = with_roles(_RecentPower, "RecentPower", power_fields(list[float | None]))


_UNKNOWN = PhaseReading(None, None, None, None, None, None)


def power_bytes(now: PowerNow, calendar: Calendar, peak: Peak | None = None) -> bytes:
    """The `Power` document; with `peak` where a demand fee is paid."""
    also = {} if peak is None else {"peak": peak_document(peak, now.roles_w[Role.GRID], calendar)}
    return json_bytes(
        {
            "at": calendar.text_ms(now.at),
            **{f"{role}_w": _rounded(power_w) for role, power_w in now.roles_w.items()},
            "home_w": _rounded(now.home_w),
            "loads": [_part(part) for part in now.parts],
            "meters": [_meter(meter, calendar) for meter in now.meters],
            **also,
        }
    )


def _part(part: PartPower) -> dict[str, object]:
    return {
        "name": part.name,
        "active_power_w": _rounded(part.power_w),
        "state": part.state.value,
    }


def _of_role(role: Role, points: Sequence[RecentPoint]) -> list[float | None]:
    return [_rounded(point.roles_w.get(role)) for point in points]


def _meter(meter: MeterNow, calendar: Calendar) -> dict[str, object]:
    reading = meter.reading
    live = reading if meter.state is MeterState.LIVE else None
    phases = live.phases if live else (_UNKNOWN,) * 3
    absent = reading.absent if reading else ()
    return {
        "name": meter.label.name,
        "role": meter.label.role.value,
        "state": meter.state.value,
        "age_s": _rounded(meter.age_s),
        "at": calendar.text_ms(reading.at) if reading else None,
        "active_power_w": _rounded(live.active_power_w) if live else None,
        "phases": [
            _phase(PHASES[place], meter.label.role_of(PHASES[place]), phase)
            for place, phase in enumerate(phases)
            if place not in absent
        ],
        "errors": list(live.errors) if live else [],
    }


def _phase(name: str, role: Role | None, phase: PhaseReading) -> dict[str, object]:
    return {
        "phase": name,
        "role": None if role is None else role.value,
        "active_power_w": _rounded(phase.active_power_w),
        "apparent_power_va": _rounded(phase.apparent_power_va),
        "voltage_v": _rounded(phase.voltage_v),
        "current_a": _rounded(phase.current_a),
        "power_factor": _rounded(phase.power_factor),
        "frequency_hz": _rounded(phase.frequency_hz),
    }


def _rounded(value: float | None) -> float | None:
    """To 0.001, finer than any meter measures; -0.0 is 0.0."""
    return None if value is None else round(value, 3) + 0.0


def recent_bytes(points: Sequence[RecentPoint], calendar: Calendar) -> bytes:
    """The `RecentPower` document; about 10 ms for an hour of seconds, so not for the event loop."""
    return json_bytes(
        {
            "at": [calendar.text_ms(point.at) for point in points],
            **{f"{role}_w": _of_role(role, points) for role in Role if role.is_balanced},
            "home_w": [_rounded(point.home_w) for point in points],
        }
    )
