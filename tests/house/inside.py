"""The whole server in the test's own loop, living in a pretend time, and its answers over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.fakes.clock import FastClock
from wattledger.app.service import Service
from wattledger.settings import Settings
from wattledger.simulator.clock import SimClock
from wattledger.simulator.meter import PretendMeter


@asynccontextmanager
async def serving(
    folder: Path, clock: SimClock, meters: dict[str, PretendMeter], **sections: object
) -> AsyncIterator[str]:
    """The URL of its API; each meter's name is its role, `sections` are more of the settings."""
    settings = Settings.model_validate(
        {
            "server": {"port": 0},
            "store": {"path": str(folder / "books.sqlite")},
            "meters": [
                {"name": n, "role": n, "host": m.address, "password": m.password or ""}
                for n, m in meters.items()
            ],
            **sections,
        }
    )
    stop = asyncio.Event()
    url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(Service(settings, FastClock(clock)).run(stop, url.set_result))
        try:
            yield f"{await url}/api/v1"
        finally:
            stop.set()


def iso(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).isoformat()
