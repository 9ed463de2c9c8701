"""The time of the pretend world."""

import asyncio
import time
from collections.abc import Callable


class SimClock:
    """Simulated UTC epoch seconds, running `rate` times as fast as the machine's own clock.

    One clock may be shared by several meters, so that they live in the same moment. `rate=0` stands
    still and moves by `advance` alone, which makes a test exact.
    """

    def __init__(
        self,
        start_at: float | None = None,
        rate: float = 1.0,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`start_at` None begins at the machine's own time."""
        if rate < 0:
            raise ValueError("a clock cannot run backwards")
        self._monotonic = monotonic
        self._base_s = _machine_time_s() if start_at is None else float(start_at)
        self._base_monotonic_s = monotonic()
        self._rate = float(rate)
        self._moved = asyncio.Event()

    @property
    def rate(self) -> float:
        return self._rate

    def now(self) -> float:
        return self._base_s + (self._monotonic() - self._base_monotonic_s) * self._rate

    def set_rate(self, rate: float) -> None:
        """Run at another pace from this moment on."""
        if rate < 0:
            raise ValueError("a clock cannot run backwards")
        self._rebase(self.now())
        self._rate = float(rate)
        self._wake()

    def advance(self, seconds: float) -> None:
        """Jump ahead; whoever waits for an instant that has passed goes on."""
        if seconds < 0:
            raise ValueError("a clock cannot run backwards")
        self._rebase(self.now() + seconds)
        self._wake()

    async def wait_until(self, at: float) -> None:
        """Return once `now()` has reached `at`."""
        while (ahead_s := at - self.now()) > 0:
            await self._wait_moved(ahead_s / self._rate if self._rate > 0 else None)

    async def _wait_moved(self, timeout_s: float | None) -> None:
        try:
            async with asyncio.timeout(timeout_s):
                await self._moved.wait()
        except TimeoutError:
            return

    def _rebase(self, now_s: float) -> None:
        self._base_s = now_s
        self._base_monotonic_s = self._monotonic()

    def _wake(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()


def _machine_time_s() -> float:
    return time.time()  # noqa: TID251 - the one place where pretend time takes root in the machine's
