"""A meter whose clock was ahead and has been righted: what it then says of those minutes counts."""

import asyncio
from pathlib import Path

from tests.asking import get
from tests.house.inside import iso, serving
from tests.house.truth import KnownFeed
from wattledger.simulator.clock import SimClock
from wattledger.simulator.meter import PretendMeter

RATE = 240.0
START = 1_774_734_000 + 600
AHEAD_S = 1_200


async def until_parked(url: str, minutes: int) -> None:
    async with asyncio.timeout(300):
        while (await get(url, "/meters"))["meters"][0]["parked_minutes"] < minutes:
            await asyncio.sleep(0.05)


async def until_booked(url: str, first: int, end: int) -> list[float | None]:
    """Imported energy of each minute, Wh, once none is missing."""
    span = {"from": iso(first), "to": iso(end), "resolution": "minute", "netting": "phase"}
    async with asyncio.timeout(300):
        while True:
            answer = await get(url, "/energy", **span)
            imported: list[float | None] = answer["buckets"]["imported_wh"]
            if None not in imported:
                return imported
            await asyncio.sleep(0.2)


async def test_minutes_dated_ahead_do_not_take_the_place_of_the_true_ones(tmp_path: Path) -> None:
    clock, feed = SimClock(START, rate=RATE), KnownFeed(5)
    grid = PretendMeter(feed=feed, clock=clock, mac="A0DD6CA0C27C", clock_off_s=AHEAD_S)
    async with grid, serving(tmp_path, clock, {"grid": grid}) as url:
        await until_parked(url, 4)
        grid.set_clock_off(0.0)
        first = int(clock.now()) // 60 * 60 + 120  # the minute after the one that was cut in two
        await clock.wait_until(first + AHEAD_S + 600)
        clock.set_rate(1.0)
        end = int(clock.now()) // 60 * 60 - 300
        imported = await until_booked(url, first, end)
        truth = [sum(feed.registers(start)[:3]) / 10_000 for start in range(first, end, 60)]
        assert imported == truth
        async with asyncio.timeout(300):  # those that were parked are looked at in a while
            while (await get(url, "/meters"))["meters"][0]["parked_minutes"]:
                await asyncio.sleep(0.05)
        (line,) = (await get(url, "/audit", period="all"))["meters"]
        assert line["contradicting_records"] >= 4
