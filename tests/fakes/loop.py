"""An event loop without waiting: where it would sleep, its time jumps on."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any

from typing_extensions import override


class _Jumping(selectors.SelectSelector):
    """Looks at sockets other than the loop's own and waits for none; how long it should have waited
    is added up.
    """

    def __init__(self) -> None:
        super().__init__()
        self.waited_s = 0.0

    @override
    def select(self, timeout: float | None = None) -> Any:
        assert timeout is not None, "nothing is due, ever"
        self.waited_s += max(0.0, timeout)
        only_its_own = len(self.get_map()) == 1
        return [] if only_its_own else super().select(0)


class JumpingLoop(asyncio.SelectorEventLoop):
    """For code that waits for time alone; nothing outside this process may be waited for."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    @override
    def time(self) -> float:
        """Seconds that were slept, beginning at 0."""
        return self._jumping.waited_s


class LoopClock:
    """The running loop's time; the wall's is `ahead_s` more, and is stepped by changing that."""

    def __init__(self, ahead_s: float = 0.0) -> None:
        self.ahead_s = ahead_s

    def now_s(self) -> float:
        return self.monotonic_s() + self.ahead_s

    def monotonic_s(self) -> float:
        return asyncio.get_running_loop().time()


def at_once(test: Coroutine[Any, Any, None]) -> None:
    """Runs to the end, however long it sleeps."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(test)
