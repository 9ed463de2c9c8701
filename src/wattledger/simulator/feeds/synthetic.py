"""Two feeds without a home behind them: for a first look, and for tests that reckon by hand."""

import math
from dataclasses import dataclass

from wattledger.simulator.feed import PhaseMinute

_MINUTE_S = 60
_DMWH_PER_WS = 10_000 / 3600


@dataclass(frozen=True, slots=True)
class ConstantFeed:
    """The same active power of each phase for ever, W; negative flows back."""

    power: tuple[float, float, float] = (100.0, 200.0, -50.0)

    def minute(self, start: int) -> tuple[PhaseMinute, PhaseMinute, PhaseMinute]:
        a, b, c = (
            PhaseMinute(
                imported_dmwh=_counted(max(power_w, 0.0), start),
                exported_dmwh=_counted(max(-power_w, 0.0), start),
                min_power_w=power_w,
                max_power_w=power_w,
            )
            for power_w in self.power
        )
        return a, b, c

    def power_w(self, at: float) -> tuple[float, float, float]:
        del at
        return self.power


@dataclass(frozen=True, slots=True)
class SineFeed:
    """Active power that swings around a mean, each phase a third of a period after the other.

    It holds still for a second, as a meter samples; a minute is the sum of its sixty seconds.
    """

    mean_w: float = 200.0
    swing_w: float = 600.0
    period_s: float = 900.0

    def minute(self, start: int) -> tuple[PhaseMinute, PhaseMinute, PhaseMinute]:
        seconds = [self.power_w(start + second) for second in range(_MINUTE_S)]
        a, b, c = (_minute_of(powers) for powers in zip(*seconds, strict=True))
        return a, b, c

    def power_w(self, at: float) -> tuple[float, float, float]:
        turn = 2 * math.pi * math.floor(at) / self.period_s
        a, b, c = (
            self.mean_w + self.swing_w * math.sin(turn - 2 * math.pi * phase / 3)
            for phase in range(3)
        )
        return a, b, c


def _counted(power_w: float, start: int) -> int:
    """Whole counts of a minute, so that the fractions of earlier minutes are not lost."""
    end_ws, start_ws = (start + _MINUTE_S) * power_w, start * power_w
    return math.floor(end_ws * _DMWH_PER_WS) - math.floor(start_ws * _DMWH_PER_WS)


def _minute_of(powers_w: tuple[float, ...]) -> PhaseMinute:
    return PhaseMinute(
        imported_dmwh=round(sum(max(power_w, 0.0) for power_w in powers_w) * _DMWH_PER_WS),
        exported_dmwh=round(sum(max(-power_w, 0.0) for power_w in powers_w) * _DMWH_PER_WS),
        min_power_w=min(powers_w),
        max_power_w=max(powers_w),
    )
