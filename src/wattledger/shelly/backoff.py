"""How long to wait before the next try: doubling, with full jitter.

So two meters that lost the same network do not come back in step.
"""

import random
from collections.abc import Callable

_DOUBLINGS = 16


class Backoff:
    """Each wait is drawn from 0 to a limit that doubles from `least_s` to `most_s`."""

    def __init__(
        self,
        least_s: float,
        most_s: float,
        draw: Callable[[float, float], float] | None = None,
    ) -> None:
        self._least_s = least_s
        self._most_s = most_s
        self._draw = draw or random.SystemRandom().uniform
        self._tries = 0

    def next_s(self) -> float:
        limit_s = min(self._most_s, self._least_s * 2**self._tries)
        self._tries = min(self._tries + 1, _DOUBLINGS)
        return self._draw(0.0, limit_s)

    def reset(self) -> None:
        self._tries = 0
