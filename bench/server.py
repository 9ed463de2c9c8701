"""The whole server as a process: start to first answer, memory, processor with two meters at 1 Hz.

The meters run in this process and are not counted. Run with `python -m bench.server [SECONDS]`.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import IO, NamedTuple

import httpx
import psutil

from wattledger.simulator.clock import SimClock
from wattledger.simulator.feeds.synthetic import SineFeed
from wattledger.simulator.meter import PretendMeter

STARTS = 5
SECONDS = 60
SETTLE_S = 10
PORT = 18_477
BUDGETS = {
    "start to first answer, s": 1.5,
    "memory, MB": 90.0,
    "processor, % of a core": 1.0,
    "the same with a stream client": 1.5,
    "stop, s": 5.0,
}


class Figure(NamedTuple):
    what: str
    value: float


async def measured(seconds: float) -> list[Figure]:
    clock = SimClock()
    from_s = time.time() - 3_600
    grid = PretendMeter(feed=SineFeed(), clock=clock, mac="A0DD6CA0C27C", history_from=from_s)
    solar = PretendMeter(feed=SineFeed(), clock=clock, mac="84FCE6367400", history_from=from_s)
    with tempfile.TemporaryDirectory() as folder:
        async with grid, solar:
            config = Path(folder) / "wattledger.toml"
            config.write_text(settings(grid.address, solar.address), encoding="utf-8")
            starts = [await _start_and_stop(config) for _ in range(STARTS)]
            return [
                Figure(
                    "start to first answer, s", sorted(start for start, _ in starts)[STARTS // 2]
                ),
                *await _at_work(config, seconds),
                Figure("stop, s", max(stop for _, stop in starts)),
            ]


def settings(grid: str, solar: str) -> str:
    return (
        f"[server]\nport = {PORT}\n"
        f'[[meters]]\nname = "mains"\nrole = "grid"\nhost = "{grid}"\n'
        f'[[meters]]\nname = "roof"\nrole = "solar"\nhost = "{solar}"\n'
    )


async def started(
    config: Path, log: IO[bytes] | None = None
) -> tuple[asyncio.subprocess.Process, float]:
    """The process, and the seconds to its first answer on /health."""
    began_s = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "wattledger", "serve", "--config", str(config),
        stdout=asyncio.subprocess.DEVNULL, stderr=log or asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    async with httpx.AsyncClient(trust_env=False) as client:
        while True:
            try:
                await client.get(f"http://127.0.0.1:{PORT}/api/v1/health")
            except httpx.TransportError:
                await asyncio.sleep(0.005)
            else:
                return process, time.perf_counter() - began_s


async def _start_and_stop(config: Path) -> tuple[float, float]:
    process, start_s = await started(config)
    began_s = time.perf_counter()
    process.terminate()
    await process.wait()
    return start_s, time.perf_counter() - began_s


async def _at_work(config: Path, seconds: float) -> list[Figure]:
    process, _ = await started(config)
    await asyncio.sleep(SETTLE_S)
    server = psutil.Process(process.pid)
    alone = await _processor(server, lambda: asyncio.sleep(seconds))
    watched = await _processor(server, lambda: _listen(seconds))
    memory_mb = server.memory_info().rss / 1e6
    process.terminate()
    await process.wait()
    return [
        Figure("memory, MB", memory_mb),
        Figure("processor, % of a core", alone),
        Figure("the same with a stream client", watched),
    ]


async def _processor(server: psutil.Process, during: Callable[[], Awaitable[None]]) -> float:
    before, began_s = server.cpu_times(), time.perf_counter()
    await during()
    after = server.cpu_times()
    used_s = after.user + after.system - before.user - before.system
    return float(100 * used_s / (time.perf_counter() - began_s))


async def _listen(seconds: float) -> None:
    url = f"http://127.0.0.1:{PORT}/api/v1/power/stream"
    try:
        async with (
            asyncio.timeout(seconds),
            httpx.AsyncClient(trust_env=False) as client,
            client.stream("GET", url, timeout=None) as stream,
        ):
            async for _ in stream.aiter_lines():
                pass
    except TimeoutError:
        pass


def main() -> int:
    """Prints the table; 1 when a budget is exceeded."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    over = False
    print(f"{'':32}{'measured':>10}{'budget':>10}")
    for figure in asyncio.run(measured(seconds)):
        budget = BUDGETS[figure.what]
        over |= figure.value > budget
        mark = "" if figure.value <= budget else "  over"
        print(f"{figure.what:32}{figure.value:10.2f}{budget:10g}{mark}")
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
