"""Jobs side by side, owned by the one who waits for them."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

from wattledger.energy.errors import MeterError

T = TypeVar("T")


async def together(*jobs: Coroutine[object, object, T]) -> list[T]:
    """All results in order; the first MeterError cancels the others and is raised.

    The error goes round the task group: one that fails at the moment it is cancelled forgets the
    cancelling, and a stop would be lost.
    """
    failures: list[MeterError] = []
    tasks: list[asyncio.Task[T | None]] = []

    async def guarded(job: Coroutine[object, object, T]) -> T | None:
        try:
            return await job
        except MeterError as error:
            failures.append(error)
            for task in tasks:
                if task is not asyncio.current_task():
                    task.cancel()
            return None

    try:
        async with asyncio.TaskGroup() as group:
            tasks += [group.create_task(guarded(job)) for job in jobs]
    finally:
        for job in jobs:
            job.close()  # one that was cancelled before its first step was never begun
    if failures:
        raise failures[0]
    return [result for task in tasks if (result := task.result()) is not None]
