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
    """The window that runs: what was imported in it up to `booked_to`, how much the fee counts of
    it, and when its day began.
    """

    start: int
    end: int
    booked_to: int
    imported_dmwh: int
    weight_e7: int = PRICE_UNITS
    day_started_at: int = 0

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
    def limit_kw_e7(self) -> Exact | None:
        """Up to here the running window raises nothing, as it counts; None where nothing does.

        Of fewer windows than the fee counts the mean is that of these, but more will come: the ones
        that are not there yet count as nothing, where that leaves less.
        """
        total = sum(one.power_kw_e7 for one in self.highest)
        others = self._others()
        limits: list[Exact] = []
        for windows, counted in (
            (len(others) + 1, max(len(self.highest), 1)),
            (self.fee.count_windows, self.fee.count_windows),
        ):
            level = self._free_up_to(Fraction(total) / counted)
            if level is None:
                return None
            limits.append(windows * level - sum(one.power_kw_e7 for one in others))
        return min(limits)

    def _others(self) -> Sequence[Demand]:
        """What the fee counts beside the running window, if that counts."""
        others = [one for one in self.highest if one.start != self.running.start]
        if self.fee.distinct_days:
            others = [one for one in others if one.start < self.running.day_started_at]
        return others[: self.fee.count_windows - 1]

    def _free_up_to(self, mean_kw_e7: Fraction) -> Exact | None:
        """How high the mean may be at the price of this one; None: as high as it likes."""
        fee = self.fee
        counted = max(mean_kw_e7, Fraction(fee.minimum_kw_e7))
        if not fee.steps:
            return max(counted, Fraction(fee.threshold_kw_e7))
        billed = max(counted - fee.threshold_kw_e7, Fraction(0))
        edges = (step.from_kw_e7 for step in fee.steps if step.from_kw_e7 > billed)
        return next((edge + fee.threshold_kw_e7 for edge in edges), None)

    @property
    def room_wh(self) -> float | None:
        """What may still be imported in the running window without raising anything; None where it
        can raise nothing.
        """
        weight_e7, limit_kw_e7 = self.running.weight_e7, self.limit_kw_e7
        if not weight_e7 or limit_kw_e7 is None:
            return None
        length_s = self.running.end - self.running.start
        allowed_wh = Fraction(limit_kw_e7) / weight_e7 * 1_000 * length_s / HOUR_S
        return max(float(allowed_wh) - self.running.imported_dmwh / 10_000, 0.0)
