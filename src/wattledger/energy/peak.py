"""The month's peak as a demand fee sees it, and how near the running window is to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from wattledger.energy.demand import Demand
from wattledger.energy.money import PRICE_UNITS, Exact
from wattledger.energy.tariff import DemandFee

HOUR_S = 3_600


@dataclass(frozen=True, slots=True)
class Running:
    """The window that runs: what was imported in it up to `booked_to`."""

    start: int
    end: int
    booked_to: int
    imported_dmwh: int

    def projected_w(self, grid_w: float | None) -> float | None:
        """Its mean power if what flows now goes on; None while that is not known."""
        if grid_w is None:
            return None
        imported_wh = self.imported_dmwh / 10_000
        imported_wh += max(grid_w, 0) * max(self.end - self.booked_to, 0) / HOUR_S
        return imported_wh * HOUR_S / (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Peak:
    """`highest` are the windows that the fee counts so far, highest first."""

    fee: DemandFee
    highest: Sequence[Demand]
    running: Running

    @property
    def limit_kw_e7(self) -> Exact:
        """Up to here a window raises nothing: the lowest that counts, the threshold, or what a
        month counts for at least.
        """
        is_full = len(self.highest) >= self.fee.count_windows
        lowest = self.highest[-1].power_kw_e7 if self.highest and is_full else 0
        return max(lowest, self.fee.threshold_kw_e7, self.fee.minimum_kw_e7)

    @property
    def room_wh(self) -> float:
        """What may still be imported in the running window without raising anything."""
        length_s = self.running.end - self.running.start
        allowed_wh = Fraction(self.limit_kw_e7) * 1_000 / PRICE_UNITS * length_s / HOUR_S
        return max(float(allowed_wh) - self.running.imported_dmwh / 10_000, 0.0)
