"""Which phases a meter measures: what it never measures is absent, and counted as 0.

A phase is absent when the meter has no channel for it, or when its live values are null beside
others that are not, and nothing that was ever seen of it, live or stored, had a value. What is null
only now and then is not absent: then the minute is not known, and is no 0.
"""

import asyncio

from wattledger.energy.meter import PHASES
from wattledger.energy.power_reading import PhaseReading, PowerReading

_WIRED_FROM_V = 50.0


class MeasuredPhases:
    """Of one meter in one profile, kept over reconnects; phases by their place in a, b, c."""

    def __init__(self, without_channel: frozenset[int] = frozenset()) -> None:
        self._without_channel = without_channel
        self._silent: frozenset[int] = frozenset()
        self._seen: set[int] = set()
        self.was_shown = asyncio.Event()
        """Whether live values have told by now."""

    @property
    def absent(self) -> frozenset[int]:
        return self._without_channel | (self._silent - self._seen)

    @property
    def measured(self) -> tuple[str, ...]:
        """The names of the phases that it measures."""
        return tuple(name for place, name in enumerate(PHASES) if place not in self.absent)

    @property
    def doubtful(self) -> frozenset[int]:
        """Phases with a channel that would count as absent: what is stored of them may tell."""
        return self._silent - self._seen - self._without_channel

    def hinted(self, reading: PowerReading) -> None:
        """Live values beside others, perhaps of a boot: they count until some were asked for."""
        silent = _silent_in(reading)
        if len(silent) < len(PHASES):  # else it measures nothing just now
            self._silent = silent

    def shown(self, reading: PowerReading) -> None:
        """Live values that were asked for."""
        self.hinted(reading)
        self._seen |= {0, 1, 2} - _silent_in(reading)
        self.was_shown.set()

    def stored(self, place: int) -> None:
        """A record had a value for this phase."""
        self._seen.add(place)


def _silent_in(reading: PowerReading) -> frozenset[int]:
    return frozenset(place for place, phase in enumerate(reading.phases) if _is_silent(phase))


def _is_silent(phase: PhaseReading) -> bool:
    """Nothing that energy could be counted of; a voltage alone is none."""
    if phase.voltage_v is not None and phase.voltage_v < _WIRED_FROM_V:
        return not phase.active_power_w
    return phase.active_power_w is None and phase.current_a is None
