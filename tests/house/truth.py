"""A home whose every minute is known, and what its energies must be: written from the definitions
alone.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping

from wattledger.simulator.feed import PhaseMinute

Netting = str
Registers = Mapping[int, tuple[int, int, int, int, int, int]]
"""By start of the minute: imported a b c, exported a b c, 0.1 mWh."""


class KnownFeed:
    """Energies by arithmetic on the minute: every phase buys and sells, signs differ
    among phases.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def registers(self, start: int) -> tuple[int, int, int, int, int, int]:
        mix = (start // 60 * 2_654_435_761 + self._seed * 97_003) & 0xFFFFFFFF
        imported = (mix % 90_001, (mix >> 7) % 50_011, (mix >> 13) % 20_011)
        exported = ((mix >> 3) % 40_009, (mix >> 9) % 120_011, (mix >> 15) % 9_001)
        return (*imported, *exported)

    def minute(self, start: int) -> tuple[PhaseMinute, PhaseMinute, PhaseMinute]:
        energies = self.registers(start)

        def phase(p: int) -> PhaseMinute:
            power_w = (energies[p] - energies[p + 3]) * 60 / 10_000
            return PhaseMinute(energies[p], energies[p + 3], power_w - 5, power_w + 5)

        return phase(0), phase(1), phase(2)

    def power_w(self, at: float) -> tuple[float, float, float]:
        energies = self.registers(int(at) // 60 * 60)
        a, b, c = ((energies[p] - energies[p + 3]) * 60 / 10_000 for p in range(3))
        return a, b, c


def expected(
    grid: Registers, solar: Registers, netting: Netting, hour_of: Callable[[int], object]
) -> dict[str, int]:
    """The energies of a span, 0.1 mWh, both meters complete; solar counts production as import."""

    def window(start: int) -> object:
        return {"quarter": start // 900, "hour": hour_of(start)}.get(netting, start)

    windows: dict[object, list[int]] = defaultdict(list)
    for start in grid:
        windows[window(start)].append(start)
    sums: dict[str, int] = defaultdict(int)
    for starts in windows.values():
        bought, sold = _registers(grid, starts, netting)
        produced, _ = _registers(solar, starts, netting)
        consumed = bought + produced - sold
        sums["imported_wh"] += bought
        sums["exported_wh"] += sold
        sums["produced_wh"] += produced
        sums["consumed_wh"] += consumed
        sums["self_consumed_wh"] += max(0, min(produced - sold, produced, max(consumed, 0)))
    return dict(sums)


def _registers(meter: Registers, starts: list[int], netting: Netting) -> tuple[int, int]:
    imported = sum(sum(meter[start][:3]) for start in starts)
    exported = sum(sum(meter[start][3:]) for start in starts)
    if netting == "phase":
        return imported, exported
    return max(imported - exported, 0), max(exported - imported, 0)
