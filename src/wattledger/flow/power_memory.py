"""What one meter's power was over the last minutes, as it was polled: by the minutes of its own
clock, to be held against what it books of them.
"""

from dataclasses import dataclass

from wattledger.energy.power_reading import PowerReading
from wattledger.energy.record import MINUTE_S

REMEMBERED = 60
WS_OF_DMWH = 0.36
"""Watt-seconds of 0.1 mWh."""
LONGEST_HOLD_S = 15.0
"""A reading stands for what follows, but not for longer than this."""


@dataclass(slots=True)
class PolledMinute:
    """Energy, signed as the meter counts, over the time that was polled."""

    energy_dmwh: float = 0.0
    polled_s: float = 0.0

    @property
    def mean_w(self) -> float:
        return self.energy_dmwh * WS_OF_DMWH / self.polled_s if self.polled_s else 0.0


class PowerMemory:
    """The newest REMEMBERED minutes."""

    def __init__(self) -> None:
        self.minutes: dict[int, PolledMinute] = {}
        """By their start, UTC epoch seconds of the meter's clock."""
        self._last: tuple[PowerReading, float] | None = None

    def take(self, reading: PowerReading | None, clock_offset_s: float | None) -> None:
        """The latest reading; the same one may be given again."""
        if reading is None or reading.active_power_w is None or clock_offset_s is None:
            self._last = None
            return
        last, power_w = self._last, reading.active_power_w
        if last is None:
            self._last = reading, power_w
            return
        held_s = reading.received_s - last[0].received_s
        if held_s <= 0:
            return
        if held_s <= LONGEST_HOLD_S:
            start = int(last[0].at + clock_offset_s) // MINUTE_S * MINUTE_S
            self._add(start, (last[1] + power_w) / 2, held_s)
        self._last = reading, power_w

    def _add(self, start: int, power_w: float, seconds: float) -> None:
        for ahead in [one for one in self.minutes if one > start]:
            del self.minutes[ahead]  # the meter's clock was set back
        minute = self.minutes.setdefault(start, PolledMinute())
        minute.energy_dmwh += power_w * seconds / WS_OF_DMWH
        minute.polled_s += seconds
        while len(self.minutes) > REMEMBERED:
            del self.minutes[min(self.minutes)]

    @property
    def usual_w(self) -> float | None:
        """The mean of what flows, whichever way; None before a minute was polled."""
        polled_s = sum(minute.polled_s for minute in self.minutes.values())
        if polled_s < MINUTE_S:
            return None
        flowed = sum(abs(minute.energy_dmwh) for minute in self.minutes.values())
        return flowed * WS_OF_DMWH / polled_s
