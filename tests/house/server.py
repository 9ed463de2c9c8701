"""The real server as a process of its own, on a settings file, and its answers over HTTP."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from tests.asking import get

READY = "Wattledger is at "


class Server:
    """`wattledger serve` on a free port; started, asked, stopped, killed."""

    def __init__(
        self, folder: Path, meters: dict[str, str], time_zone: str = "Europe/Helsinki"
    ) -> None:
        self._config = folder / "wattledger.toml"
        sections = "".join(
            f'[[meters]]\nname = "{name}"\nrole = "{name}"\nhost = "{address}"\n'
            for name, address in meters.items()
        )
        self._config.write_text(
            f'[site]\ntime_zone = "{time_zone}"\n[server]\nport = 0\n{sections}', encoding="utf-8"
        )
        self._process: asyncio.subprocess.Process | None = None
        self.url = ""

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "wattledger",
            "serve",
            "--config",
            str(self._config),
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(300):
            line = (await self._process.stdout.readline()).decode()
        assert line.startswith(READY), line
        self.url = line.removeprefix(READY).strip()

    async def kill(self) -> None:
        """As a power cut would."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> int:
        """Asks it to stop; its exit status. A stop takes 5 s at the most."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(300):
            return await self._process.wait()

    async def get(self, path: str, **parameters: str) -> Any:
        return await get(self.url, f"/api/v1{path}", **parameters)

    async def until_fetched(self, booked_from: str, seconds: float = 300) -> None:
        """Until every meter has booked from that instant on, without a gap or a minute to fetch."""
        async with asyncio.timeout(seconds):
            while True:
                meters = (await self.get("/meters"))["meters"]
                if all(
                    meter["booked_from"] == booked_from
                    and not meter["missing"]
                    and not meter["to_fetch_minutes"]
                    for meter in meters
                ):
                    return
                await asyncio.sleep(0.2)
