"""The registers of a meter: running sums that never lose a count."""

from dataclasses import dataclass, field

from wattledger.simulator.memory.feed_integration import Phases

_ZERO = (0, 0, 0)


@dataclass(slots=True)
class Counters:
    """Energy per phase since the last reset, 0.1 mWh; both directions are counted upwards."""

    imported_dmwh: list[int] = field(default_factory=lambda: [*_ZERO])
    exported_dmwh: list[int] = field(default_factory=lambda: [*_ZERO])

    def add(self, phases: Phases) -> None:
        for index, phase in enumerate(phases):
            self.imported_dmwh[index] += phase.imported_dmwh
            self.exported_dmwh[index] += phase.exported_dmwh

    def reset(self) -> None:
        self.imported_dmwh[:] = _ZERO
        self.exported_dmwh[:] = _ZERO

    def copy(self) -> "Counters":
        return Counters([*self.imported_dmwh], [*self.exported_dmwh])


def shown_wh(energy_dmwh: int) -> float:
    """Wh in steps of 0.01 as the meter shows its registers."""
    return round(energy_dmwh / 10_000, 2)
