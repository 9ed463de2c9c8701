"""A process that books both meters' minutes and says so, line by line, until it is killed."""

import asyncio
import sys
from pathlib import Path

from tests.store.builders import T0, both, home_store


async def append(path: Path, first_minute: int) -> None:
    async with home_store(path) as store:
        for minute in range(first_minute, 1_000_000, 7):
            start = T0 + 60 * minute
            await store.journal.book(both(start, 7), start + 425)
            await store.journal.maintain(start + 425)
            print(minute + 7, flush=True)  # noqa: T201 - what the test reads


if __name__ == "__main__":
    asyncio.run(append(Path(sys.argv[1]), int(sys.argv[2])))
