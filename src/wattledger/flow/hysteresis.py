"""A limit that is not crossed to and fro by a value that trembles around it."""

from wattledger.energy.clock import Clock

STEADY_S = 10.0
LEAVES_AT = 0.8


class Hysteresis:
    """Over once the value has been above `limit` for STEADY_S; until it is a fifth below it."""

    def __init__(self, limit: float, clock: Clock) -> None:
        self._limit = limit
        self._clock = clock
        self._since_s: float | None = None
        self._over = False

    def is_over(self, value: float) -> bool:
        """A look at the value."""
        now_s = self._clock.monotonic_s()
        if value <= self._limit * (LEAVES_AT if self._over else 1.0):
            self._since_s, self._over = None, False
            return False
        if self._since_s is None:
            self._since_s = now_s
        self._over = self._over or now_s - self._since_s >= STEADY_S
        return self._over
