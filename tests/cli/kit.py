"""The command line as a person meets it: verbs run here, servers as processes of their own."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from click.testing import CliRunner, Result

from wattledger.cli import main
from wattledger.simulator.clock import SimClock
from wattledger.simulator.feeds.synthetic import ConstantFeed
from wattledger.simulator.meter import PretendMeter

MAC = "A0DD6CA0C27C"
OTHER_MAC = "A0DD6CA0C2AA"
READY = "Wattledger is at "


def run(*arguments: str | Path) -> Result:
    """A verb in this process, with its output caught."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def written(folder: Path, address: str = "127.0.0.1:9", server: str = "port = 0") -> Path:
    """Settings of two meters in `folder`; the first one at `address`."""
    folder.mkdir(exist_ok=True)
    path = folder / "wattledger.toml"
    path.write_text(
        f"[server]\n{server}\n"
        f'[[meters]]\nname = "mains"\nrole = "grid"\nhost = "{address}"\n'
        '[[meters]]\nname = "roof"\nrole = "solar"\nhost = "127.0.0.2:9"\n',
        encoding="utf-8",
    )
    return path


def pretend(password: str | None = None, mac: str = MAC) -> PretendMeter:
    """A meter with the same power for ever, living in real time."""
    return PretendMeter(feed=ConstantFeed(), clock=SimClock(), mac=mac, password=password)


class Process:
    """A verb in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def line(self) -> str:
        """The next line of standard output."""
        assert self._process.stdout is not None
        async with asyncio.timeout(300):
            return (await self._process.stdout.readline()).decode().rstrip("\n")

    async def told(self) -> str:
        """The next line of standard error."""
        assert self._process.stderr is not None
        async with asyncio.timeout(300):
            line = await self._process.stderr.readline()
        assert line
        return line.decode().rstrip("\n")

    async def url(self) -> str:
        """Where it listens, once it does."""
        line = await self.line()
        assert line.startswith(READY), line
        return line.removeprefix(READY)

    async def logged(self, words: str) -> None:
        """Returns once a line of the log has these words."""
        assert self._process.stderr is not None
        async with asyncio.timeout(300):
            while words not in (await self._process.stderr.readline()).decode():
                pass

    def send(self, number: int) -> None:
        self._process.send_signal(number)

    async def end(self, within_s: float = 300) -> tuple[int, str]:
        """(exit status, standard error) once it has ended."""
        async with asyncio.timeout(within_s):
            _, told = await self._process.communicate()
        assert self._process.returncode is not None
        return self._process.returncode, told.decode()

    async def over(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
            await self._process.communicate()


@asynccontextmanager
async def started(*arguments: str | Path, **environment: str) -> AsyncIterator[Process]:
    """`wattledger` with these arguments; killed at the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "wattledger",
        *map(str, arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
    )
    running = Process(process)
    try:
        yield running
    finally:
        await running.over()
