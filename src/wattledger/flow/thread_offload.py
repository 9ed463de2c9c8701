"""Long arithmetic leaves the event loop, where live streams would wait for it."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

MANY = 400
"""Buckets, quarter-hours or records from which on a thread is worth its while."""

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(count: int, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Does the work in a thread where there is much of it."""
    if count < MANY:
        return work(*args, **kwargs)
    return await asyncio.to_thread(work, *args, **kwargs)
