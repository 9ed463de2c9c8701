"""The whole server in the test's own loop, living in a pretend time, and its answers over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.fakes.clock import FastClock
from wattledger.composition.service import Service
from wattledger.settings import Settings
from wattledger.simulator.clock import SimClock
from wattledger.simulator.meter import PretendMeter


@asynccontextmanager
async def serving(
    folder: Path,
    clock: SimClock,
    meters: Mapping[str, PretendMeter] | Sequence[Mapping[str, object]],
    **sections: object,
) -> AsyncIterator[str]:
    """The URL of its API; each meter's name is its role, or they are as the settings have them.
    `sections` are more of these.
    """
    settings = Settings.model_validate(
        {
            "server": {"port": 0},
            "store": {"path": str(folder / "books.sqlite")},
            "meters": _named(meters) if isinstance(meters, Mapping) else meters,
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


def _named(meters: Mapping[str, PretendMeter]) -> list[dict[str, object]]:
    return [
        {"name": name, "role": name, "host": meter.address, "password": meter.password or ""}
        for name, meter in meters.items()
    ]


def iso(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).isoformat()
