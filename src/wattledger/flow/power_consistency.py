"""Whether a meter's power and its records tell the same story.

A meter without the right transformer type shows power and counts nothing; others count one phase
too few. The mean of the power as polled is held against the booked minutes, and against the
counters, of the same quarter of an hour.
"""

from collections import deque
from collections.abc import Iterator, Sequence

from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import MeterId
from wattledger.energy.record import MINUTE_S, Counters, MinuteRecord
from wattledger.energy.spans import Span
from wattledger.flow.fault_log import Wait
from wattledger.flow.ports import Books
from wattledger.flow.power_memory import WS_OF_DMWH, PowerMemory

WINDOW = 15
"""Minutes that are compared: the newest for which both are known."""
LOOK_BACK_S = 25 * MINUTE_S
LEAST_POLLED_S = 40.0
"""Of a minute, for its power to be known."""
LEAST_W, LEAST_SHARE = 60.0, 0.3
"""Polls miss what happens between them: less than this is no disagreement."""


class PowerConsistency:
    """Of one meter."""

    def __init__(self, books: Books, memory: PowerMemory) -> None:
        self._books = books
        self._memory = memory
        self._counted: deque[Counters] = deque(maxlen=LOOK_BACK_S // MINUTE_S)
        self._fault: Fault | None = None

    def counted(self, counters: Counters) -> None:
        """The meter's newest counters; the same ones may be given again."""
        if not self._counted or counters != self._counted[-1]:
            self._counted.append(counters)

    def standing(self) -> Iterator[Fault | Wait]:
        if self._fault is not None:
            yield self._fault

    async def read(self, meter: MeterId | None) -> None:
        """Compares anew what the books have of the last minutes. Raises StoreBusy."""
        polled = self._polled()
        if meter is None or not polled:
            self._fault = None
            return
        newest = max(polled)
        span = Span(newest - LOOK_BACK_S, newest + MINUTE_S)
        records = await self._books.minutes([meter], span)
        words = self._beside_minutes(polled, records) or self._beside_counters(polled)
        self._fault = Fault(FaultKind.POWER_DISAGREES, words) if words else None

    def _polled(self) -> dict[int, float]:
        """Mean power of the minutes that were polled well, W."""
        return {
            start: minute.mean_w
            for start, minute in self._memory.minutes.items()
            if minute.polled_s >= LEAST_POLLED_S
        }

    def _beside_minutes(
        self, polled: dict[int, float], records: Sequence[MinuteRecord]
    ) -> str | None:
        both = [
            (mean_w, _mean_w(record.period_s, record[2:]))
            for record in records
            if (mean_w := _mean_polled_w(polled, record.start, record.end)) is not None
        ]
        if sum(record.period_s for record in records) < WINDOW * MINUTE_S:
            return None
        return _words(both[-WINDOW:], "its booked minutes") if len(both) >= WINDOW else None

    def _beside_counters(self, polled: dict[int, float]) -> str | None:
        """Between the newest reading and one a quarter of an hour before it, of one epoch."""
        if not self._counted:
            return None
        last = self._counted[-1]
        for first in reversed(self._counted):
            span_s = last.at - first.at
            mean_w = (
                _mean_polled_w(polled, first.at, last.at) if first.epoch == last.epoch else None
            )
            if mean_w is not None and span_s >= WINDOW * MINUTE_S:
                moved = [
                    new - old for old, new in zip(first.values_dmwh, last.values_dmwh, strict=True)
                ]
                return _words([(mean_w, _mean_w(span_s, moved))], "its counters")
        return None


def _mean_w(span_s: int, energies_dmwh: Sequence[int]) -> float:
    """Mean power of six energies over so many seconds, W."""
    return (sum(energies_dmwh[:3]) - sum(energies_dmwh[3:])) * WS_OF_DMWH / span_s


def _mean_polled_w(polled: dict[int, float], start: int, end: int) -> float | None:
    """Mean power over whole minutes; None unless all of them were polled."""
    powers = [polled.get(at) for at in range(start, end, MINUTE_S)]
    known = [power_w for power_w in powers if power_w is not None]
    return sum(known) / len(known) if known and len(known) == len(powers) else None


def _words(both: Sequence[tuple[float, float]], what: str) -> str | None:
    """What is to be said of (polled, counted) powers; None while they agree."""
    polled_w = sum(polled for polled, _ in both) / len(both)
    told_w = sum(counted for _, counted in both) / len(both)
    largest_w = max(abs(polled_w), abs(told_w))
    if abs(polled_w - told_w) <= max(LEAST_W, LEAST_SHARE * largest_w):
        return None
    return (
        f"it shows {polled_w:.0f} W, and {what} of the same quarter of an hour come to "
        f"{told_w:.0f} W: look at its transformers and their type"
    )
