"""From a tick to its event at a client of the stream: `python -m bench.api_stream`.

The server is a process of its own; the client is another. Alone, while other clients ask for years,
and while they ask for days by minute, which is the heaviest that a screen asks for.
"""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

from bench import ten_years
from bench.api_house import TICKS_A_SECOND
from bench.kept import kept, request

SECONDS = 15
CLIENTS = 3
YEARS = ["2030", "2029?resolution=day", "all", "2026?resolution=month", "2030?resolution=day"]
DAYS = [f"2030-05-{day:02d}?resolution=minute" for day in range(1, 29)]
LOADS: tuple[tuple[str, list[str], float, float], ...] = (
    ("alone", [], 2, 5),
    ("others ask for years", YEARS, 5, 15),
    ("others ask for days by minute", DAYS, 5, 15),
)
_POWER = re.compile(rb'"grid_w":([0-9.]+)')


@contextmanager
def _server(path: Path) -> Iterator[int]:
    """The port of a server in a process of its own."""
    command = [sys.executable, "-m", "bench.api_house", str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.stdin.close()


async def _latencies_ms(port: int) -> list[float]:
    """What each event took, for SECONDS."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request("power/stream"))
    await reader.readuntil(b"\r\n\r\n")
    await reader.readuntil(b"\n\n")  # the state at the start belongs to no tick
    taken: list[float] = []
    while len(taken) < SECONDS * TICKS_A_SECOND:
        event = await reader.readuntil(b"\n\n")
        now_us = time.monotonic_ns() // 1_000
        if match := _POWER.search(event):
            ticked_us = round(float(match[1]) * 1_000)
            taken.append((now_us - ticked_us) % 10**9 / 1_000)
    writer.close()
    return taken


async def _ask(port: int, targets: list[str], asked: list[int]) -> None:
    """One client that asks one question after the other, for as long as it is let."""
    async with kept(port) as ask:
        for target in cycle(targets):
            await ask(f"energy/{target}")
            asked[0] += 1


async def _under(port: int, targets: list[str]) -> tuple[list[float], int]:
    """(sorted latencies, questions answered meanwhile)."""
    asked = [0]
    async with asyncio.TaskGroup() as tasks:
        others = [
            tasks.create_task(_ask(port, targets, asked)) for _ in range(CLIENTS if targets else 0)
        ]
        taken = await _latencies_ms(port)
        for other in others:
            other.cancel()
    return sorted(taken), asked[0]


def main() -> int:
    """Prints the table; 1 when a budget is exceeded."""
    heads = ["p50 ms", "p99 ms", "most ms", "budget", "budget", "asked/s"]
    print(f"{'':32}" + "".join(f"{head:>10}" for head in heads))
    over = False
    with tempfile.TemporaryDirectory() as name, _server(ten_years.copy_of(10, Path(name))) as port:
        for what, targets, p50_budget, p99_budget in LOADS:
            taken, asked = asyncio.run(_under(port, targets))
            p50, p99 = taken[len(taken) // 2], taken[int(len(taken) * 0.99)]
            over |= p50 > p50_budget or p99 > p99_budget
            mark = "  over" if p50 > p50_budget or p99 > p99_budget else ""
            figures = "".join(f"{value:10.2f}" for value in (p50, p99, taken[-1]))
            print(
                f"{what:32}{figures}{p50_budget:10g}{p99_budget:10g}{asked / SECONDS:10.0f}{mark}"
            )
    print(f"load of the machine while measuring: {os.getloadavg()[0]:.1f}")
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
