"""A meter that is connected and shows no power, which would stand still without a word."""

from collections.abc import Iterator

from wattledger.energy.clock import Clock
from wattledger.energy.fault import FaultKind
from wattledger.energy.power_reading import PowerReading
from wattledger.flow.fault_log import Wait
from wattledger.flow.ports import Meter

POWERLESS_S = 30.0


class MeterWithoutPower:
    """Of one meter, told while it is connected and gives no other reason of its own."""

    def __init__(self, meter: Meter, clock: Clock) -> None:
        self._meter = meter
        self._clock = clock
        self._since_s = 0.0

    def connected(self) -> None:
        self._since_s = self._clock.monotonic_s()

    def take(self, reading: PowerReading | None) -> None:
        """The latest one that had a value."""
        if reading is not None:
            self._since_s = max(self._since_s, reading.received_s)

    def standing(self) -> Iterator[Wait]:
        if not self._meter.faults:
            words = "it is connected, and gives no power when it is asked for it"
            yield Wait(FaultKind.UNREACHABLE, words, self._since_s, POWERLESS_S)
