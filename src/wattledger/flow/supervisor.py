"""Supervises a task that must not end: one that fails by a fault of ours is said, and started
again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

from wattledger.energy.fault import Fault, FaultKind
from wattledger.flow.fault_log import Wait

log = logging.getLogger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
GOOD_RUN_S = 300.0

T = TypeVar("T")


class _Crashes:
    """Of one task, without a good run in between."""

    def __init__(self) -> None:
        self.count = 0
        self.latest_s = 0.0
        """By the loop's time."""
        self.error = ""

    def add(self, error: Exception, now_s: float) -> None:
        self.count = 1 if self.is_over(now_s) else self.count + 1
        self.latest_s, self.error = now_s, type(error).__name__

    def is_over(self, now_s: float) -> bool:
        """The task has run well since then."""
        return now_s - self.latest_s > GOOD_RUN_S


class Supervisor:
    """Runs tasks, and remembers which of them crashed lately."""

    def __init__(self) -> None:
        self._crashes: dict[str, _Crashes] = {}

    async def run(self, name: str, task: Callable[[], Awaitable[T]]) -> T:
        """Runs `task` until it returns, and gives what it does; a crash is logged with its trace
        and followed by a pause and a new start.
        """
        pause_s = FIRST_PAUSE_S
        loop = asyncio.get_running_loop()
        while True:
            began_s = loop.time()
            try:
                return await task()
            except Exception as error:
                log.exception("%s failed; it is started again in %.0f s", name, pause_s)
                self._note(name, error)
            if loop.time() - began_s > GOOD_RUN_S:
                pause_s = FIRST_PAUSE_S
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _note(self, name: str, error: Exception) -> None:
        crashes = self._crashes.setdefault(name, _Crashes())
        crashes.add(error, asyncio.get_running_loop().time())

    def standing(self) -> Iterator[Fault | Wait]:
        """A task that crashed is told until it has run well for a while."""
        now_s = asyncio.get_running_loop().time()
        lately = {name: one for name, one in self._crashes.items() if not one.is_over(now_s)}
        if lately:
            words = [
                f"'{name}' crashed {_times(one.count)}, with {one.error}"
                for name, one in lately.items()
            ]
            yield Fault(FaultKind.TASK_RESTARTED, f"{'; '.join(words)}; started again")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
