"""Many tabs of one browser on one server: one line for all, and none for those that nobody sees."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Phone
from tests.browser.line import line_to
from tests.browser.pretend_home import PretendHome

pytestmark = pytest.mark.asyncio(loop_scope="session")

TABS = 8
"""Two more than the connections that a browser gives one server over HTTP/1.1."""
CURVE = "document.querySelector('.spark .curve')?.getAttribute('d') ?? ''"


async def live(page: Page) -> None:
    await expect(page.locator("main header")).to_contain_text("Live")


async def goes_on(page: Page) -> None:
    """New values come."""
    drawn = await page.evaluate(CURVE)
    await page.wait_for_function(f"(drawn) => ({CURVE}) !== drawn", arg=drawn)


async def test_eight_tabs_are_live_and_each_can_ask(phone: Phone, home: PretendHome) -> None:
    first = await phone(service_workers="block")
    await first.goto(home.url)
    tabs = [first]
    for _ in range(TABS - 1):
        tab = await first.context.new_page()
        await tab.goto(home.url)
        tabs.append(tab)
    for tab in tabs:
        await live(tab)
    await tabs[-1].goto(f"{home.url}/history/2026-03")
    await expect(tabs[-1].locator("h1")).to_have_text("March 2026")
    # Whichever is closed, the others go on.
    await first.close()
    await goes_on(tabs[1])
    for tab in tabs[1:]:
        await tab.close()


async def test_when_the_shared_line_dies_with_its_process_another_is_made(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone(service_workers="block")
    await page.goto(home.url)
    await live(page)
    browser = page.context.browser
    assert browser is not None
    whole = await browser.new_browser_cdp_session()
    targets = (await whole.send("Target.getTargets"))["targetInfos"]
    shared = [each for each in targets if each["type"] == "shared_worker"]
    assert [each["url"] for each in shared if home.url in each["url"]]
    for each in shared:
        await whole.send("Target.closeTarget", {"targetId": each["targetId"]})
    await goes_on(page)
    await live(page)


HIDEABLE = """
globalThis.isSeen = SEEN;
delete globalThis.SharedWorker;
Object.defineProperty(document, 'visibilityState', {
  get: () => (globalThis.isSeen ? 'visible' : 'hidden'),
});
"""
"""A tab of a browser without shared workers, which a test shows and hides."""
SHOW = "isSeen = true; document.dispatchEvent(new Event('visibilitychange'))"


async def test_where_no_worker_is_shared_one_tab_has_the_line_and_tells_the_others(
    phone: Phone, home: PretendHome
) -> None:
    one = await phone(service_workers="block")
    await one.add_init_script(HIDEABLE.replace("SEEN", "true"))
    await one.goto(home.url)
    await live(one)
    other = await one.context.new_page()
    await other.add_init_script(HIDEABLE.replace("SEEN", "true"))
    asked: list[str] = []
    other.on("request", lambda request: asked.append(request.url))
    await other.goto(home.url)
    await live(other)
    await goes_on(other)
    assert [url for url in asked if url.endswith("/power/stream")] == []
    async with other.expect_request("**/power/stream"):
        await one.close()
    await live(other)


async def test_a_tab_opened_in_the_background_asks_for_no_line(
    phone: Phone, home: PretendHome
) -> None:
    async with line_to(home.url) as line:
        page = await phone(service_workers="block")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.add_init_script(HIDEABLE.replace("SEEN", "false"))
        async with page.expect_response("**/api/v1/site"):
            await page.goto(line.url)
        await page.wait_for_function("() => document.querySelector('main header')")
        assert not [url for url in asked if url.endswith("/power/stream")]
        async with page.expect_request("**/power/stream"):
            await page.evaluate(SHOW)
        await live(page)
