"""What two meters cost, and whether history delays the poll: `python -m bench.meter_poll`.

The pretend meters run in a process of their own, so that the processor time is ours alone.
"""

import asyncio
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection

from wattledger.energy.booking_entry import Entry
from wattledger.energy.clock import SystemClock
from wattledger.energy.meter import MeterIdentity, MeterLabel, Role
from wattledger.energy.record import Counters
from wattledger.energy.spans import Span
from wattledger.shelly.meter import ShellyMeter
from wattledger.simulator.clock import SimClock
from wattledger.simulator.feeds.synthetic import SineFeed
from wattledger.simulator.meter import PretendMeter

POLLS = 400
POLL_EVERY_S = 0.025
SLOW_PAGE_S = 2.0
WATCHED_S = 40.0
HISTORY_MINUTES = 600
PASSWORD = "bench"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    what: str
    value: float
    budget: float
    unit: str


def pretend(pipe: Connection) -> None:
    """The other process: two meters, whose pages take as long as the pipe says."""
    asyncio.run(_pretend(pipe))


async def _pretend(pipe: Connection) -> None:
    clock = SimClock()
    begin = clock.now() // 60 * 60 - HISTORY_MINUTES * 60
    triphase = PretendMeter(
        feed=SineFeed(), clock=clock, mac="A0DD6C000001", history_from=begin, password=PASSWORD
    )
    monophase = PretendMeter(
        feed=SineFeed(), clock=clock, mac="A0DD6C000002", history_from=begin, profile="monophase"
    )
    async with triphase, monophase:
        pipe.send((triphase.address, monophase.address))
        while (latency_s := await asyncio.to_thread(pipe.recv)) is not None:
            triphase.answer_slowly(latency_s, "EMData.GetData")
            pipe.send("done")


class Ear:
    """Takes what a meter tells, and says when it is connected."""

    def __init__(self) -> None:
        self.is_connected = asyncio.Event()

    def connected(self, identity: MeterIdentity) -> None:
        self.is_connected.set()

    def disconnected(self, reason: str) -> None:
        self.is_connected.clear()

    def pushed(self, entries: Sequence[Entry]) -> None: ...

    def counted(self, counters: Counters) -> None: ...


@asynccontextmanager
async def linked(host: str, password: str | None) -> AsyncIterator[ShellyMeter]:
    meter = ShellyMeter(MeterLabel.of(host, Role.GRID), host, password, SystemClock())
    ear = Ear()
    task = asyncio.create_task(meter.run(ear))
    await ear.is_connected.wait()
    try:
        yield meter
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def polled(meter: ShellyMeter) -> list[float]:
    """How long each of many answers took, ms, in order of length."""
    took_ms = []
    for _ in range(POLLS):
        began_s = time.perf_counter()
        await meter.read_power(5.0)
        took_ms.append((time.perf_counter() - began_s) * 1000)
        await asyncio.sleep(POLL_EVERY_S)
    return sorted(took_ms)


async def paged(meter: ShellyMeter) -> int:
    now = int(time.time()) // 60 * 60
    span = Span(now - HISTORY_MINUTES * 60, now)
    return sum([len(page) async for page in meter.records([span])])


def quantiles(what: str, took_ms: list[float]) -> list[Figure]:
    return [
        Figure(f"{what}, p50", statistics.median(took_ms), 5, "ms"),
        Figure(f"{what}, p99", took_ms[int(len(took_ms) * 0.99)], 25, "ms"),
    ]


async def poll_figures(meter: ShellyMeter, pipe: Connection) -> list[Figure]:
    alone = await polled(meter)
    pipe.send(SLOW_PAGE_S)
    pipe.recv()
    history = asyncio.create_task(paged(meter))
    beside = await polled(meter)
    assert not history.done(), "the history ended too early to stand in anybody's way"
    history.cancel()
    with suppress(asyncio.CancelledError):
        await history
    pipe.send(0.0)
    pipe.recv()
    return [
        *quantiles("a poll", alone),
        *quantiles(f"a poll beside pages of {SLOW_PAGE_S:g} s", beside),
    ]


async def history_figure(meter: ShellyMeter) -> Figure:
    began_s = time.perf_counter()
    count = await paged(meter)
    took_s = time.perf_counter() - began_s
    return Figure("a record of history", took_s / count * 1000, 20, "ms")


async def load_figure(meters: Sequence[ShellyMeter]) -> Figure:
    """Both polled each second, with all that they push."""
    began_s, used_s = time.perf_counter(), time.process_time()
    while time.perf_counter() - began_s < WATCHED_S:
        for meter in meters:
            await meter.read_power(1.0)
        await asyncio.sleep(1.0)
    share = (time.process_time() - used_s) / (time.perf_counter() - began_s)
    return Figure("two meters at 1 Hz, of a core", share * 100, 1, "%")


async def measured(pipe: Connection) -> list[Figure]:
    triphase, monophase = pipe.recv()
    began_s = time.perf_counter()
    async with linked(triphase, PASSWORD) as grid, linked(monophase, None) as solar:
        await grid.read_power(5.0)
        await solar.read_power(5.0)
        first_ms = (time.perf_counter() - began_s) * 1000
        return [
            Figure("two meters connected and read", first_ms, 500, "ms"),
            *await poll_figures(grid, pipe),
            await history_figure(grid),
            await load_figure([grid, solar]),
        ]


def table(figures: list[Figure]) -> str:
    lines = [f"{'':40}{'measured':>14}{'budget':>10}"]
    for figure in figures:
        mark = "" if figure.value <= figure.budget else "  over"
        value = f"{figure.value:.2f} {figure.unit}"
        lines.append(f"{figure.what:40}{value:>14}{figure.budget:>10g}{mark}")
    return "\n".join(lines)


def main() -> int:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    other = context.Process(target=pretend, args=(theirs,), daemon=True)
    other.start()
    try:
        figures = asyncio.run(measured(ours))
    finally:
        ours.send(None)
        other.join(5.0)
    print(table(figures))
    print(f"load of the machine while measuring: {os.getloadavg()[0]:.1f}")
    return int(any(figure.value > figure.budget for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
