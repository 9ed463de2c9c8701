"""A number leads to what it is made of: own curves, records, and the days of the books."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Phone
from tests.browser.pretend_home import PretendHome
from tests.variant import variant

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(
    ("node", "of", "rows"),
    [
        variant("Solar", "solar", ["Produced"]),
        variant("Home", "home", ["Used"]),
        ("Grid", "grid", ["Bought", "Sold"]),
    ],
)
async def test_each_node_of_the_flow_has_its_own_day_week_and_month(
    phone: Phone, home: PretendHome, node: str, of: str, rows: list[str]
) -> None:
    page = await phone()
    await page.goto(home.url)
    await page.get_by_role("link", name=f"{node}, own curve").tap()
    for length, period in (("", "today"), ("Week", "this-week"), ("Month", "this-month")):
        if length:
            await page.get_by_role("button", name=length, exact=True).tap()
        await expect(page).to_have_url(f"{home.url}/history/{period}/{of}")
        await expect(page.locator(".stage")).to_be_visible()
        await expect(page.locator(".totals .name")).to_have_text(rows)
    await page.go_back()
    await expect(page).to_have_url(f"{home.url}/history/this-week/{of}")


async def test_a_total_leads_to_its_own_curve_and_all_back(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    await page.goto(f"{home.url}/history/2026-04-21")
    await page.locator(".totals").get_by_role("button", name="Produced").tap()
    await expect(page).to_have_url(f"{home.url}/history/2026-04-21/solar")
    await page.get_by_role("button", name="All").first.tap()
    await expect(page).to_have_url(f"{home.url}/history/2026-04-21")
    await expect(page.locator(".totals .name")).to_have_text(["Used", "Produced"])


async def test_records_stand_below_and_the_best_day_opens(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    await page.goto(f"{home.url}/history/2026-04-21")
    facts = page.locator(".facts")
    await expect(facts).to_contain_text(re.compile(r"Base load at night\s*\d+\sW"))
    await page.goto(f"{home.url}/history/2026-04")
    await expect(facts).to_contain_text("Used a day")
    best = facts.locator("div", has_text="Most produced").get_by_role("link")
    await best.tap()
    await expect(page).to_have_url(re.compile(r"/history/2026-04-\d\d$"))
    await page.go_back()
    await expect(page.locator("h1")).to_contain_text("April 2026")


async def test_the_books_are_a_calendar_from_which_a_day_opens(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone()
    await page.goto(f"{home.url}/meters")
    days = page.locator("section", has=page.locator("#booked"))
    torn = days.get_by_role("link", name=re.compile("^Wed 22 April: minutes missing, 45.min"))
    await expect(torn).to_be_visible()
    await expect(days.get_by_role("link", name="Tue 21 April: booked")).to_be_visible()
    await torn.tap()
    await expect(page).to_have_url(f"{home.url}/history/2026-04-22")
    await expect(page.locator("rect.hole")).to_have_count(1)
