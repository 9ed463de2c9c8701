"""A meter that is switched to its other profile and back: each has counters of its own, and the
audit compares none of them with the other's minutes.
"""

import asyncio
from pathlib import Path
from typing import Any

from tests.asking import get
from tests.house.inside import serving
from tests.house.truth import KnownFeed
from wattledger.simulator.clock import SimClock
from wattledger.simulator.hardware import Profile
from wattledger.simulator.memory.counters import Counters
from wattledger.simulator.meter import PretendMeter

RATE = 240.0
START = 1_774_734_000 + 600


async def audited(url: str, epochs: int) -> dict[str, Any]:
    """The audit, once so many epochs are compared and nothing of them waits to be fetched."""
    async with asyncio.timeout(300):
        while True:
            (line,) = (await get(url, "/audit", period="all"))["meters"]
            if line["counter_epochs"] >= epochs and not line["missing_minutes"]:
                return dict(line)
            await asyncio.sleep(0.2)


async def test_larger_counters_of_the_other_profile_are_no_difference(tmp_path: Path) -> None:
    clock = SimClock(START, rate=RATE)
    begin = START - 3 * 3_600
    grid = PretendMeter(
        feed=KnownFeed(5), clock=clock, mac="A0DD6CA0C27C", profile="monophase", history_from=begin
    )
    grid.core.counters["triphase"] = Counters([4 * 10**9] * 3, [7 * 10**8] * 3)
    async with grid, serving(tmp_path, clock, {"grid": grid}) as url:
        profiles: tuple[Profile, ...] = ("triphase", "monophase")
        await audited(url, 1)
        for epochs, profile in enumerate(profiles, 2):
            await clock.wait_until(clock.now() + 600)
            await grid.switch_profile(profile, down_s=120.0)
            line = await audited(url, epochs)
            difference = line["difference"]
            assert abs(difference["imported_wh"]) <= 0.1
            assert abs(difference["exported_wh"]) <= 0.1
