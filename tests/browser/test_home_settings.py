"""The home's settings from the phone: what a change does is said, then the file has it."""

import re
import tomllib
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.cli.kit import OTHER_MAC, pretend, started, written

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def opened(browser: Browser, url: str, locale: str) -> Page:
    context = await browser.new_context(
        viewport={"width": 390, "height": 844}, locale=locale, is_mobile=True, has_touch=True
    )
    page = await context.new_page()
    await page.goto(f"{url}/settings")
    return page


async def test_a_change_is_shown_saved_and_stands_in_the_file(
    browser: Browser, tmp_path: Path
) -> None:
    async with pretend() as meter:
        config = written(tmp_path, meter.address)
        async with started("serve", "--config", config) as server:
            page = await opened(browser, await server.url(), "en-GB")
            await page.get_by_role("link", name=re.compile("^Change the home")).click()
            await expect(page.get_by_text("Nothing is changed yet.")).to_be_visible()
            proceed = page.get_by_role("button", name="What does it do?")
            await expect(proceed).to_be_disabled()
            await page.get_by_label("Bought and sold are set off").select_option("hour")
            await page.get_by_text("roof", exact=True).click()
            await page.get_by_label("Its name: roof").fill("barn")
            await proceed.click()
            await expect(page.get_by_role("listitem")).to_have_text(
                "Bought and sold are set off anew, in all years."
            )
            assert "netting" not in config.read_text()
            await page.get_by_role("button", name="Save").click()
            await expect(page.get_by_text("Saved.")).to_be_visible()
            await page.get_by_role("link", name="Settings", exact=True).first.click()
            await expect(page.get_by_text("hour", exact=True)).to_be_visible()
            await page.context.close()
    values = tomllib.loads(config.read_text())
    assert values["site"] == {"netting": "hour"}
    assert [one["name"] for one in values["meters"]] == ["mains", "barn"]


async def test_a_meter_is_added_of_some_phases_and_looked_for_first(
    browser: Browser, tmp_path: Path
) -> None:
    async with pretend() as meter, pretend(mac=OTHER_MAC) as car:
        config = written(tmp_path, meter.address)
        async with started("serve", "--config", config) as server:
            page = await opened(browser, await server.url(), "en-GB")
            await page.get_by_role("link", name=re.compile("^Change the home")).click()
            await page.get_by_role("button", name="Add a meter").click()
            await page.get_by_role("textbox", name="Its name: New meter", exact=True).fill("car")
            address = page.get_by_role("textbox", name="Its address: car", exact=True)
            for phase in "bc":
                box = page.get_by_role("checkbox", name=f"Phase {phase.upper()}: car", exact=True)
                await box.uncheck()
            await address.fill("127.0.0.1:9")
            proceed = page.get_by_role("button", name="What does it do?")
            await proceed.click()
            effects = page.locator("form ul")
            await expect(effects).to_contain_text("car: no meter answers at that address just now")
            await page.get_by_role("button", name="Not yet").click()
            await address.fill(f"http://{car.address}/#/settings")
            await proceed.click()
            await expect(effects).to_contain_text("car: what it remembers is fetched")
            await expect(effects).not_to_contain_text("no meter answers")
            await page.get_by_role("button", name="Save").click()
            await expect(page.get_by_text("Saved.")).to_be_visible()
            await page.context.close()
    added = tomllib.loads(config.read_text())["meters"][-1]
    assert added == {"name": "car", "role": "load", "host": car.address, "phases": ["a"]}


async def test_what_can_not_be_is_said_and_nothing_is_lost(
    browser: Browser, tmp_path: Path
) -> None:
    config = written(tmp_path)
    before = config.read_text()
    async with started("serve", "--config", config) as server:
        page = await opened(browser, await server.url(), "fi-FI")
        await page.get_by_role("link", name="Muuta kodin asetuksia").click()
        await page.get_by_label("Aikavyöhyke").fill("Mars")
        await page.get_by_role("button", name="Mitä se tekee?").click()
        await expect(page.get_by_text("Niin ei voi tehdä.")).to_contain_text("no time zone")
        await expect(page.get_by_label("Aikavyöhyke")).to_have_value("Mars")
        await page.context.close()
    assert config.read_text() == before
