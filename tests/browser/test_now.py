"""Now: what flows, as the meters say it, and what is said of a silent meter or server."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import UNSHARED, Phone
from tests.browser.pretend_home import SECRET, PretendHome, pretend_home

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_shows_the_home_and_what_it_sells(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    await page.goto(home.url)
    main = page.locator("main")
    await expect(main.locator("header")).to_contain_text("Live")
    await expect(main).to_contain_text(re.compile(r"Home uses\s*[\d.]+\s*k?W"))
    await expect(main).to_contain_text(re.compile(r"Solar\s*\+\d\.\d\d\s*kW\s*producing"))
    await expect(main).to_contain_text(re.compile(r"Grid\s*−[\d.]+\s*k?W\s*selling"))
    await expect(main).to_contain_text(re.compile(r"Today until 13:\d\d"))
    await expect(main.locator("li")).to_have_count(3)


async def test_follows_the_meters(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    await page.goto(home.url)
    await expect(page.locator("main header")).to_contain_text("Live")
    curve = page.locator(".spark .curve").last  # an outage leaves a hole between two
    for _ in range(3):
        drawn = await curve.get_attribute("d")
        assert drawn is not None
        await expect(curve).not_to_have_attribute("d", drawn)


async def test_a_silent_meter_is_told_and_its_last_value_kept(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone()
    await page.goto(home.url)
    main = page.locator("main")
    await expect(main.locator("header")).to_contain_text("Live")
    home.meters["mains"].hang()
    try:
        await expect(main.locator("header")).to_contain_text(re.compile(r"Mains silent \d+"))
        await expect(main).to_contain_text(re.compile(r"Home used, \d+.s ago"))
        await expect(main).to_contain_text(re.compile(r"was selling, 13:\d\d"))
        await expect(main).to_contain_text(re.compile(r"Solar\s*\+\d\.\d\d\s*kW\s*producing"))
        await expect(main).to_contain_text("Nothing is lost.")
    finally:
        await home.meters["mains"].recover()
    await expect(main.locator("header")).to_contain_text("Live")


async def test_a_server_that_is_gone_is_told_and_comes_back_by_itself(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone()
    await page.goto(home.url)
    main = page.locator("main")
    await expect(main.locator("header")).to_contain_text("Live")
    await home.stop()
    try:
        await expect(main).to_contain_text("The server does not answer: values from 13:")
        await expect(main).to_contain_text("Home used, at 13:")
        await expect(page.get_by_role("button", name="Try now")).to_be_visible()
    finally:
        await home.start()
    await expect(main.locator("header")).to_contain_text("Live")


async def test_opens_without_a_network_with_what_it_last_knew(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone()
    await page.add_init_script(UNSHARED)
    await page.goto(home.url)
    main = page.locator("main")
    await expect(main.locator("header")).to_contain_text("Live")
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await page.get_by_role("link", name="History").tap()
    await expect(page.locator("h1")).to_contain_text("Thu 23 Apr")
    await page.context.set_offline(True)
    await page.reload()
    await expect(page.locator("h1")).to_contain_text("Thu 23 Apr")
    await expect(main).to_contain_text("No connection: as of 23 Apr 13:")
    await page.get_by_role("link", name="Now").tap()
    await expect(main).to_contain_text("Home used, at 13:")
    await page.context.set_offline(False)
    await expect(main.locator("header")).to_contain_text("Live")


async def test_speaks_finnish_to_a_finnish_phone(phone: Phone, home: PretendHome) -> None:
    page = await phone(320, 640, locale="fi-FI")
    await page.goto(home.url)
    main = page.locator("main")
    await expect(main.locator("header")).to_contain_text("Reaaliajassa")
    await expect(main).to_contain_text(re.compile(r"Koti kuluttaa\s*\d+(,\d+)?\s*k?W"))
    await expect(main).to_contain_text(re.compile(r"Tänään klo.13\.\d\d asti"))
    await expect(page.locator("html")).to_have_attribute("lang", "fi")


async def test_a_home_with_one_meter_asks_for_its_token_and_shows_no_solar(
    phone: Phone, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("one")
    async with pretend_home(folder, names=["mains"], booked=[], token=SECRET) as home:
        page = await phone()
        await page.goto(home.url)
        await page.get_by_text("Enter an access token instead").tap()
        await page.get_by_label("Access token").fill("not this one")
        await page.get_by_role("button", name="Continue").tap()
        await expect(page.get_by_role("alert")).to_have_text("The server refused this token.")
        await page.get_by_label("Access token").fill(SECRET)
        await page.get_by_role("button", name="Continue").tap()
        main = page.locator("main")
        await expect(main.locator("header")).to_contain_text("Live")
        await expect(main).to_contain_text(re.compile(r"Grid: (buying|selling)"))
        await expect(main).not_to_contain_text("Solar")
        await expect(main).not_to_contain_text("Produced")
