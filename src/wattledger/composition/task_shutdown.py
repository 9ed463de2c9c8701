"""How tasks end when they are told to."""

import asyncio
from collections.abc import Collection

CANCEL_AGAIN_S = 0.5


async def cancelled(workers: Collection[asyncio.Task[object]]) -> None:
    """Until all ended: in Python 3.11 a group that fails while it is cancelled forgets that."""
    pending = set(workers)
    while pending:
        for worker in pending:
            worker.cancel()
        _, pending = await asyncio.wait(pending, timeout=CANCEL_AGAIN_S)
