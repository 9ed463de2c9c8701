"""Which phases a meter measures: what it never measures is absent, and counted as 0.

A phase is absent when the meter has no channel for it, or when its live values are null beside
others that are not, and nothing that was ever seen of it, live or stored, had a value. What is null
only now and then is not absent: then the minute is not known, and is no 0.
"""

from wattledger.energy.meter import PHASES
from wattledger.energy.reading import PhaseReading, PowerReading


class Wiring:
    """Of one meter in one profile, kept over reconnects; phases by their place in a, b, c."""

    def __init__(self, without_channel: frozenset[int] = frozenset()) -> None:
        self._without_channel = without_channel
        self._silent: frozenset[int] = frozenset()
        self._seen: set[int] = set()

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

    def shown(self, reading: PowerReading) -> None:
        """Live values."""
        silent = frozenset(place for place, phase in enumerate(reading.phases) if _is_silent(phase))
        self._seen |= {0, 1, 2} - silent
        if len(silent) < len(reading.phases):  # else it measures nothing just now
            self._silent = silent

    def stored(self, place: int) -> None:
        """A record had a value for this phase."""
        self._seen.add(place)


def _is_silent(phase: PhaseReading) -> bool:
    values = (phase.active_power_w, phase.voltage_v, phase.current_a)
    return all(value is None for value in values)
