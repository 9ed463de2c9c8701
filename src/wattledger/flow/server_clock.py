"""Whether the server's own clock can be trusted.

A meter gets its time from the network by itself. Where two meters agree with each other and not
with this machine, this machine is wrong; where minutes have to be parked, it may be.
"""

from collections.abc import Iterator, Sequence

from wattledger.energy.clock import Clock, was_set
from wattledger.energy.fault import Fault, FaultKind
from wattledger.flow.clock_steps import ClockSteps, set_by
from wattledger.flow.fault_log import Wait
from wattledger.flow.hysteresis import Hysteresis
from wattledger.flow.ports import Books, Meter

OFF_S = 5.0
"""Beyond this a clock is off: energy is booked into the wrong quarter-hours. Below the half of it
between two clocks, they agree."""
STEP_TOLD_S = 60.0
"""For how long a step is told."""


class ServerClock:
    """The server's clock beside those of its meters."""

    def __init__(
        self, clock: Clock, steps: ClockSteps, meters: Sequence[Meter], books: Books
    ) -> None:
        self._clock = clock
        self._steps = steps
        self._meters = meters
        self._books = books
        self._off = Hysteresis(OFF_S, clock)
        self._parked = 0
        self.is_disputed = False
        """Several meters agree with each other, and not with it."""

    @property
    def was_set(self) -> bool:
        """Whether it shows a time at which there are meters."""
        return was_set(self._clock.now_s())

    def look(self) -> None:
        """Holds it against the meters' clocks."""
        self.is_disputed = self._off.is_over(abs(self._common_offset_s()))

    async def read(self) -> None:
        """How many minutes are parked. Raises StoreBusy."""
        self._parked = sum((await self._books.parked()).values())

    def standing(self) -> Iterator[Fault | Wait]:
        """One fault with all that speaks against the clock."""
        words = [*self._words()]
        if words:
            yield Fault(FaultKind.SERVER_CLOCK_DOUBTFUL, "; ".join(words))

    def _words(self) -> Iterator[str]:
        self.look()
        if not self.was_set:
            yield "the server's clock was never set: no minute can be booked"
        elif self.is_disputed:
            offset_s = self._common_offset_s()
            way = "behind" if offset_s > 0 else "ahead of"
            yield (
                f"the server's clock is {abs(offset_s):.0f} s {way} what its meters agree on: let "
                "this machine get its time from the network"
            )
        if self._parked:
            yield (
                f"{self._parked} minutes are parked, since they end later than the server's clock: "
                "they are booked once it comes to them"
            )
        latest = self._steps.latest
        if latest is not None and self._clock.monotonic_s() - latest[1] < STEP_TOLD_S:
            yield f"the server's clock was set {set_by(latest[0])}"

    def _common_offset_s(self) -> float:
        """What the meters' clocks show more, where there are several and they agree; else 0."""
        offsets = [offset for meter in self._meters if (offset := meter.clock_offset_s) is not None]
        if len(offsets) < 2 or max(offsets) - min(offsets) > OFF_S / 2:
            return 0.0
        return sum(offsets) / len(offsets)
