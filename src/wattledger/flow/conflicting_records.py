"""Records that came again with other values: the first ones count, the others are kept for the
audit, and that is said.
"""

from collections.abc import Iterator

from wattledger.energy.clock import Clock
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import MeterId
from wattledger.energy.record import LATEST_S
from wattledger.energy.spans import Span
from wattledger.flow.fault_log import Wait
from wattledger.flow.ports import Books

TOLD_S = 3_600.0
"""For so long after the last one."""


class ConflictingRecords:
    """Of one meter, since the server started."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self._books = books
        self._clock = clock
        self._meter: MeterId | None = None
        self._count = 0
        self._new = 0
        self._latest_s = 0.0

    async def read(self, meter: MeterId | None) -> None:
        """Counts anew. Raises StoreBusy."""
        if meter is None:
            return
        count = await self._books.contradictions(meter, Span(0, LATEST_S))
        now_s = self._clock.monotonic_s()
        if meter != self._meter:
            self._meter, self._count, self._new = meter, count, 0
        if now_s - self._latest_s > TOLD_S:
            self._new = 0
        if count > self._count:
            self._new += count - self._count
            self._latest_s = now_s
        self._count = count

    def standing(self) -> Iterator[Fault | Wait]:
        if self._new and self._clock.monotonic_s() - self._latest_s <= TOLD_S:
            words = (
                f"{self._new} records came again with other values than are booked: the first "
                "ones count, these are kept for the audit"
            )
            yield Fault(FaultKind.CONTRADICTED_RECORDS, words)
