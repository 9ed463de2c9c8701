"""Steps of the wall clock, and sleeps of the machine: noticed within a second, and told to whoever
waits for a time.

A small computer begins in 1970 or where it was switched off, and is set by the network later. The
wall clock is held against the monotonic one, which never steps: from one look to the next both must
have moved by the same.
"""

import asyncio
import logging
from contextlib import suppress

from wattledger.energy.clock import Clock
from wattledger.flow.notifier import Notifier

log = logging.getLogger(__name__)

STEP_S = 2.0
"""A clock that is only slowed down or hurried stays far below this between two looks."""
LOOK_S = 1.0
SLEPT_S = 10.0
"""Where nobody looked for so long, the machine slept, and the event loop's timers with it."""


class ClockSteps:
    """The steps of one clock since it was made. `notifier` tells of each, and of each sleep."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead_s = self._distance_s()
        self._looked_s = clock.monotonic_s()
        self._next = asyncio.Event()
        self.notifier = Notifier()
        self.total_s = 0.0
        """By how much it was set forward in all."""
        self.latest: tuple[float, float] | None = None
        """By how much it was set the last time, and when by the monotonic clock."""

    def look(self) -> None:
        """Compares the two clocks; a step is logged, and whoever waits is woken, also after the
        machine slept.
        """
        now_s = self._clock.monotonic_s()
        slept, self._looked_s = now_s - self._looked_s > SLEPT_S, now_s
        by_s = self._distance_s() - self._ahead_s
        self._ahead_s += by_s
        if abs(by_s) >= STEP_S:
            self.total_s += by_s
            self.latest = by_s, now_s
            log.warning("the server's clock was set %s", set_by(by_s))
        elif not slept:
            return
        self._next.set()
        self._next = asyncio.Event()
        self.notifier.ring()

    async def run(self) -> None:
        """Looks every second, until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_S)

    async def pause(self, seconds: float) -> None:
        """Waits so long, or until the wall clock is stepped or the machine wakes from sleep."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._next.wait()

    def moment(self, ago_s: float = 0.0) -> "Moment":
        """The moment that was so many seconds ago."""
        return Moment(self, self._clock.now_s() - ago_s)

    def _distance_s(self) -> float:
        return self._clock.now_s() - self._clock.monotonic_s()


class Moment:
    """A moment in the past; as the wall clock comes to be right, so does what is said of it."""

    def __init__(self, steps: ClockSteps, at: float) -> None:
        self._steps = steps
        self._at = at - steps.total_s

    @property
    def at(self) -> float:
        """UTC epoch seconds."""
        return self._at + self._steps.total_s


def set_by(by_s: float) -> str:
    """How a clock was set: `forward by 3600 s`."""
    return f"{'forward' if by_s > 0 else 'back'} by {abs(by_s):.0f} s"
