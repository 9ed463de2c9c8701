"""A phone whose clock is hours off: the times are the server's."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import MOVED_CLOCK, UNSHARED, Phone
from tests.browser.pretend_home import PretendHome
from tests.variant import variant

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOUR_MS = 3_600_000


@pytest.mark.parametrize("hours", [variant(3), variant(-3), 24 * 400])
async def test_every_time_is_the_servers(phone: Phone, home: PretendHome, hours: int) -> None:
    page = await phone()
    await page.add_init_script(MOVED_CLOCK.replace("SHIFT", str(hours * HOUR_MS)))
    await page.add_init_script(UNSHARED)
    await page.goto(f"{home.url}/history")
    main = page.locator("main")
    await expect(page.locator("header p")).to_contain_text(re.compile(r"so far, until 13:\d\d"))
    await expect(page.locator("text.now-word")).to_have_text(re.compile(r"now 13:\d\d"))
    await page.get_by_role("link", name="Now", exact=True).tap()
    await expect(main.locator("header")).to_contain_text("Live")
    await expect(page.locator("#today")).to_contain_text(re.compile(r"Today until 13:\d\d"))
    # Without a network the ages are right as well, also of a page that has heard nothing yet.
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await page.context.set_offline(True)
    await page.reload()
    # Not every browser says to a page loaded anew in pretence that it has no network.
    why = "(No connection|The server does not answer)"
    told = re.compile(why + r": values from 13:\d\d, \d+.(s|min) ago")
    await expect(main).to_contain_text(told)
    await page.context.set_offline(False)
