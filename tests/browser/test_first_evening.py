"""What the meters remember is being fetched: no outage, wherever those days are shown."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Phone
from tests.browser.pretend_home import NOON, instant, pretend_home
from wattledger.simulator.meter import PretendMeter

pytestmark = pytest.mark.asyncio(loop_scope="session")

REMEMBERED_S = 5 * 86_400
PROGRESS = r"\d+%, about \d+.(s|min|h)"


async def test_days_in_the_meters_memory_are_being_fetched(
    phone: Phone, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def slow(meters: dict[str, PretendMeter]) -> None:
        for meter in meters.values():
            meter.faults.latency_s["EMData.GetData"] = 0.2

    folder = tmp_path_factory.mktemp("first")
    memory = {"history_from": instant(NOON) - REMEMBERED_S}
    habits = {"mains": memory, "roof": memory}
    async with pretend_home(folder, booked=[], habits=habits, prepare=slow) as home:
        page = await phone()
        await page.goto(home.url)
        main = page.locator("main")
        await expect(main.locator(".message")).to_contain_text(
            re.compile(f"Fetching what the meters remember: {PROGRESS}")
        )
        await page.goto(f"{home.url}/history/2026-04-22")
        said = page.locator("header p")
        await expect(said).to_have_text(re.compile(f"^being fetched, {PROGRESS}.* left$"))
        await expect(page.locator("rect.fetched")).to_have_count(1)
        await expect(page.locator("rect.hole")).to_have_count(0)
        await expect(page.locator(".books")).to_contain_text("Being fetched from the meters")
        await page.get_by_role("button", name="Week", exact=True).tap()
        await expect(page.locator("h1")).to_have_text("Week 17")
        await expect(said).to_contain_text(re.compile(f"being fetched, {PROGRESS}"))
        await expect(page.locator("rect.fetched").first).to_be_visible()
        await expect(page.locator("rect.hole")).to_have_count(0)
        await expect(main).not_to_contain_text("outage")
        # Another phone that opens the app later is told the same.
        other = await phone(locale="fi-FI")
        await other.goto(f"{home.url}/meters")
        told = re.compile(r"Haetaan: \d+.%, noin \d+.(s|min|h)")
        await expect(other.locator("header:has(h1) p")).to_have_text(told)
        await expect(other.locator("main")).not_to_contain_text("aukko")
