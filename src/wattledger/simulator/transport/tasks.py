"""Tasks with an owner: nothing runs on after its owner was closed."""

import asyncio
import logging
from collections.abc import Coroutine

_log = logging.getLogger(__name__)


class OwnedTasks:
    """Starts tasks and ends them; what a task raises is logged, for nobody waits for it."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def close(self) -> None:
        """Cancel all and wait for their end; the task that calls this is left alone."""
        others = self._tasks - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a task of the pretend meter failed", exc_info=error)
