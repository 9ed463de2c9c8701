"""A home with a battery and two parts that have meters, each with a curve of its own."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import Phone
from tests.browser.pretend_home import PretendHome, pretend_home
from tests.browser.test_every_screen import AXE, SMALL, WIDTH
from tests.variant import apart_from, variant

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAMES = ("mains", "roof", "battery", "heat pump", "car")
LEGENDS = {
    "en-GB": ["home", "own solar", "from battery", "bought", "charged", "sold"],
    "fi-FI": ["koti", "omaa aurinkoa", "akusta", "ostettu", "ladattu", "myyty"],
}


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PretendHome]:
    folder = tmp_path_factory.mktemp("battery")
    async with pretend_home(folder, names=NAMES, booked=[("2026-04-20", "2026-04-23")]) as home:
        yield home


async def test_the_battery_stands_in_the_flow_and_leads_to_its_own_curve(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone()
    await page.goto(home.url)
    first = page.locator(".first")
    await expect(first.get_by_text("charging", exact=True)).to_be_visible()
    await expect(first.get_by_text("own power").last).to_be_visible()
    await expect(first.locator(".down svg")).to_be_visible()
    await first.get_by_role("link", name="Battery").click()
    await expect(page).to_have_url(re.compile("/history/today/battery$"))
    await expect(page.get_by_role("button", name="Battery", pressed=True)).to_be_visible()


@pytest.mark.parametrize("locale", apart_from(LEGENDS, ["fi-FI"]))
async def test_the_legend_names_each_part_in_the_chart(
    phone: Phone, home: PretendHome, locale: str
) -> None:
    page = await phone(320, 640, locale=locale)
    for period in ("2026-04-22", "2026-W17"):
        await page.goto(f"{home.url}/history/{period}")
        marks = page.locator(".legend .mark:not(.dispensable)")
        await expect(marks).to_have_text(LEGENDS[locale])
        for mark in await marks.all():
            await expect(mark).to_be_in_viewport()


@pytest.mark.parametrize(
    ("width", "height"), [(320, 640), variant(360, 740), variant(375, 667), (390, 844)]
)
async def test_the_chart_comes_first_where_a_phone_has_no_room_for_both(
    phone: Phone, home: PretendHome, width: int, height: int
) -> None:
    """All of it, and what was used; the title is one line."""
    page = await phone(width, height)
    for period in ("2026-04-22", "2026-04"):
        await page.goto(f"{home.url}/history/{period}")
        await expect(page.locator(".stage svg text").first).to_be_visible()
        assert await page.evaluate(PLACES) == [], (width, period)
        # Whoever has no eyes or no finger for it meets them in the same order.
        order = "[...document.querySelectorAll('.stage, .row')].map(one => one.className)"
        assert "stage" in (await page.evaluate(order))[0]


PLACES = """() => {
  const box = name => document.querySelector(name).getBoundingClientRect();
  const floor = box('.switch').top;
  const [chart, used, title] = [box('.stage'), box('.row .bar'), box('h1 span')];
  const [small, other] = [...document.querySelectorAll('.row.small')]
    .map(row => row.getBoundingClientRect());
  const faults = [];
  if (chart.bottom > floor) faults.push('the chart is cut');
  if (used.bottom > floor) faults.push('what was used is cut');
  if (chart.height < 220) faults.push(`the chart is ${chart.height} high`);
  if (title.height > 36) faults.push('the title is broken');
  if (small.height > 32 || other.height > 32) faults.push('a small total is broken');
  return faults;
}"""


async def test_a_part_of_the_home_has_its_share_and_its_own_address(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone()
    await page.goto(f"{home.url}/history/2026-04-22")
    parts = page.get_by_role("region", name="Parts of the home").get_by_role("listitem")
    await expect(parts).to_contain_text(["Heat pump", "Car", "Other"])
    await expect(parts.first).to_contain_text("36%")
    await page.get_by_role("link", name="Heat pump").click()
    await expect(page).to_have_url(re.compile("/history/2026-04-22/load/heat%20pump/$"))
    await page.reload()
    await expect(page.locator(".legend")).to_contain_text("heat pump")
    await page.get_by_role("button", name="All", exact=True).first.click()
    await expect(page).to_have_url(re.compile("/history/2026-04-22$"))


@pytest.mark.parametrize(
    "path", ["/", variant("/history/2026-04-22"), "/history/2026-04-22/battery"]
)
async def test_nothing_of_it_is_too_wide_or_too_small_or_without_words(
    phone: Phone, home: PretendHome, path: str
) -> None:
    page = await phone(320, 640, locale="fi-FI", color_scheme="dark", bypass_csp=True)
    await page.goto(home.url + path)
    await expect(page.locator(".value").first).to_be_visible()
    assert await page.evaluate(WIDTH) <= 320
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [violation["id"] for violation in found["violations"]] == []
    assert await page.evaluate(SMALL) == []


async def test_its_file_has_the_battery_and_the_parts(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    answer = await page.request.get(f"{home.url}/api/v1/energy/2026-04-22.csv")
    header = (await answer.text()).splitlines()[0]
    assert "discharged_wh,charged_wh" in header
    assert "consumed_wh heat pump" in header
