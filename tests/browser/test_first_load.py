"""What makes a first load quick, in figures that are the same on any machine.

How long it takes, and Lighthouse's score of it, is measured by `./run bench app`.
"""

import asyncio
import re
from dataclasses import dataclass, field

import httpx
import pytest
from playwright.async_api import Page, Request, Route, expect

from tests.browser.conftest import Phone
from tests.browser.layouts import forced_layouts
from tests.browser.pretend_home import PretendHome

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCREENS = ("/", "/history", "/history/2026-04", "/meters", "/settings")
CODE_BYTES = 100_000
"""Of page, code and style, as they are sent: gzip."""
FILES = 10
QUESTIONS = 10
MOST_MOVED = 0.02
"""As Chromium counts it: the share of the screen that moved, times how far."""
LOADS = 5
"""One of them moves nothing and asks little: on a busy machine a meter that is late is told of and
takes room, and a minute that passes between two answers is asked for."""
OBSERVED = """(() => {
  const soon = setTimeout;
  window.setTimeout = (call, wait, ...rest) => wait >= 1000 ? 0 : soon(call, wait, ...rest);
  window.moved = [];
  new PerformanceObserver(list => window.moved.push(...list.getEntries()))
    .observe({type: 'layout-shift', buffered: true});
})()"""
"""And what the page gets a second later for other screens waits: on a busy machine it is there."""
MOVED = """window.moved.map(({value, sources}) => [
  value, sources.map(({node}) => node?.outerHTML ?? node?.textContent).join('').slice(0, 200),
])"""
FRAMES = """new Promise(done => {
  let left = 4;
  const frame = () => { if (left -= 1) requestAnimationFrame(frame); else setTimeout(done); };
  frame();
})"""
SENT = """['navigation', 'resource']
  .flatMap(kind => performance.getEntriesByType(kind))
  .filter(({name}) => !/\\/api\\/|\\.(png|svg|webmanifest)$/.test(name))
  .map(({encodedBodySize}) => encodedBodySize)"""
HASTY = "document.body.style.padding = '9px'; document.body.offsetHeight"
DARK = "rgb(15, 18, 20)"
SCREEN = re.compile(r"/assets/History-[^/]*\.js$")


@dataclass
class Questions:
    """What the page asks of the server is answered one by one, and seen before the next one."""

    page: Page
    asked: list[str] = field(default_factory=list)
    _held: list[Route] = field(default_factory=list)
    _heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def hold(self) -> None:
        line = await self.page.context.new_cdp_session(self.page)
        await line.send("Network.enable")
        line.on("Network.dataReceived", lambda _: self._heard.set())
        await self.page.route("**/api/v1/**", self._keep)

    def _keep(self, route: Route) -> None:
        self.asked.append(route.request.url.partition("/api/v1")[2])
        self._held.append(route)

    async def answer(self, *, newest_first: bool) -> None:
        await self.page.evaluate(FRAMES)
        while self._held:
            route = self._held.pop(-1 if newest_first else 0)
            await self._answer(route)
            await self.page.evaluate(FRAMES)

    async def _answer(self, route: Route) -> None:
        """The stream's answer never ends: its first words count."""
        self._heard.clear()
        await route.continue_()
        answer = await route.request.response()
        assert answer is not None
        if route.request.url.endswith("/stream"):
            await self._heard.wait()
        else:
            await answer.finished()


async def both_meters_live(home: PretendHome) -> None:
    """What is said of a silent meter takes room."""
    async with httpx.AsyncClient(trust_env=False, timeout=300) as client:
        while (await client.get(f"{home.url}/api/v1/power")).json()["home_w"] is None:
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("path", SCREENS)
async def test_it_is_small_asks_little_and_moves_nothing_in_whatever_order_answers_come(
    phone: Phone, home: PretendHome, path: str, *, newest_first: bool
) -> None:
    seen = []
    for _ in range(LOADS):
        await both_meters_live(home)
        page = await phone(service_workers="block")
        await page.add_init_script(OBSERVED)
        questions = Questions(page)
        await questions.hold()
        await page.goto(home.url + path)
        await expect(page.locator("h1")).to_be_visible()
        await questions.answer(newest_first=newest_first)
        sent = await page.evaluate(SENT)
        assert 0 < sum(sent) <= CODE_BYTES
        assert len(sent) <= FILES
        moved = await page.evaluate(MOVED)
        await page.close()
        seen.append((questions.asked, moved))
        if len(questions.asked) <= QUESTIONS and sum(share for share, _ in moved) <= MOST_MOVED:
            return
    raise AssertionError(seen)


async def test_no_code_has_the_page_laid_out_out_of_turn(phone: Phone, home: PretendHome) -> None:
    """It makes the long tasks of slow phones."""
    page = await phone(service_workers="block")
    async with forced_layouts(page) as forced:
        for path in SCREENS:
            await page.goto(home.url + path)
            await expect(page.locator("nav [aria-current]")).to_be_visible()
            await page.evaluate(FRAMES)
        await page.goto(f"{home.url}/history")
        for length in ("Week", "Month", "Year", "Day"):
            button = page.get_by_role("button", name=length, exact=True)
            await button.tap()
            await expect(button).to_have_attribute("aria-pressed", "true")
            await expect(page.locator(".stage")).to_be_visible()
            await page.evaluate(FRAMES)
    assert forced == []


async def test_a_layout_out_of_turn_would_be_noticed(phone: Phone, home: PretendHome) -> None:
    page = await phone(service_workers="block")
    await page.route("**/hasty.js", lambda route: route.fulfill(body=HASTY))
    await page.goto(f"{home.url}/settings")
    await expect(page.locator("nav [aria-current]")).to_be_visible()
    async with forced_layouts(page) as forced:
        await page.add_script_tag(url="/hasty.js")
    assert ["hasty.js" in each for each in forced] == [True]


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
        await screen_asked.wait()
        await route.continue_()

    page.on("request", note)
    page.on("console", lambda message: said.append(message.text))
    await page.route(re.compile(r"/assets/index-[^/]*\.js$"), hold)
    await page.goto(f"{home.url}/history/2026-04-22")
    await expect(page.locator(".stage")).to_be_visible()
    assert len([url for url in asked if SCREEN.search(url)]) == 1
    assert [text for text in said if "preload" in text] == []
