"""The page on the real server, which reads two pretend meters: it shows what they measure."""

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from wattledger.simulator.clock import SimClock
from wattledger.simulator.feed import PhaseMinute
from wattledger.simulator.meter import PretendMeter

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]

FETCHED_MS = 75_000
"""The page asks again when minutes were booked, at the latest after a minute."""


@dataclass(frozen=True, slots=True)
class Steady:
    """The same power on each phase for ever; W, whole multiples of 6 so that a minute is exact."""

    phases_w: tuple[int, int, int]

    def power_w(self, at: float) -> tuple[float, float, float]:
        return self.phases_w

    def minute(self, start: int) -> tuple[PhaseMinute, PhaseMinute, PhaseMinute]:
        first, second, third = (
            PhaseMinute(max(w, 0) * 10_000 // 60, max(-w, 0) * 10_000 // 60, w, w)
            for w in self.phases_w
        )
        return first, second, third


@asynccontextmanager
async def serving(folder: Path, mains: PretendMeter, roof: PretendMeter) -> AsyncIterator[str]:
    """`wattledger serve` over these meters, at the address given."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    # A zone where it is about noon, so that the last minutes are today's.
    ahead = time.gmtime().tm_hour - 12
    (folder / "wattledger.toml").write_text(f"""
        [site]
        time_zone = "Etc/GMT{ahead:+d}"
        [server]
        port = {port}
        [[meters]]
        name = "mains"
        role = "grid"
        host = "{mains.address}"
        [[meters]]
        name = "roof"
        role = "solar"
        host = "{roof.address}"
    """)
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "wattledger", "serve", cwd=folder, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert server.stdout is not None
        assert str(port) in (await server.stdout.readline()).decode()
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        await server.wait()


async def test_shows_what_the_meters_measure_and_what_was_booked(
    page: Page, tmp_path: Path
) -> None:
    clock = SimClock()
    began = time.time() - 20 * 60
    async with AsyncExitStack() as stack:
        mains, roof = [
            await stack.enter_async_context(
                PretendMeter(feed=feed, clock=clock, mac=mac, history_from=began)
            )
            for mac, feed in (
                ("A0DD6CA0C27C", Steady((-1200, 300, 180))),
                ("A0DD6CA0C27D", Steady((2280, 0, 0))),
            )
        ]
        url = await stack.enter_async_context(serving(tmp_path, mains, roof))
        await page.goto(url)
        main = page.locator("main")
        await expect(page.get_by_role("status")).to_have_text("● Live")
        await expect(main).to_contain_text("Home uses 1.56 kW")
        await expect(main).to_contain_text("Solar +2.28 kW → producing")
        await expect(main).to_contain_text("Grid −720 W ↗ selling")
        # 12 Wh a minute to the grid, 26 Wh used: booked once the minutes were fetched.
        await expect(page.locator("section")).not_to_contain_text("–", timeout=FETCHED_MS)
        await roof.__aexit__(None, None, None)
        await expect(page.get_by_role("alert")).to_contain_text("Meter roof is", timeout=FETCHED_MS)
        await expect(main).to_contain_text("Home uses –")
        await expect(main).to_contain_text("Grid −720 W ↗ selling")
