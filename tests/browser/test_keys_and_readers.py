"""Without touch, without eyes, without motion: keys, a table, a sentence, and what stands still."""

import asyncio
import re

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import Phone
from tests.browser.pretend_home import PretendHome
from tests.variant import variant

pytestmark = pytest.mark.asyncio(loop_scope="session")

MOVING = """document.getAnimations().filter(({playState, effect}) =>
  playState === 'running' && effect.getTiming().iterations === Infinity)"""
PACES = f"{MOVING}.map(one => one.playbackRate)"
"""Of the lines that flow, in periods of the chevrons a second."""
COUNTED = """(() => {
  window.moved = 0;
  const animate = Element.prototype.animate;
  Element.prototype.animate = function (...how) {
    window.moved += 1;
    return animate.apply(this, how);
  };
  addEventListener('transitionstart', () => { window.moved += 1; }, true);
})()"""


async def test_a_day_is_read_with_arrow_keys(phone: Phone, home: PretendHome) -> None:
    page = await phone(is_mobile=False, has_touch=False)
    await page.goto(f"{home.url}/history/2026-04-21")
    chart = page.locator(".stage")
    legend = page.locator(".legend")
    await expect(legend).to_contain_text("own solar")
    await chart.focus()
    await page.keyboard.press("ArrowRight")
    await expect(legend).to_contain_text(re.compile(r"00:00–00:15\s*home\s*0\.\d\d"))
    await page.keyboard.press("ArrowRight")
    await expect(legend.locator("b").first).to_have_text("00:15–00:30")
    await page.keyboard.press("ArrowLeft")
    await expect(legend.locator("b").first).to_have_text("00:00–00:15")
    await page.keyboard.press("+")
    await expect(page.get_by_role("button", name="Whole day")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Whole day")).to_have_count(0)
    await expect(legend).to_contain_text("own solar")


async def test_page_keys_lead_to_neighbours_and_enter_into_a_bar(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone(is_mobile=False, has_touch=False)
    await page.goto(f"{home.url}/history/2026-04")
    chart = page.locator(".stage")
    await chart.focus()
    await page.keyboard.press("PageUp")
    await expect(page.locator("caption")).to_have_text("March 2026")
    await page.keyboard.press("PageDown")
    await expect(page.locator("h1")).to_contain_text("April 2026")
    await page.keyboard.press("ArrowLeft")
    await expect(page.locator(".legend b").first).to_have_text("Thu 23 Apr")
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_contain_text("Wed 22 Apr")


async def test_the_keyboard_keeps_its_place(phone: Phone, home: PretendHome) -> None:
    page = await phone(is_mobile=False, has_touch=False)
    await page.goto(f"{home.url}/history/2026-04-16")
    chart = page.locator(".stage")
    await chart.focus()
    await page.keyboard.press("PageUp")
    await expect(page.locator("h1")).to_contain_text("Wed 15 Apr")
    await expect(chart).to_be_focused()
    month = page.get_by_role("button", name="Month")
    await month.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("caption")).to_have_text("April 2026")
    await expect(month).to_be_focused()
    await chart.focus()
    await page.keyboard.press("Home")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await expect(page.locator("caption")).to_contain_text("2 Apr")
    await expect(chart).to_be_focused()
    await page.keyboard.press("+")
    whole = page.get_by_role("button", name="Whole day")
    await whole.focus()
    await page.keyboard.press("Enter")
    await expect(whole).to_have_count(0)
    await expect(chart).to_be_focused()


PLACE = """(() => {
  const seen = one => one && one !== document.documentElement
    ? Number(getComputedStyle(one).opacity) * seen(one.parentElement) : 1;
  const at = document.activeElement;
  // What the browser draws over a row has its ring around the words below it.
  const ringed = at.tagName === 'SELECT' ? at.previousElementSibling : at;
  const { outlineStyle, outlineWidth } = getComputedStyle(ringed);
  const name = at.ariaLabel ?? at.textContent;
  return [at.tagName, name.trim(), outlineStyle, outlineWidth, seen(ringed)];
})()"""
"""What the keyboard is at, how that is ringed, and how much of the ring is seen."""
MOST_STEPS = 80


@pytest.mark.parametrize(
    "path", [*map(variant, ("/", "/history", "/meters")), "/history/2026-04", "/settings"]
)
async def test_the_keyboard_s_place_is_seen_wherever_it_goes(
    phone: Phone, home: PretendHome, path: str
) -> None:
    page = await phone(1180, 820, is_mobile=False, has_touch=False)
    await page.goto(home.url + path)
    last = page.get_by_role("navigation", name="Screens").get_by_role("link", name="Settings")
    await expect(last).to_be_visible()
    if path.startswith("/history"):
        await expect(page.locator(".stage")).to_be_visible()
    for _ in range(MOST_STEPS):
        await page.keyboard.press("Tab")
        tag, name, style, width, seen = await page.evaluate(PLACE)
        assert (style, width, seen) == ("solid", "2px", 1), (tag, name)
        if tag == "A" and name == "Settings":
            return
    pytest.fail("the keyboard comes to no end")


async def test_the_last_period_takes_no_place_from_the_keyboard(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone(is_mobile=False, has_touch=False)
    await page.goto(f"{home.url}/history/2026-04-22")
    following = page.get_by_role("button", name="Next period")
    await expect(following).to_be_enabled()  # once it is known that there is one
    await following.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("header p")).to_contain_text("so far")
    await expect(following).to_be_disabled()
    await expect(following).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_contain_text("Thu 23 Apr")


async def test_a_month_s_sentence_says_what_is_missing(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    await page.goto(f"{home.url}/history/2026-04")
    await expect(page.get_by_role("application")).to_have_accessible_name(
        re.compile(r"18.d 1.h missing\.")
    )


async def test_a_chart_has_a_sentence_and_a_table(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    await page.goto(f"{home.url}/history/2026-04-22")
    chart = page.get_by_role("application")
    await expect(chart).to_have_accessible_name(
        re.compile(
            r"Wed 22 Apr: used [\d.]+.kWh, produced [\d.]+.kWh\. "
            r"The home peaked at [\d.]+.kW at \d\d:\d\d\. 45.min missing\."
        )
    )
    rows = page.get_by_role("table").get_by_role("row")
    await expect(rows).to_have_count(97)
    await expect(rows.first).to_have_text(re.compile(r"Time\s*Used\s*Produced\s*Bought\s*Sold"))
    await expect(rows.nth(1)).to_contain_text(re.compile(r"00:00\s*\d+ Wh"))
    cells = await page.locator(".unseen td").all_text_contents()
    assert {cell.rpartition(" ")[2] for cell in cells if cell[0].isdigit()} == {"Wh"}
    gap = page.get_by_role("row").filter(has_text="09:15")
    await expect(gap).to_contain_text("no data")


@pytest.mark.parametrize(
    ("locale", "heads"),
    [
        variant("en-GB", ["Phase", "Power, W", "Voltage, V", "Current, A", "Power factor"]),
        ("fi-FI", ["Vaihe", "Teho, W", "Jännite, V", "Virta, A", "Tehokerroin"]),
    ],
)
async def test_each_column_of_a_meter_s_phases_has_its_unit_in_its_head(
    phone: Phone, home: PretendHome, locale: str, heads: list[str]
) -> None:
    page = await phone(locale=locale)
    await page.goto(f"{home.url}/meters")
    for name in ("Mains", "Roof"):
        table = page.get_by_role("region", name=name).get_by_role("table")
        await expect(table.get_by_role("columnheader")).to_have_text(heads)
        cells = await table.locator("tbody td:first-of-type").all_inner_texts()
        # Whole watts, as the head says.
        assert all(re.fullmatch(r"[+−]?\d+", cell) for cell in cells), cells
    setting = await phone(locale=locale)
    await setting.goto(f"{home.url}/settings")
    units = setting.get_by_label(re.compile("Units|Yksiköt"))
    await units.select_option("kilo")
    await setting.goto(f"{home.url}/meters")
    table = setting.get_by_role("region", name="Mains").get_by_role("table")
    await expect(table.get_by_role("columnheader").nth(1)).to_have_text(heads[1].replace("W", "kW"))


async def test_the_lines_flow_at_the_pace_of_the_power(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    await page.goto(home.url)
    await expect(page.locator("main header")).to_contain_text("Live")
    await page.wait_for_selector(".train")
    solar, grid = await page.evaluate(PACES)
    # 12 + 18 x sqrt(kW) px/s over chevrons 16 px apart; it produces more than it sells.
    assert solar > grid > 12 / 16
    assert solar < (12 + 18 * 4**0.5) / 16


async def test_nothing_moves_where_that_is_asked_for(phone: Phone, home: PretendHome) -> None:
    page = await phone(reduced_motion="reduce")
    await page.add_init_script(COUNTED)
    await page.goto(home.url)
    await expect(page.locator("main header")).to_contain_text("Live")
    await expect(page.locator(".train").first).to_be_visible()
    assert await page.evaluate(MOVING) == []
    await page.get_by_role("link", name="History").tap()
    await page.get_by_role("button", name="Previous period").tap()
    await expect(page.locator("h1")).to_contain_text("Wed 22 Apr")
    await page.get_by_role("link", name="Meters").tap()
    await page.get_by_role("button", name=re.compile("Mains")).tap()
    await expect(page.get_by_text("Last minute booked")).to_be_visible()
    assert await page.evaluate("window.moved") == 0


async def test_the_same_ways_move_where_it_is_not(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    await page.add_init_script(COUNTED)
    await page.goto(f"{home.url}/history/2026-04-22")
    await expect(page.locator(".stage")).to_be_visible()
    await page.get_by_role("button", name="Previous period").tap()
    await expect(page.locator("h1")).to_contain_text("Tue 21 Apr")
    await page.wait_for_function("() => window.moved > 0")


async def test_a_chart_whose_answer_comes_late_comes_in_as_well(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone(service_workers="block")
    may_come = asyncio.Event()

    async def late(route: Route) -> None:
        await may_come.wait()
        await route.continue_()

    await page.route("**/energy/2026-04-21*", late)
    await page.add_init_script(COUNTED)
    await page.goto(f"{home.url}/history/2026-04-22")
    await expect(page.locator(".stage")).to_be_visible()
    await page.get_by_role("button", name="Previous period").tap()
    await expect(page.locator("h1")).to_contain_text("Tue 21 Apr")
    await expect(page.locator(".stage")).to_be_hidden()
    before = await page.evaluate("window.moved")
    may_come.set()
    await page.wait_for_function(f"() => window.moved > {before}")
