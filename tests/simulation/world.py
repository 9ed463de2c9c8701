"""The world of one simulated week: its time, its chance, what happened in it, and a loop in which
nothing is waited for.
"""

import asyncio
import hashlib
import random
from collections import deque
from collections.abc import Callable, Collection
from concurrent.futures import Executor, Future, wait
from contextvars import Context
from functools import partial
from typing import Any, TypeVar, TypeVarTuple

from typing_extensions import override

from tests.fakes.loop import JumpingLoop

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
KEPT_LINES = 400
BEGINS = (1_774_692_000, 1_792_832_400)
"""Noon in Helsinki before the nights in which its clocks go forward and back in 2026."""
LATER_S = 13 * 3_600 + 1_800
"""Half past one of that night: a single day has all of the day of 23 or 25 hours then."""


class World:
    """`now` is the true time, UTC epoch seconds; `chance` gives each purpose numbers of its own, so
    that a fault left out changes nobody else's.
    """

    def __init__(self, seed: int, time_s: Callable[[], float]) -> None:
        self.seed = seed
        self.began = BEGINS[seed % 2] + (LATER_S if seed % 4 > 1 else 0)
        self._time_s = time_s
        self._digest = hashlib.sha256()
        self.lines: deque[str] = deque(maxlen=KEPT_LINES)
        self.wrong: list[str] = []
        """What should never be, as it was found."""
        self.told: Callable[[str], None] = self.lines.append

    @property
    def ran_s(self) -> float:
        """Since the week began."""
        return self._time_s()

    @property
    def now(self) -> float:
        return self.began + self.ran_s

    def chance(self, purpose: str) -> random.Random:
        return random.Random(f"{self.seed} {purpose}")

    def note(self, what: str, *details: object) -> None:
        """Something happened: part of the trace by which two runs are compared."""
        line = f"{self.ran_s:12.3f} {what} {' '.join(map(repr, details))}"
        self._digest.update(line.encode())
        self.told(line)

    def is_wrong(self, words: str) -> None:
        self.note("wrong", words)
        self.wrong.append(words)

    @property
    def trace(self) -> str:
        return self._digest.hexdigest()


class WorldLoop(JumpingLoop):
    """Time jumps on to whatever is due next. Where a thread would be asked, the work is done at
    once, so that nothing depends on a scheduler; a thread that would only wait for the store waits
    in this time.
    """

    @override
    def call_soon_threadsafe(
        self,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.Handle:
        """There is one thread."""
        return self.call_soon(callback, *args, context=context)

    @override
    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        if isinstance(func, partial) and func.args[:1] == (wait,):
            return self.create_task(_waited(*func.args[1:]))
        done: asyncio.Future[T] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:
            done.set_exception(error)
        return done


async def _waited(futures: Collection[Future[Any]], timeout_s: float) -> Any:
    """As `concurrent.futures.wait` does it."""
    await asyncio.wait([asyncio.wrap_future(one) for one in futures], timeout=timeout_s)
    return wait(futures, 0)


class ServerClock:
    """The server's own clock: right but for `ahead_s` and for `drift_ppm` since it was last set."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._ahead_s = 0.0
        self._drift = 0.0
        self._since_s = 0.0
        self.was_set = asyncio.Event()

    @property
    def ahead_s(self) -> float:
        return self._ahead_s + self._drift * (self._world.ran_s - self._since_s)

    def set(self, ahead_s: float, drift_ppm: float = 0.0) -> None:
        self._ahead_s, self._drift, self._since_s = ahead_s, drift_ppm / 1e6, self._world.ran_s
        self.was_set.set()

    def now_s(self) -> float:
        return self._world.now + self.ahead_s

    def monotonic_s(self) -> float:
        return self._world.ran_s
