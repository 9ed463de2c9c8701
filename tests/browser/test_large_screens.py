"""Each size of screen is designed, not stretched; mouse and keyboard are as good as touch."""

import itertools
import re

import pytest
from playwright.async_api import FloatRect, Locator, expect

from tests.browser.conftest import Phone
from tests.browser.pretend_home import PretendHome
from tests.browser.test_every_screen import SMALL
from tests.variant import variant

pytestmark = pytest.mark.asyncio(loop_scope="session")

SIZES = [(390, 844), (820, 1180), (1180, 820), (1440, 900)]
AREAS = """[...document.querySelectorAll('.stage, .totals, .facts section, .facts dl')]
  .map(one => [one.className, one.getBoundingClientRect()])
  .map(([name, { width, height }]) => [name.split(' ')[0], width * height])"""
FILLS = """() => {
  const { left, right } = document.querySelector('.stage').getBoundingClientRect();
  const room = document.querySelector('.room').parentElement.getBoundingClientRect();
  return document.documentElement.scrollWidth <= innerWidth && right <= innerWidth
    && Math.abs(right - left - room.width) < 2;
}"""
"""Whether the chart is as wide as its place, and that no wider than the screen. A function: an
expression is compiled anew at each look, which the page's policy forbids from the second one on.
"""
TABLET_CHART_PX = 700
LEAST_FILLED = 0.75
MOST_OF_MINUTES_PX = 180


async def box(one: Locator) -> FloatRect:
    found = await one.bounding_box()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("width", "height", "period"),
    [
        (*size, period) if at % len(SIZES) == place else variant(*size, period)
        for at, period in enumerate(("2026-04-22", "2026-W16", "2026-04", "2026"))
        for place, size in enumerate(SIZES)
    ],
)
async def test_the_chart_is_the_largest_thing_on_history(
    phone: Phone, home: PretendHome, width: int, height: int, period: str
) -> None:
    page = await phone(width, height)
    await page.goto(f"{home.url}/history/{period}")
    await expect(page.locator(".stage")).to_be_visible()
    await expect(page.locator(".books")).to_be_visible()
    areas = await page.evaluate(AREAS)
    largest = max(areas, key=lambda each: each[1])
    assert largest[0] == "stage", areas


async def test_a_tablet_upright_has_a_chart_as_wide_as_itself(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone(820, 1180)
    for path in ("/", "/history/2026-04-22", "/history/2026-04"):
        await page.goto(home.url + path)
        chart = page.locator(".stage")
        await expect(chart).to_be_visible()
        assert (await box(chart))["width"] >= TABLET_CHART_PX, path


@pytest.mark.parametrize("path", ["/", "/history/2026-04-22"])
async def test_a_tablet_that_is_turned_has_a_chart_of_its_new_width(
    phone: Phone, home: PretendHome, path: str
) -> None:
    # A phone would zoom out, and call the screen as wide as what runs over it.
    page = await phone(820, 1180, is_mobile=False)
    await page.goto(home.url + path)
    await expect(page.locator(".stage")).to_be_visible()
    for width, height in ((1180, 820), (820, 1180), (1080, 820)):
        await page.set_viewport_size({"width": width, "height": height})
        await page.wait_for_function(FILLS)


@pytest.mark.parametrize(("width", "height"), [(1180, 820), (1440, 900)])
async def test_on_a_desk_todays_curve_stands_beside_the_flow(
    phone: Phone, home: PretendHome, width: int, height: int
) -> None:
    page = await phone(width, height, is_mobile=False, has_touch=False)
    await page.goto(home.url)
    curve = page.locator(".stage")
    await expect(curve).to_be_visible()
    flow = await box(page.locator(".nodes"))
    beside = await box(curve)
    assert beside["x"] > flow["x"] + flow["width"]
    assert beside["width"] > flow["width"]
    await expect(page.locator("#phases")).to_be_in_viewport(ratio=1)


async def test_on_a_desk_totals_stand_beside_the_chart_and_the_year_can_be_jumped_through(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone(1440, 900, is_mobile=False, has_touch=False)
    await page.goto(f"{home.url}/history/2026-04-22")
    totals = await box(page.locator(".totals"))
    chart = await box(page.locator(".stage"))
    assert chart["x"] > totals["x"] + totals["width"]
    months = page.get_by_role("navigation", name="Months of 2026")
    await months.get_by_role("link", name=re.compile("^March: ")).click()
    await expect(page.locator("h1")).to_contain_text("March 2026")


@pytest.mark.parametrize(("width", "height"), SIZES[1:])
async def test_settings_take_the_height_of_the_screen(
    phone: Phone, home: PretendHome, width: int, height: int
) -> None:
    page = await phone(width, height, is_mobile=False, has_touch=False)
    await page.goto(f"{home.url}/settings")
    await expect(page.locator("#cost")).to_be_visible()
    lowest = await page.evaluate(
        "Math.max(...[...document.querySelectorAll('.groups section')]"
        ".map(one => one.getBoundingClientRect().bottom)) + scrollY"
    )
    assert lowest >= height * LEAST_FILLED, lowest


@pytest.mark.parametrize(
    ("width", "height"),
    [(320, 640), *itertools.starmap(variant, [*SIZES, (1280, 800), (1600, 900)]), (1920, 1080)],
)
async def test_every_day_of_the_calendar_can_be_met_by_a_finger(
    phone: Phone, home: PretendHome, width: int, height: int
) -> None:
    page = await phone(width, height)
    await page.goto(f"{home.url}/meters")
    await expect(page.locator("a.cell").first).to_be_visible()
    assert await page.evaluate(SMALL) == []


@pytest.mark.parametrize(("width", "height"), [(1180, 820), (1440, 900)])
async def test_the_last_minutes_take_no_more_than_they_say(
    phone: Phone, home: PretendHome, width: int, height: int
) -> None:
    page = await phone(width, height, is_mobile=False, has_touch=False)
    await page.goto(home.url)
    await expect(page.locator(".stage")).to_be_visible()
    assert (await box(page.locator(".spark")))["height"] <= MOST_OF_MINUTES_PX


async def test_a_mouse_reads_what_lies_under_it_and_lets_it_go(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone(1440, 900, is_mobile=False, has_touch=False)
    await page.goto(f"{home.url}/history/2026-04-21")
    chart = await box(page.locator(".stage"))
    legend = page.locator(".legend")
    await page.mouse.move(chart["x"] + chart["width"] / 2, chart["y"] + chart["height"] / 2)
    await expect(legend).to_contain_text("12:")
    await expect(legend).to_contain_text("kW")
    await page.mouse.move(chart["x"] - 20, chart["y"] - 60)
    await expect(legend).not_to_contain_text("kW")


async def test_arrows_page_where_nothing_is_read(phone: Phone, home: PretendHome) -> None:
    page = await phone(1440, 900, is_mobile=False, has_touch=False)
    await page.goto(f"{home.url}/history/2026-04-22")
    await expect(page.locator(".stage")).to_be_visible()
    await page.keyboard.press("ArrowLeft")
    await expect(page).to_have_url(f"{home.url}/history/2026-04-21")
    await expect(page.locator(".stage")).to_be_visible()
    await page.keyboard.press("ArrowRight")
    await expect(page).to_have_url(f"{home.url}/history/2026-04-22")
