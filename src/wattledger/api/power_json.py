"""The power now as JSON; what readers share is made once."""

from collections.abc import Sequence

from pydantic_core import to_json

from wattledger.api.peak_json import peak_document
from wattledger.energy.meter import PHASES
from wattledger.energy.peak import Peak
from wattledger.energy.period import Calendar
from wattledger.energy.power import MeterNow, MeterState, PartPower, PowerNow
from wattledger.energy.reading import PhaseReading
from wattledger.energy.role import Role
from wattledger.flow.live_power import RecentPoint

_UNKNOWN = PhaseReading(None, None, None, None, None, None)


def json_bytes(document: object) -> bytes:
    """Compact UTF-8; a number that is none becomes null, as every unknown."""
    return to_json(document, inf_nan_mode="null")


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
            _phase(PHASES[place], phase)
            for place, phase in enumerate(phases)
            if place not in absent
        ],
        "errors": list(live.errors) if live else [],
    }


def _phase(name: str, phase: PhaseReading) -> dict[str, object]:
    return {
        "phase": name,
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
