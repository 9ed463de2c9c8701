"""Clocks of tests: one that a test moves, and one that lives in a pretend time."""

import asyncio

from wattledger.simulator.clock import SimClock


class ManualClock:
    """Stands still until it is moved; wall and monotonic time move together unless
    the wall is set.
    """

    def __init__(self, now_s: float = 1_750_000_000.0) -> None:
        self.wall_s = now_s
        self.ran_s = 1_000.0

    def now_s(self) -> float:
        return self.wall_s

    def monotonic_s(self) -> float:
        return self.ran_s

    def advance(self, seconds: float) -> None:
        self.wall_s += seconds
        self.ran_s += seconds


class FastClock:
    """The server lives in the pretend time; what it waits for by the monotonic clock is real."""

    def __init__(self, pretend: SimClock) -> None:
        self._pretend = pretend

    def now_s(self) -> float:
        return self._pretend.now()

    def monotonic_s(self) -> float:
        return asyncio.get_running_loop().time()
