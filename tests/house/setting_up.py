"""A server without settings as a process of its own, and the meters of a home to be."""

import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from tests.cli.kit import MAC, OTHER_MAC, Process, run, started
from wattledger.simulator.clock import SimClock
from wattledger.simulator.feeds.synthetic import ConstantFeed
from wattledger.simulator.meter import PretendMeter


class Setup:
    """A server without settings on a port of its own, killed and started anew."""

    def __init__(self, folder: Path) -> None:
        self.config = folder / "wattledger.toml"
        self.url = ""
        self._environment = {
            "WATTLEDGER_SERVER__HOST": "127.0.0.1",
            "WATTLEDGER_SERVER__PORT": "0",
            "WATTLEDGER_STORE__PATH": str(folder / "books" / "own.sqlite"),
        }
        (folder / "books").mkdir()
        self._stack = AsyncExitStack()
        self.process: Process | None = None

    async def start(self) -> None:
        running = started("serve", "--config", self.config, **self._environment)
        self.process = await self._stack.enter_async_context(running)
        self.url = await self.process.url()

    async def kill(self) -> None:
        """As a power cut would, and the start after it."""
        assert self.process is not None
        self.process.send(signal.SIGKILL)
        await self.process.end()
        await self.start()

    async def close(self) -> None:
        await self._stack.aclose()

    @property
    def code(self) -> str:
        return run("setup", "--code", "-c", self.config).stdout.split("code  ")[1].split()[0]


@asynccontextmanager
async def two_meters() -> AsyncIterator[tuple[PretendMeter, PretendMeter]]:
    mains = PretendMeter(feed=ConstantFeed(), clock=SimClock(), mac=MAC)
    plant = PretendMeter(feed=ConstantFeed((-400.0,) * 3), clock=SimClock(), mac=OTHER_MAC)
    async with mains, plant:
        yield mains, plant
