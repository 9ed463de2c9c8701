"""A reading: what one meter measures at one moment."""

from dataclasses import dataclass, replace

from wattledger.energy.meter import MeterId


@dataclass(frozen=True, slots=True)
class PhaseReading:
    """One phase, None where the meter does not say; power is signed as the meter counts."""

    active_power_w: float | None
    apparent_power_va: float | None
    voltage_v: float | None
    current_a: float | None
    power_factor: float | None
    frequency_hz: float | None


@dataclass(frozen=True, slots=True)
class PowerReading:
    """One meter at one moment.

    `active_power_w` is the signed algebraic sum of the phases, None when the meter gave none. `at`
    is when the answer came, UTC epoch seconds by our clock; `received_s` the same on the monotonic
    clock, from which ages are counted. `absent`: the places of the phases that the meter does not
    measure, which are none of its phases.
    """

    meter: MeterId
    at: float
    received_s: float
    active_power_w: float | None
    phases: tuple[PhaseReading, PhaseReading, PhaseReading]
    neutral_current_a: float | None = None
    errors: tuple[str, ...] = ()
    absent: frozenset[int] = frozenset()

    def received_at(self, received_s: float) -> "PowerReading":
        """The same reading, of another age."""
        return replace(self, received_s=received_s)
