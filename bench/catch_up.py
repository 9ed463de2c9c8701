"""How fast a server catches up with two meters that answer at once: `python -m bench.catch_up`.

The pretend meters run in a process of their own, so that the processor time is ours alone. A word
such as `--days=40` fetches more; 40 days of two meters are 115,200 minutes.
"""

import asyncio
import multiprocessing
import os
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import httpx

from wattledger.composition.service import Service
from wattledger.settings import Settings
from wattledger.simulator.clock import SimClock
from wattledger.simulator.feeds.synthetic import SineFeed
from wattledger.simulator.meter import PretendMeter

DAYS = 8.0
ASK_EVERY_S = 0.5
LEAST_MINUTES_S = 1_280.0
"""Twice what 2 x 57,600 minutes in 3 min take: a machine that has other work must do it too."""
MOST_MS = 0.3
"""Of our processor for a minute."""
MOST_AGE_S = 3.0
"""Of the newest reading of power while minutes are fetched."""


class Figures(NamedTuple):
    minutes: int
    took_s: float
    processor_s: float
    oldest_reading_s: float


def pretend(pipe: Connection, days: float) -> None:
    """The other process: two meters with so many days in their memory."""
    asyncio.run(_pretend(pipe, days))


async def _pretend(pipe: Connection, days: float) -> None:
    clock = SimClock()
    begin = clock.now() // 60 * 60 - days * 86_400
    grid = PretendMeter(feed=SineFeed(), clock=clock, mac="A0DD6C000001", history_from=begin)
    solar = PretendMeter(feed=SineFeed(), clock=clock, mac="A0DD6C000002", history_from=begin)
    async with grid, solar:
        pipe.send((grid.address, solar.address))
        await asyncio.to_thread(pipe.recv)


async def measured(pipe: Connection, days: float) -> Figures:
    hosts = dict(zip(("grid", "solar"), pipe.recv(), strict=True))
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.model_validate(
            {
                "server": {"port": 0},
                "store": {"path": str(Path(folder) / "books.sqlite")},
                "meters": [{"name": n, "role": n, "host": host} for n, host in hosts.items()],
            }
        )
        stop = asyncio.Event()
        url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(Service(settings).run(stop, url.set_result))
            figures = await _caught_up(await url, int(days * 1_440) - 2)
            stop.set()
    return figures


async def _caught_up(url: str, minutes: int) -> Figures:
    """Until both meters have booked so many minutes and nothing is left to fetch."""
    began_s, used_s, oldest_s = time.perf_counter(), time.process_time(), 0.0
    async with httpx.AsyncClient(trust_env=False) as client:
        while True:
            answer = (await client.get(f"{url}/api/v1/meters", timeout=20)).json()
            meters = answer["meters"]
            oldest_s = max(oldest_s, *(meter["age_s"] or 0.0 for meter in meters))
            if all(m["fetched_minutes"] >= minutes and not m["to_fetch_minutes"] for m in meters):
                break
            await asyncio.sleep(ASK_EVERY_S)
    took_s, used_s = time.perf_counter() - began_s, time.process_time() - used_s
    return Figures(2 * minutes, took_s, used_s, oldest_s)


def table(figures: Figures) -> list[tuple[str, float, float, bool]]:
    """What, measured, budget, whether it is missed."""
    rate = figures.minutes / figures.took_s
    each_ms = 1_000 * figures.processor_s / figures.minutes
    oldest_s = figures.oldest_reading_s
    return [
        ("fetched and booked, minutes/s", rate, LEAST_MINUTES_S, rate < LEAST_MINUTES_S),
        ("so 40 days of two meters, s", 115_200 / rate, 90, rate < LEAST_MINUTES_S),
        ("processor for a minute, ms", each_ms, MOST_MS, each_ms > MOST_MS),
        ("oldest reading of power meanwhile, s", oldest_s, MOST_AGE_S, oldest_s > MOST_AGE_S),
    ]


def main() -> int:
    """Prints the table; 1 when a budget is missed."""
    days = next((float(w[7:]) for w in sys.argv[1:] if w.startswith("--days=")), DAYS)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    other = context.Process(target=pretend, args=(theirs, days), daemon=True)
    other.start()
    try:
        lines = table(asyncio.run(measured(ours, days)))
    finally:
        ours.send(None)
        other.join(5.0)
    print(f"{'':40}{'measured':>10}{'budget':>10}")
    for what, value, budget, missed in lines:
        print(f"{what:40}{value:10.2f}{budget:10g}{'  missed' if missed else ''}")
    print(f"load of the machine while measuring: {os.getloadavg()[0]:.1f}")
    return int(any(missed for *_, missed in lines))


if __name__ == "__main__":
    sys.exit(main())
