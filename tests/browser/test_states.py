"""What a home, its meters and its server can be in: each state has its words and its screen."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import NAME, Phone
from tests.browser.line import line_to
from tests.browser.pretend_home import NOON, SECRET, PretendHome, instant, pretend_home
from tests.variant import variant
from wattledger.api.stream import StreamLimits
from wattledger.simulator.meter import PretendMeter

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOW_FUSE_A = 2.0
"""Less than what a phase carries at noon."""
TAP_AGAIN = """() => {
  const again = document.querySelector('.none .button');
  again?.click();
  return again ?? document.querySelector('.stage');
}"""
CONTROLLED = """new Promise(resolve => {
  const worker = navigator.serviceWorker;
  if (worker.controller) resolve(true);
  else worker.addEventListener('controllerchange', () => resolve(true));
})"""


async def test_a_phase_near_the_fuse_on_the_first_day(
    phone: Phone, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("near")
    async with pretend_home(folder, booked=[], site={"main_fuse_a": LOW_FUSE_A}) as home:
        page = await phone()
        await page.goto(f"{home.url}/history")
        await expect(page.locator("header p")).to_contain_text("The books begin today at 13:")
        await page.get_by_role("link", name="Now", exact=True).tap()
        message = page.locator("main .message")
        await expect(message).to_contain_text("A phase is near the fuse.")
        await expect(message).to_contain_text(re.compile(r"L\d carries \d\.\d.A of 2.A\."))
        near = page.locator("li.near").first
        await expect(near).to_contain_text("near the fuse")
        alarm = await message.locator("strong").evaluate("one => getComputedStyle(one).color")
        assert await near.locator(".amps").evaluate("one => getComputedStyle(one).color") == alarm
        await expect(page.locator("#today")).to_contain_text(
            re.compile(r"Today (13:\d\d–13:\d\d|so far)")
        )


async def test_a_home_that_measures_only_its_plant(
    phone: Phone, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("plant")
    days = [("2026-04-22", NOON)]
    async with pretend_home(folder, names=["roof"], booked=days) as home:
        page = await phone(locale="fi-FI", color_scheme="dark")
        await page.goto(f"{home.url}/history/2026-04-22")
        await expect(page.locator(".totals .row")).to_have_count(1)
        await expect(page.locator(".totals .row")).to_contain_text("Tuotanto")
        await expect(page.locator("thead th")).to_have_text(["Aika", "Tuotanto"])
        await expect(page.locator(".legend .mark")).to_have_text(["aurinko"])
        await page.get_by_role("link", name="Nyt").tap()
        main = page.locator("main")
        await expect(main).to_contain_text(re.compile(r"Aurinko: tuottaa\s*\d,\d\d\s*kW"))
        await expect(main).to_contain_text("kodin kulutus ei ole tiedossa")
        await expect(main).not_to_contain_text("Verkko")
        await expect(page.locator("#phases")).to_have_count(0)


async def test_a_home_that_measures_only_its_grid(
    phone: Phone, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("grid")
    async with pretend_home(folder, names=["mains"], booked=[("2026-04-21", NOON)]) as home:
        page = await phone()
        await page.goto(f"{home.url}/history/2026-04-22")
        await expect(page.locator(".totals .row")).to_have_count(2)
        await expect(page.locator("thead th")).to_have_text(["Time", "Bought", "Sold"])
        await expect(page.locator(".legend .mark > span").first).to_have_text("bought")
        await expect(page.locator(".legend")).not_to_contain_text("home")
        # What was sold hangs below zero.
        bought_edge, sold_edge = page.locator("path.edge").nth(0), page.locator("path.edge").nth(1)
        zero = await page.locator("path.zero").bounding_box()
        sold = await sold_edge.bounding_box()
        assert zero is not None
        assert sold is not None
        assert sold["y"] + sold["height"] > zero["y"] + 20
        # In the gap there is no line of either, not even at zero.
        for edge in (bought_edge, sold_edge):
            drawn = await edge.get_attribute("d")
            assert drawn is not None
            assert drawn.count("M") == 2


async def test_over_plain_http_it_is_said_once(
    phone: Phone, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("plain")
    async with pretend_home(folder, names=["mains"], booked=[], token=SECRET) as home:
        page = await phone()
        url = home.url.replace("127.0.0.1", NAME)
        await page.add_init_script(
            f"localStorage.setItem('wattledger.token', {json.dumps(json.dumps(SECRET))})"
        )
        await page.goto(url)
        message = page.locator("main .message")
        await expect(message).to_contain_text("be installed or opened offline")
        await message.get_by_role("link", name="What HTTPS brings").tap()
        await expect(page.locator("#https")).to_be_in_viewport()
        await expect(page.locator("main")).to_contain_text("no, needs HTTPS")
        await page.go_back()
        await message.get_by_role("button", name="Dismiss").tap()
        await expect(message).to_have_count(0)
        await page.reload()
        await expect(page.locator("main header")).to_contain_text("Live")
        await expect(message).to_have_count(0)


async def test_a_locked_meter_says_what_to_do(
    phone: Phone, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("locked")
    habits = {"mains": {"password": "the meter's own"}}
    async with pretend_home(folder, booked=[], habits=habits) as home:
        page = await phone(320, 640, locale="fi-FI")
        await page.goto(f"{home.url}/meters")
        mains = page.get_by_role("region", name="Mains")
        await expect(mains).to_contain_text("Mittari vaatii salasanan.")
        await expect(mains).to_contain_text("Lisää se palvelimen asetuksiin")
        await expect(mains.locator("table")).to_have_count(0)
        await expect(mains).not_to_contain_text("password")
        await expect(page.get_by_role("region", name="Roof")).to_contain_text("Reaaliajassa")


async def test_two_addresses_of_one_meter_are_told(
    phone: Phone, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("twice")
    async with pretend_home(folder, booked=[], hosts={"roof": "mains"}) as home:
        page = await phone(color_scheme="dark")
        await page.goto(f"{home.url}/meters")
        told = page.locator(".finding.fault")
        await expect(told).to_have_count(1)
        await expect(told).to_contain_text("Another meter answers here.")
        await expect(told).to_contain_text("two hosts lead to one meter")


async def test_catching_up_is_a_bar_that_grows(
    phone: Phone, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def slow(meters: dict[str, PretendMeter]) -> None:
        meters["roof"].faults.latency_s["EMData.GetData"] = 0.1

    folder = tmp_path_factory.mktemp("late")
    habits = {"roof": {"history_from": instant(NOON) - 8 * 3600}}
    async with pretend_home(folder, booked=[], habits=habits, prepare=slow) as home:
        page = await phone(color_scheme="dark")
        await page.goto(f"{home.url}/meters")
        bar = page.get_by_role("region", name="Roof").get_by_role("progressbar")
        await expect(bar).to_have_accessible_name(
            re.compile(r"Fetching missing minutes: \d+ of 4[78]\d")
        )
        await expect(page.locator("header:has(h1) p")).to_contain_text("Roof catching up")
        done = await bar.evaluate("bar => bar.value")
        await expect(bar).not_to_have_js_property("value", done)
        await expect(page.locator(".catchup")).to_contain_text(
            re.compile(r"\d+%, about \d+.(s|min) left")
        )
        await expect(page.locator("main")).to_contain_text("The meter kept its own minutes")


async def test_a_silent_meter_is_told_beside_its_last_values(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone(locale="fi-FI")
    await page.goto(f"{home.url}/meters")
    roof = page.get_by_role("region", name="Roof")
    await expect(roof).to_contain_text("Reaaliajassa")
    await home.meters["roof"].refuse_connections()
    try:
        await expect(roof).to_contain_text(re.compile(r"Vaiti \d+"))
        await expect(roof).to_contain_text("Ei tavoiteta")
        await expect(roof).to_contain_text(re.compile(r"Arvot klo.13\.\d\d"))
        await expect(roof.locator(".old tbody td").first).to_have_text(re.compile(r"\+\d"))
        await expect(page.get_by_role("region", name="Mains")).to_contain_text("Reaaliajassa")
    finally:
        await home.meters["roof"].recover()
    await expect(roof).to_contain_text("Reaaliajassa")


async def test_no_meter_is_live_while_the_server_is_not_heard(
    phone: Phone, home: PretendHome
) -> None:
    # Held, not ended: a server that stops says before that it has let go of its meters.
    async with line_to(home.url) as line:
        page = await phone()
        await page.goto(f"{line.url}/meters")
        meters = [page.get_by_role("region", name=name) for name in ("Mains", "Roof")]
        for meter in meters:
            await expect(meter.locator(".state.live")).to_have_text("Live")
            await expect(meter.locator(".old")).to_have_count(0)
        line.hold()
        for meter in meters:
            await expect(meter.locator(".state.lost")).to_have_text("Server does not answer")
            await expect(meter).not_to_contain_text("Live")
            await expect(meter.locator(".old")).to_contain_text(re.compile(r"Values from 13:\d\d"))
            await expect(meter.locator(".old tbody td").first).to_have_text(re.compile(r"\d"))
        line.release()
        for meter in meters:
            await expect(meter.locator(".state.live")).to_have_text("Live")
            await expect(meter.locator(".old")).to_have_count(0)


async def test_under_a_foreign_name_it_is_said_what_to_do(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    await page.goto(home.url.replace("127.0.0.1", NAME))
    await expect(page.locator("h1")).to_have_text("Not under this name")
    await expect(page.locator("main")).to_contain_text(f"not as {NAME}")
    await expect(page.locator("main")).to_contain_text('access = "token"')
    await expect(page.get_by_role("button", name="Try again")).to_be_visible()


async def test_an_address_without_a_screen_leads_to_now(phone: Phone, home: PretendHome) -> None:
    page = await phone(320, 640, locale="fi-FI", color_scheme="dark")
    await page.goto(f"{home.url}/cellar/door")
    await expect(page.locator("h1")).to_have_text("Täällä ei ole mitään")
    await expect(page.locator("main")).to_contain_text("/cellar/door")
    await page.get_by_role("link", name="Nyt-näkymään").tap()
    await expect(page.locator("main header")).to_contain_text("Reaaliajassa")


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("2026-04-24", "This period has not begun."),
        variant("2031", "This period has not begun."),
        variant("2026-02-30", "There is no such period."),
        ("whenever", "There is no such period."),
    ],
)
async def test_a_period_that_can_t_be_shown_says_why(
    phone: Phone, home: PretendHome, period: str, said: str
) -> None:
    page = await phone()
    await page.goto(f"{home.url}/history/{period}")
    await expect(page.locator(".none")).to_have_text(said)
    await expect(page.locator(".totals")).to_have_count(0)
    await page.get_by_role("button", name="Today").tap()
    await expect(page.locator("header p")).to_contain_text("so far")


@asynccontextmanager
async def all_streams_taken(home: PretendHome) -> AsyncIterator[None]:
    host, _, port = home.url.removeprefix("http://").partition(":")
    writers = []
    try:
        for _ in range(StreamLimits().most):
            reader, writer = await asyncio.open_connection(host, int(port))
            writers.append(writer)
            writer.write(b"GET /api/v1/power/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
            await reader.readuntil(b"\r\n")
        yield
    finally:
        for writer in writers:
            writer.close()


async def test_a_server_without_room_is_not_called_gone(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    async with all_streams_taken(home):
        await page.goto(home.url)
        message = page.locator("main .message")
        await expect(message).to_contain_text("no room for another connection")
        await expect(page.locator("main header")).to_contain_text("Server has no room")
        # Not later: with room again the app goes on by itself, and takes the button away.
        await message.get_by_role("button", name="Try now").tap()
        await expect(message).to_contain_text("no room for another connection")
    await expect(page.locator("main header")).to_contain_text("Live")


async def answered_with(page: Page, path: str, status: int, change: Any) -> None:
    """What the server answers there, changed as a newer or a busy one would."""

    async def answer(route: Route) -> None:
        real = await route.fetch()
        await route.fulfill(status=status, json=change(await real.json()))

    await page.route(re.compile(path), answer)


async def test_books_that_can_t_be_read_just_now(phone: Phone, home: PretendHome) -> None:
    page = await phone(service_workers="block")
    busy = {"type": "/problems/busy", "title": "Try again", "status": 503, "detail": "the disk"}
    tapped = False

    async def answer(route: Route) -> None:
        await (route.continue_() if tapped else route.fulfill(status=503, json=busy))

    await page.route(re.compile(r"/energy/2026-04-21$"), answer)
    await page.goto(f"{home.url}/history/2026-04-21")
    await expect(page.locator(".none")).to_contain_text("read its books just now")
    # When its line opens the app asks anew by itself, and the button is away meanwhile.
    tapped = True
    await page.wait_for_function(TAP_AGAIN)
    await expect(page.locator(".stage")).to_be_visible()


async def test_a_newer_server_is_understood_as_far_as_it_goes(
    phone: Phone, home: PretendHome
) -> None:
    def newer(meters: dict[str, Any]) -> dict[str, Any]:
        first = meters["meters"][0]
        first["faults"] = [{"kind": "struck_by_lightning", "detail": "it smokes", "since": 1}]
        first["missing"].append(
            {
                "start": "2026-04-21T01:00:00+03:00",
                "end": "2026-04-21T02:00:00+03:00",
                "reason": "?",
            }
        )
        return {**meters, "mood": "good"}

    def later(site: dict[str, Any]) -> dict[str, Any]:
        mongodb = {**site["mongodb"], "state": "dreaming", "detail": "dreams of sheep"}
        return {**site, "mongodb": mongodb, "moon": {"phase": 3}}

    page = await phone(service_workers="block")
    await answered_with(page, r"/api/v1/meters$", 200, newer)
    await answered_with(page, r"/api/v1/site$", 200, later)
    await page.goto(f"{home.url}/meters")
    mains = page.get_by_role("region", name="Mains")
    await expect(mains).to_contain_text("The server notes: it smokes")
    of_that_day = page.get_by_role("link", name="Tue 21 April: minutes missing, 1")
    await expect(of_that_day).to_contain_text("(Mains: ?)")
    await page.get_by_role("link", name="Settings", exact=True).tap()
    await expect(page.locator("main")).to_contain_text("dreams of sheep")
    await page.unroute_all(behavior="ignoreErrors")


async def test_what_is_wrong_with_the_server_is_told_on_now_and_on_meters(
    phone: Phone, home: PretendHome
) -> None:
    def full(site: dict[str, Any]) -> dict[str, Any]:
        since = "2026-04-22T23:13:00+03:00"
        fault = {"kind": "store_not_writing", "detail": "no space left", "since": since}
        return {**site, "faults": [fault]}

    page = await phone(320, 640, locale="fi-FI", service_workers="block")
    await answered_with(page, r"/api/v1/site$", 200, full)
    await page.goto(home.url)
    message = page.locator("main .message")
    await expect(message).to_contain_text("Palvelin ei voi kirjoittaa kirjanpitoaan.")
    await message.get_by_role("link", name="Mitä tehdä").tap()
    server = page.get_by_role("region", name="Palvelin")
    await expect(server).to_contain_text("Tee levylle tilaa")
    await expect(server).to_contain_text(re.compile(r"Alkoi 22\.4\. klo.23\.13\."))
    await expect(server.get_by_text("no space left")).to_be_hidden()
    await server.get_by_text("Palvelimen omin sanoin").tap()
    await expect(server.get_by_text("no space left")).to_be_visible()
    await page.unroute_all(behavior="ignoreErrors")


async def test_a_long_word_of_the_server_s_widens_no_screen(
    phone: Phone, home: PretendHome
) -> None:
    path = f"/srv/{'books' * 20}"

    def full(site: dict[str, Any]) -> dict[str, Any]:
        kinds = ("on_fire", "store_not_writing")
        return {**site, "faults": [{"kind": kind, "detail": path, "since": None} for kind in kinds]}

    def newer(meters: dict[str, Any]) -> dict[str, Any]:
        meters["meters"][0]["faults"] = [{"kind": "meter_error", "detail": path, "since": None}]
        return meters

    page = await phone(320, 640, locale="fi-FI", service_workers="block")
    await answered_with(page, r"/api/v1/site$", 200, full)
    await answered_with(page, r"/api/v1/meters$", 200, newer)
    await page.goto(home.url)
    await expect(page.locator("main .message")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 320
    await page.goto(f"{home.url}/meters")
    for where in ("Palvelin", "Mains"):
        said = page.get_by_role("region", name=where).first
        await said.locator("summary").first.tap()
        await expect(said).to_contain_text(path)
    assert await page.evaluate("document.documentElement.scrollWidth") == 320
    await page.unroute_all(behavior="ignoreErrors")


async def test_a_screen_whose_code_never_came_says_so_and_comes_with_the_server(
    phone: Phone, home: PretendHome
) -> None:
    # As over plain HTTP: nothing keeps the code of the other screens on the phone.
    page = await phone(service_workers="block")
    await page.goto(home.url)
    await expect(page.locator("main header")).to_contain_text("Live")
    await home.stop()
    try:
        await page.get_by_role("link", name="Meters").tap()
        await expect(page.locator("main")).to_contain_text("This screen could not be fetched")
        await expect(page.get_by_role("button", name="Try now")).to_be_visible()
    finally:
        await home.start()
    await expect(page.get_by_role("region", name="Mains")).to_contain_text("Live")


async def test_a_new_version_waits_until_it_is_let_in(phone: Phone, home: PretendHome) -> None:
    page = await phone(color_scheme="dark")
    await page.goto(home.url)
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await page.evaluate(CONTROLLED)
    await expect(page.get_by_text("A new version is ready.")).to_have_count(0)
    # The same worker under another address is a new one to the browser.
    await page.evaluate("void navigator.serviceWorker.register('/sw.js?newer')")
    await expect(page.get_by_text("A new version is ready.")).to_be_visible()
    # It may wait: it lies over what a finger wants.
    await page.get_by_role("button", name="Later").tap()
    await expect(page.get_by_text("A new version is ready.")).to_have_count(0)
    await page.evaluate("void navigator.serviceWorker.register('/sw.js?newest')")
    async with page.expect_event("load"):
        await page.get_by_role("button", name="Update").tap()
    await expect(page.get_by_text("A new version is ready.")).to_have_count(0)
    await expect(page.locator("main header")).to_contain_text("Live")
