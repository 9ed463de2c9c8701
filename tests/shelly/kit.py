"""A meter of ours before a pretend one, and an ear for what it tells."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from wattledger.energy.booking_entry import Entry
from wattledger.energy.meter import MeterIdentity, MeterLabel, Role
from wattledger.energy.meter_binding import WrongMeter
from wattledger.energy.record import Counters
from wattledger.energy.spans import Span
from wattledger.flow.ports import Meter
from wattledger.shelly.meter import ShellyMeter
from wattledger.shelly.timeouts import Timing
from wattledger.simulator.clock import SimClock
from wattledger.simulator.feeds.synthetic import SineFeed
from wattledger.simulator.meter import PretendMeter

FIXTURES = Path(__file__).parent.parent / "fixtures" / "shelly"
NOON = 1_750_000_020
"""A full minute, on which the tests begin."""
MAC = "A0DD6CA0C27C"
LABEL = MeterLabel.of("mains", Role.GRID)
PASSWORD = "correct horse"

QUICK = Timing(
    open_s=60.0,
    close_s=0.2,
    call_s=60.0,
    page_s=60.0,
    silence_s=60.0,
    reconnect_least_s=0.01,
    reconnect_most_s=0.05,
    wrong_meter_s=0.02,
    page_pause_most_s=0.01,
    columns_pause_s=0.01,
    live_values_s=0.2,
)


def captured(path: str) -> Any:
    return json.loads((FIXTURES / path).read_text())


class WorldClock:
    """Our clock in the pretend world, `off_s` ahead of it."""

    def __init__(self, world: SimClock, off_s: float = 0.0) -> None:
        self._world = world
        self.off_s = off_s

    def now_s(self) -> float:
        return self._world.now() + self.off_s

    def monotonic_s(self) -> float:
        return self._world.now()


def pretend(world: SimClock | None = None, **options: Any) -> PretendMeter:
    """By default in a world that stands still at noon, with two hours of history."""
    world = world or SimClock(NOON + 30, rate=0.0)
    options.setdefault("feed", SineFeed())
    options.setdefault("mac", MAC)
    options.setdefault("history_from", world.now() // 60 * 60 - 7200)
    return PretendMeter(clock=world, **options)


def ours(
    device: PretendMeter,
    password: str | None = None,
    off_s: float = 0.0,
    label: MeterLabel = LABEL,
    **timing: Any,
) -> ShellyMeter:
    clock = WorldClock(device.clock, off_s)
    return ShellyMeter(label, device.address, password, clock, replace(QUICK, **timing))


class Heard:
    """A listener that remembers, and refuses the identities it is told to."""

    def __init__(self) -> None:
        self.identities: list[MeterIdentity] = []
        self.reasons: list[str] = []
        self.entries: list[Entry] = []
        self.counters: list[Counters] = []
        self.refused: str | None = None
        self.refusals = 0
        self.task: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    def connected(self, identity: MeterIdentity) -> None:
        self._news.set()
        if self.refused is not None:
            self.refusals += 1
            raise WrongMeter(self.refused)
        self.identities.append(identity)

    def disconnected(self, reason: str) -> None:
        self.reasons.append(reason)
        self._news.set()

    def pushed(self, entries: Sequence[Entry]) -> None:
        self.entries.extend(entries)
        self._news.set()

    def counted(self, counters: Counters) -> None:
        self.counters.append(counters)
        self._news.set()

    async def until(self, holds: Callable[[], bool], timeout_s: float = 300) -> None:
        async with asyncio.timeout(timeout_s):
            while not holds():
                if self.task is not None and self.task.done():
                    await self.task
                self._news.clear()
                await self._news.wait()

    async def until_connected(self, times: int = 1) -> None:
        await self.until(lambda: len(self.identities) >= times)

    async def until_disconnected(self, times: int = 1) -> None:
        await self.until(lambda: len(self.reasons) >= times)


@asynccontextmanager
async def running(meter: Meter, heard: Heard | None = None) -> AsyncIterator[Heard]:
    """Runs until the block ends; connected or not when it begins."""
    heard = heard or Heard()
    heard.task = asyncio.create_task(meter.run(heard))
    try:
        yield heard
    finally:
        heard.task.cancel()
        with suppress(asyncio.CancelledError):
            await heard.task


@asynccontextmanager
async def linked(meter: ShellyMeter) -> AsyncIterator[Heard]:
    async with running(meter) as heard:
        await heard.until_connected()
        yield heard


async def a_minute_passes(device: PretendMeter, heard: Heard) -> None:
    """In a standing world: until the record and then the registers have been heard."""
    entries, counters = len(heard.entries), len(heard.counters)
    to_flush_s = 60 - device.clock.now() % 60 + 0.7
    device.clock.advance(to_flush_s)
    await heard.until(lambda: len(heard.entries) > entries)
    device.clock.advance(0.4)
    await heard.until(lambda: len(heard.counters) > counters)


async def fetched(meter: ShellyMeter, *spans: Span) -> list[Entry]:
    return [entry async for page in meter.records(spans) for entry in page]


async def eventually(holds: Callable[[], bool], timeout_s: float = 300) -> None:
    """For states that no event announces."""
    async with asyncio.timeout(timeout_s):
        while not holds():
            await asyncio.sleep(0.005)
