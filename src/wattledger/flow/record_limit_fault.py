"""What meters send beyond what is kept of it in a day, told as a fault of each for that day."""

from collections.abc import Iterable, Iterator

from wattledger.energy.clock import Clock
from wattledger.energy.daily_limit import DAY_S
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import MeterId

_DETAIL = (
    "it sends more records that contradict the books, or are dated ahead of our clock, than are "
    "kept in a day; the rest of today's is let go"
)


class RecordLimitFault:
    """Noted by the bookkeeper, told by each meter's watch."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._faults: dict[MeterId, Fault] = {}

    def note(self, let_go: Iterable[tuple[MeterId, int]]) -> None:
        """Of each meter, how many records were let go."""
        for meter, _ in let_go:
            if not any(self.standing(meter)):
                self._faults[meter] = Fault(
                    FaultKind.TOO_MANY_RECORDS, _DETAIL, self._clock.now_s()
                )

    def standing(self, meter: MeterId | None) -> Iterator[Fault]:
        """Of a meter, until the day is over."""
        fault = self._faults.get(meter) if meter else None
        if fault and (fault.since or 0.0) // DAY_S == self._clock.now_s() // DAY_S:
            yield fault
