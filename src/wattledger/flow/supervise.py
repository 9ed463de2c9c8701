"""Supervises a task that must not end: one that fails by a fault of ours is said, and started
again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

log = logging.getLogger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
GOOD_RUN_S = 300.0

T = TypeVar("T")


async def supervised(name: str, task: Callable[[], Awaitable[T]]) -> T:
    """Runs `task` until it returns, and gives what it does; a crash is logged with its trace and
    followed by a pause and a new start.
    """
    pause_s = FIRST_PAUSE_S
    loop = asyncio.get_running_loop()
    while True:
        began_s = loop.time()
        try:
            return await task()
        except Exception:
            log.exception("%s failed; it is started again in %.0f s", name, pause_s)
        if loop.time() - began_s > GOOD_RUN_S:
            pause_s = FIRST_PAUSE_S
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
