"""While a meter does not know the time it books nothing: when that was, to explain the gap."""

from wattledger.energy.clock import Clock
from wattledger.energy.record import MINUTE_S
from wattledger.energy.spans import Span
from wattledger.flow.clock_steps import ClockSteps, Moment

MOST = 100


class MeterWithoutTime:
    """The spans in which one meter had no time, by the server's clock; of the newest MOST."""

    def __init__(self, clock: Clock, steps: ClockSteps) -> None:
        self._clock = clock
        self._steps = steps
        self._over: list[Span] = []
        self._since: Moment | None = None

    @property
    def spans(self) -> list[Span]:
        if self._since is None:
            return self._over
        start = int(self._since.at)
        return [*self._over, Span(start, max(start, int(self._clock.now_s())))]

    def has_time(self, clock_offset_s: float | None) -> bool:
        """Whether the meter knows the time; notes when it does not."""
        if clock_offset_s is None:
            self._since = self._since or self._steps.moment(MINUTE_S)
            return False
        self._over = self.spans[-MOST:]
        self._since = None
        return True
