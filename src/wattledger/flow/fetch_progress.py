"""How far the catching-up with one meter's memory has come.

From what it says a client reckons the time that remains: minutes to fetch, by minutes fetched since
it began. What lies between two connections does not count, so that the pace stays true.
"""

from collections.abc import Sequence

from wattledger.energy.clock import Clock
from wattledger.energy.record import MINUTE_S
from wattledger.energy.spans import Span, total_s, without
from wattledger.flow.clock_steps import ClockSteps, Moment


class FetchProgress:
    """`to_fetch` are the spans that the meter lists and the books lack, as of the latest look, and
    `tried` what they lack besides; both are empty before the first one.
    """

    def __init__(self, clock: Clock, steps: ClockSteps) -> None:
        self._clock = clock
        self._steps = steps
        self._began: Moment | None = None
        self._began_s = 0.0
        self._worked_s: float | None = None
        self._is_connected = False
        self.to_fetch: Sequence[Span] = ()
        self.tried: Sequence[Span] = ()
        self.minutes_to_fetch = 0
        self.minutes_fetched = 0
        self.moved_s = clock.monotonic_s()
        """When it last got on, by the monotonic clock."""

    @property
    def since(self) -> float | None:
        """When the present catching-up began, UTC epoch seconds; None while there is none."""
        return None if self._began is None else self._began.at

    def found(self, to_fetch: Sequence[Span], lacking: Sequence[Span]) -> None:
        """What a look at the meter's memory has found; `lacking` are the gaps of the books."""
        self.to_fetch, self.tried = to_fetch, without(lacking, to_fetch)
        self.minutes_to_fetch = total_s(to_fetch) // MINUTE_S
        if not to_fetch:
            self._began = self._worked_s = None
        elif self._began is None and self._is_connected:
            self._begin()

    def _begin(self) -> None:
        """Goes on with what was broken off, if any was."""
        worked_s, self._worked_s = self._worked_s, None
        if worked_s is None:
            worked_s, self.minutes_fetched = 0.0, 0
        self._began_s = self._clock.monotonic_s() - worked_s
        self._began = self._steps.moment(worked_s)

    def fetched(self, seconds: int) -> None:
        """So much was fetched and booked."""
        self.minutes_fetched += seconds // MINUTE_S
        self.minutes_to_fetch = max(0, self.minutes_to_fetch - seconds // MINUTE_S)
        self.moved_s = self._clock.monotonic_s()

    def connected(self) -> None:
        """The meter is there: what is found to be missing is being fetched from then on."""
        self._is_connected = True

    def broken_off(self) -> None:
        """The connection is gone; what is to be fetched waits."""
        self._is_connected = False
        if self._began is not None:
            self._worked_s = self._clock.monotonic_s() - self._began_s
            self._began = None

    def forget(self) -> None:
        """Another meter answers: nothing is known of its memory."""
        self.to_fetch = self.tried = ()
        self._began = self._worked_s = None
        self.minutes_to_fetch = self.minutes_fetched = 0
