"""A router gives a meter another address: it is found by what it announces."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.asking import get
from tests.house.inside import serving
from tests.house.truth import KnownFeed
from wattledger.simulator.clock import SimClock
from wattledger.simulator.mdns import Announcement
from wattledger.simulator.meter import PretendMeter

pytestmark = pytest.mark.usefixtures("air")

START = 1_774_734_000
LOOPBACK = ["127.0.0.1"]


async def live(url: str, *kinds: str) -> dict[str, Any]:
    """The meter, once it is live with these faults and no others of its address."""
    async with asyncio.timeout(300):
        while True:
            (meter,) = (await get(url, "/meters"))["meters"]
            told = [fault for fault in meter["faults"] if fault["kind"] == "address_changed"]
            if meter["state"] == "live" and [fault["kind"] for fault in told] == [*kinds]:
                return dict(meter)
            await asyncio.sleep(0.1)


def pretend(clock: SimClock) -> PretendMeter:
    begin = START - 600
    return PretendMeter(feed=KnownFeed(5), clock=clock, mac="A0DD6CF1D0B1", history_from=begin)


async def test_a_meter_at_a_new_address_is_read_on_and_told(tmp_path: Path) -> None:
    clock = SimClock(START)
    async with (meter := pretend(clock)), serving(tmp_path, clock, {"grid": meter}) as url:
        await live(url)
        before = meter.address
        await meter.move()
        async with Announcement(meter.identity, "127.0.0.1", meter.port, LOOPBACK):
            (told,) = (await live(url, "address_changed"))["faults"]
    assert before in told["detail"]
    assert meter.address in told["detail"]


async def test_it_is_found_also_by_a_server_that_was_off_meanwhile(tmp_path: Path) -> None:
    clock = SimClock(START)
    async with (meter := pretend(clock)), serving(tmp_path, clock, {"grid": meter}) as url:
        await live(url)
    async with (
        (moved := pretend(clock)),
        Announcement(moved.identity, "127.0.0.1", moved.port, LOOPBACK),
        serving(tmp_path, clock, {"grid": meter}) as url,
    ):
        await live(url, "address_changed")
