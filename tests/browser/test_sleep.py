"""After the phone slept or its network changed the stream comes back; a gap is shown."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import Phone
from tests.browser.line import line_to
from tests.browser.pretend_home import PretendHome, pretend_home

pytestmark = pytest.mark.asyncio(loop_scope="session")

SLEPT_S = 150
HOLE = """(() => {
  const wide = one => document.querySelector(one).getBoundingClientRect().width;
  const [, minutes] = /last (\\d+) min/.exec(document.querySelector('.recent').textContent);
  return [Number(minutes), wide('.spark .hole') / wide('.spark svg')];
})()"""
"""How many minutes the curve is said to have, and which share of it is hatched."""
SILENCE_MS = 7_000
"""The app takes a line for dead when it heard nothing for three polling intervals, 6 s at least."""


@pytest_asyncio.fixture(loop_scope="session")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PretendHome]:
    """Its own: others silence a meter of the common one, whose memory keeps the gap."""
    async with pretend_home(tmp_path_factory.mktemp("awake"), booked=[]) as home:
        yield home


async def live(page: Page) -> None:
    await expect(page.locator("main header")).to_contain_text("Live")
    await expect(page.locator(".spark .dot")).to_have_count(1)


async def test_a_phone_that_slept_while_the_server_was_away_shows_the_gap(
    phone: Phone, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with pretend_home(tmp_path_factory.mktemp("night"), booked=[]) as home:
        page = await phone()
        await page.goto(home.url)
        await live(page)
        await expect(page.locator(".spark .hole")).to_have_count(0)
        asleep = await page.context.new_cdp_session(page)
        await asleep.send("Page.setWebLifecycleState", {"state": "frozen"})
        await home.stop()
        home.clock.shift_s += SLEPT_S
        await home.start()
        await asleep.send("Page.setWebLifecycleState", {"state": "active"})
        await live(page)
        await expect(page.locator(".spark .hole")).to_have_count(1)
        wide_min, share = await page.evaluate(HOLE)
        assert 3 <= wide_min < 15
        assert share == pytest.approx(SLEPT_S / (60 * wide_min), abs=0.1)


async def test_a_phone_that_slept_alone_has_no_gap_for_the_server_kept_on(
    phone: Phone, home: PretendHome
) -> None:
    async with line_to(home.url) as line:
        page = await phone(service_workers="block")
        await page.goto(line.url)
        await live(page)
        asleep = await page.context.new_cdp_session(page)
        await asleep.send("Page.setWebLifecycleState", {"state": "frozen"})
        await line.cut()
        await asleep.send("Page.setWebLifecycleState", {"state": "active"})
        await asyncio.wait_for(line.asked.wait(), 30)
        await live(page)
        await expect(page.locator(".spark .hole")).to_have_count(0)


async def test_a_line_that_fell_silent_is_left_and_a_new_one_made(
    phone: Phone, home: PretendHome
) -> None:
    async with line_to(home.url) as line:
        page = await phone(service_workers="block")
        await page.clock.install(time=home.clock.now_s())
        await page.goto(line.url)
        await live(page)
        main = page.locator("main")
        line.hold()
        for _ in range(3):
            await page.clock.fast_forward(SILENCE_MS)
        await expect(main).to_contain_text("The server does not answer: values from 13:")
        line.release()
        await page.get_by_role("button", name="Try now").tap()
        await live(page)
        # What flowed meanwhile came from the server, whose memory has no gap.
        await expect(page.locator(".spark .hole")).to_have_count(0)


async def test_another_network_brings_it_back_by_itself(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    await page.goto(home.url)
    await live(page)
    await page.context.set_offline(True)
    await expect(page.locator("main")).to_contain_text("No connection: values from 13:")
    await page.context.set_offline(False)
    await live(page)
    await expect(page.locator("main")).not_to_contain_text("No connection")
