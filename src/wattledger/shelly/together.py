"""Jobs side by side, owned by the one who waits for them."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


async def together(*jobs: Coroutine[object, object, T]) -> list[T]:
    """All results in order; the first error cancels the others and is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(job) for job in jobs]
    except BaseExceptionGroup as failures:
        if (task := asyncio.current_task()) is not None and task.cancelling():
            # A group that fails while it is cancelled forgets the cancelling; a stop must not be lost.
            raise asyncio.CancelledError from None
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]
