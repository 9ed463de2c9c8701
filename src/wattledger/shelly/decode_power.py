"""EM.GetStatus and EM1.GetStatus to a power reading; here the names of the meter's live values end.

A value that is null or missing is None. A phase without voltage is not wired: its currents and
powers stay as they come, but what the firmware shows there as frequency and power factor is noise.
"""

from collections.abc import Mapping
from dataclasses import replace

from wattledger.energy.meter import PHASES, MeterId
from wattledger.energy.plausibility import number_or_none
from wattledger.energy.power_reading import PhaseReading, PowerReading
from wattledger.shelly.json_values import Fields
from wattledger.shelly.meter_faults import errors_of

_WIRED_FROM_V = 50.0


def triphase_power(status: Fields, meter: MeterId, at: float, received_s: float) -> PowerReading:
    """From the result of EM.GetStatus, or an em:0 that holds all of it."""
    phases = tuple(_phase(status, f"{phase}_") for phase in PHASES)
    total_w = number_or_none(status.get("total_act_power"))
    return PowerReading(
        meter=meter,
        at=at,
        received_s=received_s,
        active_power_w=total_w,
        phases=(phases[0], phases[1], phases[2]),
        neutral_current_a=number_or_none(status.get("n_current")),
        errors=errors_of(status),
    )


def monophase_power(
    statuses: Mapping[int, Fields], meter: MeterId, at: float, received_s: float
) -> PowerReading:
    """From the results of EM1.GetStatus by channel; 0, 1 and 2 stand for phases a, b, c."""
    phases = tuple(_phase(statuses.get(place, {}), "") for place in range(len(PHASES)))
    errors = (
        f"{PHASES[place]}: {error}"
        for place, status in statuses.items()
        for error in errors_of(status)
    )
    return PowerReading(
        meter=meter,
        at=at,
        received_s=received_s,
        active_power_w=None,
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


def summed(reading: PowerReading, absent: frozenset[int]) -> PowerReading:
    """With the sum of its phases where the meter gives none.

    Of all that it measures or none: a sum that leaves one of them out is nobody's power.
    """
    powers = [
        phase.active_power_w for place, phase in enumerate(reading.phases) if place not in absent
    ]
    known = [power for power in powers if power is not None]
    if reading.active_power_w is not None or len(known) < len(powers) or not known:
        return reading
    return replace(reading, active_power_w=round(sum(known), 3))
