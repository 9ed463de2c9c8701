"""Time is asked of a clock that is given, so that a test can live through days.

A Raspberry Pi has no battery clock: `now_s` may be wrong until the network corrects it, and may
step. What measures a duration (ages, deadlines) uses `monotonic_s`, which never steps, and which
runs on while the machine sleeps, unlike the event loop's.
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Protocol

from wattledger.energy.record import EARLIEST_S, LATEST_S


def was_set(now_s: float) -> bool:
    """Whether a clock that shows this, UTC epoch seconds, was ever set: there are meters then."""
    return EARLIEST_S <= now_s <= LATEST_S


class Clock(Protocol):
    """UTC epoch seconds, and seconds of a clock that only runs forward."""

    def now_s(self) -> float:
        """UTC epoch seconds; may step."""
        ...

    def monotonic_s(self) -> float:
        """Seconds since some fixed moment; never steps, never goes back."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def __init__(self) -> None:
        self._monotonic_s = _counting_sleep() or time.monotonic

    def now_s(self) -> float:
        return time.time()  # noqa: TID251 - the one place where the machine's clock is read

    def monotonic_s(self) -> float:
        return self._monotonic_s()


def _counting_sleep() -> Callable[[], float] | None:
    """Linux has a clock for it, which the usual one (CLOCK_MONOTONIC) is not: clock_getres(2)."""
    which = getattr(time, "CLOCK_BOOTTIME", None)
    if which is None:
        return None
    try:
        time.clock_gettime(which)
    except OSError:
        return None
    return partial(time.clock_gettime, which)
