"""Whether a meter's clock is right, and what it does to the books if it is not.

Records are stamped by the meter: with a clock that is off, each quarter-hour has energy of the one
beside it, and each day some of the next.
"""

from collections.abc import Iterator

from wattledger.energy.clock import Clock
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.record import QUARTER_S
from wattledger.flow.fault_log import Wait
from wattledger.flow.hysteresis import Hysteresis
from wattledger.flow.ports import Meter
from wattledger.flow.power_memory import PowerMemory
from wattledger.flow.server_clock import OFF_S, ServerClock

DAY_S = 86_400
REMEDY = (
    "let it get its time from the network: Settings, Location and time, and the time server "
    "(SNTP) there"
)


class MeterClockOffset:
    """Of one meter."""

    def __init__(
        self, meter: Meter, memory: PowerMemory, server: ServerClock, clock: Clock
    ) -> None:
        self._meter = meter
        self._memory = memory
        self._server = server
        self._limit = Hysteresis(OFF_S, clock)

    def standing(self) -> Iterator[Fault | Wait]:
        offset_s = self._meter.clock_offset_s or 0.0
        if not self._limit.is_over(abs(offset_s)) or not self._server.was_set:
            return
        way = "ahead of" if offset_s > 0 else "behind"
        words = f"its clock is {abs(offset_s):.0f} s {way} the server's: {REMEDY}"
        if self._server.is_disputed:
            words += (
                "; but the meters agree with each other, so that the server's may be the wrong one"
            )
        yield Fault(FaultKind.CLOCK_OFF, words + shift_words(abs(offset_s), self._memory.usual_w))


def shift_words(off_s: float, usual_w: float | None) -> str:
    """About how much of a day's energy is booked elsewhere, at the power of late."""
    if usual_w is None:
        return ""
    quarter_wh = usual_w * 24 * min(1.0, off_s / QUARTER_S)
    day_wh = usual_w * 24 * min(1.0, off_s / DAY_S)
    return (
        f". At the {usual_w:.0f} W of late about {quarter_wh:.0f} Wh of a day's "
        f"{usual_w * 24:.0f} Wh are booked into another quarter-hour, {day_wh:.0f} Wh into another "
        "day"
    )
