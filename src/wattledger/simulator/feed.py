"""What flows through a pretend meter."""

from typing import NamedTuple, Protocol


class PhaseMinute(NamedTuple):
    """One phase over one minute: energies in 0.1 mWh (both >= 0), extreme active power in W
    (signed).
    """

    imported_dmwh: int
    exported_dmwh: int
    min_power_w: float
    max_power_w: float


class Feed(Protocol):
    """The truth behind one meter, a pure function of time, so that history can be asked for again.

    `minute(start)`: the three phases over [start, start + 60), start a multiple of 60, UTC epoch
    seconds.
    `power_w(at)`: the signed active power of each phase at that moment, W.
    """

    def minute(self, start: int) -> tuple[PhaseMinute, PhaseMinute, PhaseMinute]: ...

    def power_w(self, at: float) -> tuple[float, float, float]: ...
