"""EM.GetStatus and EM1.GetStatus to a power reading; here the names of the meter's live values end.

A value that is null or missing is None. A phase without voltage is not wired: its currents and
powers stay as they come, but what the firmware shows there as frequency and power factor is noise.
"""

from collections.abc import Iterable, Mapping, Sequence

from wattledger.energy.meter import PHASES, MeterId
from wattledger.energy.plausible import number_or_none
from wattledger.energy.reading import PhaseReading, PowerReading
from wattledger.shelly.payload import Fields, texts

_WIRED_FROM_V = 50.0
_MOST_ERRORS = 8


def triphase_power(status: Fields, meter: MeterId, at: float, received_s: float) -> PowerReading:
    """From the result of EM.GetStatus, or an em:0 that holds all of it."""
    phases = tuple(_phase(status, f"{phase}_") for phase in PHASES)
    total_w = number_or_none(status.get("total_act_power"))
    return PowerReading(
        meter=meter,
        at=at,
        received_s=received_s,
        active_power_w=_sum_w(phases) if total_w is None else total_w,
        phases=(phases[0], phases[1], phases[2]),
        neutral_current_a=number_or_none(status.get("n_current")),
        errors=tuple(_triphase_errors(status)),
    )


def monophase_power(
    statuses: Sequence[Fields], meter: MeterId, at: float, received_s: float
) -> PowerReading:
    """From the results of EM1.GetStatus of the three channels, which stand for phases a, b, c."""
    phases = tuple(_phase(status, "") for status in statuses)
    errors = (
        _named(phase, error)
        for phase, status in zip(PHASES, statuses, strict=True)
        for error in _errors(status, "")
    )
    return PowerReading(
        meter=meter,
        at=at,
        received_s=received_s,
        active_power_w=_sum_w(phases),
        phases=(phases[0], phases[1], phases[2]),
        errors=tuple(errors),
    )


def _phase(status: Fields, prefix: str) -> PhaseReading:
    voltage_v = number_or_none(status.get(f"{prefix}voltage"))
    wired = voltage_v is None or voltage_v >= _WIRED_FROM_V
    return PhaseReading(
        active_power_w=number_or_none(status.get(f"{prefix}act_power")),
        apparent_power_va=number_or_none(status.get(f"{prefix}aprt_power")),
        voltage_v=voltage_v,
        current_a=number_or_none(status.get(f"{prefix}current")),
        power_factor=number_or_none(status.get(f"{prefix}pf")) if wired else None,
        frequency_hz=number_or_none(status.get(f"{prefix}freq")) if wired else None,
    )


def _sum_w(phases: Iterable[PhaseReading]) -> float | None:
    """Of all three or none: a sum that leaves a phase out is nobody's power."""
    total_w = 0.0
    for phase in phases:
        if phase.active_power_w is None:
            return None
        total_w += phase.active_power_w
    return round(total_w, 3)


def _triphase_errors(status: Mapping[str, object]) -> Iterable[str]:
    yield from _errors(status, "")
    for part in (*PHASES, "n"):
        for error in _errors(status, f"{part}_"):
            yield _named(part, error)


def _errors(status: Mapping[str, object], prefix: str) -> tuple[str, ...]:
    """`flags` (firmware 2.x) say `count_disabled`, which is as bad as an error."""
    named = (status.get(f"{prefix}errors"), status.get(f"{prefix}flags"))
    return tuple(text for value in named for text in texts(value, _MOST_ERRORS))


def _named(part: str, error: str) -> str:
    return f"{part}: {error}"
