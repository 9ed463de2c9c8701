"""Wrong tries, counted by where they come from: whoever errs too often waits, and nobody else."""

import math
from collections import OrderedDict, deque

from wattledger.energy.clock import Clock

MOST_SOURCES = 4_096
"""Remembered at once; of more, those that erred longest ago are forgotten."""


class Throttle:
    """So many wrong tries of one source within a time, and its next one has to wait."""

    def __init__(self, clock: Clock, most: int, window_s: float) -> None:
        self._clock = clock
        self._most = most
        self._window_s = window_s
        self._wrong_at_s: OrderedDict[str, deque[float]] = OrderedDict()

    def wait_s(self, source: str) -> int:
        """How long the source has to wait, in whole seconds; 0 when it may try."""
        wrong = self._wrong_at_s.get(source)
        if wrong is None or len(wrong) < self._most:
            return 0
        return max(0, math.ceil(wrong[0] + self._window_s - self._clock.monotonic_s()))

    def count(self, source: str) -> None:
        """It was wrong once more."""
        wrong = self._wrong_at_s.setdefault(source, deque(maxlen=self._most))
        wrong.append(self._clock.monotonic_s())
        self._wrong_at_s.move_to_end(source)
        if len(self._wrong_at_s) > MOST_SOURCES:
            self._wrong_at_s.popitem(last=False)
