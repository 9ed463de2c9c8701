"""Whatever the language and the phone: nothing is cut, wraps where it should not, or jumps."""

import asyncio
import re
from itertools import pairwise

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.conftest import Phone
from tests.browser.pretend_home import PretendHome
from tests.variant import variant

pytestmark = pytest.mark.asyncio(loop_scope="session")

CUT = """[...document.querySelectorAll(`h1, h1 span, header p, .head span:not(.icon), .parts span,
    .books span, .legend .mark, .segments .long, .segments button`)]
  .filter(one => getComputedStyle(one).display !== 'inline' && one.offsetWidth > 1)
  .filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
  .map(one => `${one.className || one.tagName}: ${one.textContent.trim()}`)"""
ROOM = """[...document.querySelectorAll('.segments button')].map(button => {
  const text = document.createRange();
  text.selectNodeContents(button.querySelector('.long'));
  return (button.clientWidth - text.getBoundingClientRect().width) / 2;
})"""
"""px between a name and the edge of its segment."""
EDGES = """selectors => selectors.map(selector => {
  const text = document.createRange();
  text.selectNodeContents(document.querySelector(selector));
  const { top, bottom } = text.getBoundingClientRect();
  return { top, bottom };
})"""
LINES = """selector => [...document.querySelectorAll(selector)].map(row =>
  Math.round(row.getBoundingClientRect().height))"""
PLACES = """[...document.querySelectorAll('.segments button')].map(button =>
  Math.round(button.getBoundingClientRect().left))"""
PHONES = [
    variant(390, 844, "fi-FI"),
    variant(390, 844, "en-GB"),
    variant(360, 740, "fi-FI"),
    variant(360, 740, "en-GB"),
    (320, 640, "fi-FI"),
]


async def shown(page: Page, home: PretendHome, period: str) -> None:
    await page.goto(f"{home.url}/history/{period}")
    await expect(page.locator(".books")).to_be_visible()


@pytest.mark.parametrize(("width", "height", "locale"), PHONES)
async def test_history_fits(
    phone: Phone, home: PretendHome, width: int, height: int, locale: str
) -> None:
    page = await phone(width, height, locale=locale)
    for period in ("2025-10", "2025-10-26", "2025-W43", "2026-04", "today", "this-week", "2026"):
        await shown(page, home, period)
        assert await page.evaluate(CUT) == [], period
        heads = await page.evaluate(LINES, ".head")
        assert heads[0] == heads[1], (period, heads)
        title, under = await page.evaluate(EDGES, ["h1 span", "header p"])
        assert title["bottom"] <= under["top"] + 1, period
        (legend,) = await page.evaluate(LINES, ".legend")
        assert legend == 20, period
        assert min(await page.evaluate(ROOM)) >= 1.5, period


TITLE = """[...document.querySelectorAll('h1 span')].filter(one => one.offsetWidth > 1).map(one => {
  const text = document.createRange();
  text.selectNodeContents(one);
  const tops = [...text.getClientRects()].map(({ top }) => Math.round(top));
  const room = document.querySelector('h1').getBoundingClientRect();
  return [new Set(tops).size, one.getBoundingClientRect().right <= room.right + 1];
})"""
"""Of the title that is seen: how many lines it takes, and whether it ends in its place."""


@pytest.mark.parametrize("width", [320, variant(360), variant(375), variant(390)])
@pytest.mark.parametrize("locale", ["fi-FI", variant("en-GB")])
async def test_a_title_takes_one_line(
    phone: Phone, home: PretendHome, width: int, locale: str
) -> None:
    page = await phone(width, 700, locale=locale)
    months = [f"2025-{month:02}" for month in (1, 3, 6, 9, 11)]
    for period in (*months, "2026-04", "2025-09-24", "2026-04-21", "2025-W43", "2025"):
        await shown(page, home, period)
        assert await page.evaluate(TITLE) == [[1, True]], period
    # Nothing is left out where there is room: the running month has no way to today.
    await shown(page, home, "2026-04")
    await expect(page.locator("h1 i")).to_be_visible()


ON_BARS = """[...document.querySelectorAll('svg')].flatMap(svg => {
  const zero = svg.querySelector('.rule')?.getBoundingClientRect();
  return [...svg.querySelectorAll('.axis')]
    .filter(one => one.getBoundingClientRect().left < zero.right)
    .map(one => one.textContent);
})"""
"""What stands beside a chart and reaches into it."""


@pytest.mark.parametrize("locale", ["fi-FI", variant("en-GB")])
async def test_what_stands_beside_a_chart_lies_on_none_of_its_bars(
    phone: Phone, home: PretendHome, locale: str
) -> None:
    page = await phone(locale=locale)
    for period in ("2025-10", "2026-04", "2026", "2026-04-22"):
        await shown(page, home, period)
        await expect(page.locator(".stage .axis").first).to_be_visible()
        assert await page.evaluate(ON_BARS) == [], period
    await shown(page, home, "2026-04")
    await expect(page.locator(".stage .below")).to_have_text(
        "myyty" if locale == "fi-FI" else "sold"
    )


async def test_the_comparison_stands_beside_the_total(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    for period, name in (("2026-04-22", "Tue"), ("2026-04-21", "Mon")):
        await shown(page, home, period)
        before = page.locator(".aside .before").first
        await expect(before).to_contain_text(name)
        total = await page.locator(".total").first.bounding_box()
        beside = await before.bounding_box()
        assert total is not None
        assert beside is not None
        assert total["y"] <= beside["y"] + beside["height"] / 2 <= total["y"] + total["height"]


@pytest.mark.parametrize(
    ("period", "said"),
    [
        ("2026-04-22", r"Tue \d"),
        ("2026-04-21", r"Mon \d"),
    ],
)
async def test_the_comparison_says_what_it_is_of(
    phone: Phone, home: PretendHome, period: str, said: str
) -> None:
    page = await phone()
    await shown(page, home, period)
    before = page.locator(".aside .before")
    await expect(before).to_have_count(2)
    text = " ".join((await before.first.inner_text()).split())
    assert re.match(said, text), text


async def test_nothing_is_compared_with_a_day_that_lacks_more_than_a_twentieth(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone()
    # 45 minutes of Wednesday's 13 hours and 45 minutes.
    await shown(page, home, "2026-04-23")
    await expect(page.locator("svg .before")).not_to_have_attribute("d", "")
    await expect(page.locator(".aside .before")).to_have_count(0)


@pytest.mark.parametrize(
    ("period", "word"),
    [
        ("this-week", "today"),
        variant("this-month", "today"),
        variant("this-year", "this month"),
        variant("all", "year"),
    ],
)
@pytest.mark.parametrize("locale", ["en-GB", variant("fi-FI")])
async def test_the_running_bar_says_so(
    phone: Phone, home: PretendHome, period: str, word: str, locale: str
) -> None:
    page = await phone(locale=locale)
    await shown(page, home, period)
    said = page.locator(".stage svg text:not(.axis, .hour)")
    await expect(said).to_be_visible()
    if locale == "en-GB":
        await expect(said).to_contain_text(f"{word}")
    chart, place = await page.locator(".stage svg").bounding_box(), await said.bounding_box()
    assert chart is not None
    assert place is not None
    assert chart["x"] - 1 <= place["x"]
    assert place["x"] + place["width"] <= chart["x"] + chart["width"] + 1
    assert chart["y"] <= place["y"]


async def test_hours_of_a_part_of_the_day_stand_apart(phone: Phone, home: PretendHome) -> None:
    page = await phone(is_mobile=False, has_touch=False)
    await shown(page, home, "2026-04-21")
    await page.locator(".stage").focus()
    for _ in range(4):
        await page.keyboard.press("+")
        edges = await page.evaluate(
            """[...document.querySelectorAll('svg .hour')].map(one => {
              const { left, right } = one.getBoundingClientRect();
              return [left, right];
            })"""
        )
        assert len(edges) >= 2
        assert all(later[0] - one[1] >= 2 for one, later in pairwise(edges)), edges


async def test_a_week_a_year_and_all_years(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    for period, title, under, bars in (
        ("2026-W13", "Week 13", "23–29 Mar", ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]),
        ("2026", "2026", "so far, until 23 Apr 13:", list("JFMAMJJASOND")),
        ("all", "All years", "since 25 October 2025", ["2025", "2026"]),
    ):
        await shown(page, home, period)
        await expect(page.locator("h1")).to_contain_text(title)
        await expect(page.locator("header p")).to_contain_text(under)
        await expect(page.locator("svg .hour")).to_have_text(bars)
        await expect(page.locator(".total .unit").first).to_have_text("kWh")


async def test_what_was_never_booked_has_a_screen(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    for period in ("2025-09", "2025-09-10", "2025-W30", "2024"):
        await shown(page, home, period)
        await expect(page.locator(".books p")).to_have_text("Nothing was booked then.")
        await expect(page.locator(".value").first).to_have_text("–")
        await expect(page.locator(".stage svg")).to_be_visible()


async def test_choosing_a_length_moves_no_other(phone: Phone, home: PretendHome) -> None:
    page = await phone(locale="fi-FI")
    await shown(page, home, "2026-04-21")
    places = await page.evaluate(PLACES)
    for name in ("Viikko", "Kuukausi", "Vuosi", "Kaikki"):
        await page.get_by_role("button", name=name, exact=True).tap()
        await expect(page.get_by_role("button", name=name, exact=True)).to_have_attribute(
            "aria-pressed", "true"
        )
        assert await page.evaluate(PLACES) == places


async def test_on_its_side_now_needs_no_scrolling(phone: Phone, home: PretendHome) -> None:
    page = await phone(844, 390)
    await page.goto(home.url)
    await expect(page.locator("main header")).to_contain_text("Live")
    await expect(page.locator("#phases")).to_be_in_viewport(ratio=1)
    await expect(page.locator(".spark")).to_be_in_viewport(ratio=1)


MOVED = """new Promise(done => {
  const moved = [];
  new PerformanceObserver(list => moved.push(...list.getEntries().map(each => each.value)))
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => done(moved.reduce((sum, each) => sum + each, 0)), 300);
})"""
LEAST_MOVED = 0.02
"""As Chromium counts it: the share of the screen that moved, times how far."""


OVERLAPPING = """() => {
  const boxes = [...document.querySelectorAll('.texts dd:not(.word), .texts .share dd')]
    .map(one => {
      const range = document.createRange();
      range.selectNodeContents(one);
      return [one.textContent.trim(), range.getBoundingClientRect()];
    })
    .filter(([text, box]) => text && box.width);
  return boxes.flatMap(([text, a], i) => boxes.slice(i + 1)
    .filter(([, b]) => Math.min(a.right, b.right) > Math.max(a.left, b.left) + 1
      && Math.min(a.bottom, b.bottom) > Math.max(a.top, b.top) + 4)
    .map(([other]) => `${text} on ${other}`));
}"""


@pytest.mark.parametrize(
    ("width", "height"), [variant(740, 360), (667, 375), (320, 640), variant(360, 740)]
)
async def test_what_flows_is_told_beside_one_another(
    phone: Phone, home: PretendHome, width: int, height: int
) -> None:
    page = await phone(width, height, locale="fi-FI")
    await page.goto(home.url)
    await expect(page.locator(".texts .value").first).to_be_visible()
    assert await page.evaluate(OVERLAPPING) == []
    # In one row, not one below the other.
    names = page.locator(".texts dt:not(.unseen)")
    tops = await names.evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
    assert len({*tops}) == 1


@pytest.mark.parametrize("locale", ["fi-FI", variant("en-GB")])
async def test_values_that_arrive_move_nothing(
    phone: Phone, home: PretendHome, locale: str
) -> None:
    page = await phone(320, 640, locale=locale)
    await page.goto(home.url)
    await expect(page.locator("main header")).to_contain_text(re.compile("Live|Reaaliajassa"))
    await expect(page.locator(".total .value").first).to_have_text(re.compile(r"\d"))
    assert await page.evaluate(MOVED) <= LEAST_MOVED


PAINTED_BETWEEN = """(() => {
  const later = setTimeout;
  globalThis.setTimeout = (call, ms, ...values) => ms
    ? later(call, ms, ...values)
    : requestAnimationFrame(() => requestAnimationFrame(() => call(...values)));
})()"""
"""What takes turns is seen in between, as on a phone with other things to do."""


@pytest.mark.parametrize("is_late", [False, True])
async def test_parts_of_history_that_arrive_move_nothing(
    phone: Phone, home: PretendHome, *, is_late: bool
) -> None:
    page = await phone(service_workers="block")
    await page.add_init_script(PAINTED_BETWEEN)
    drawn = asyncio.Event()

    async def hold(route: Route) -> None:
        async with asyncio.timeout(300):
            await drawn.wait()
        await route.continue_()

    if is_late:
        await page.route("**/api/v1/energy/**", hold)
    await page.goto(f"{home.url}/history/2026-04-21")
    await expect(page.locator(".segments")).to_be_visible()
    drawn.set()
    await expect(page.locator(".stage")).to_be_visible()
    await expect(page.locator(".aside .before")).to_have_count(2)
    assert await page.evaluate(MOVED) <= LEAST_MOVED


async def test_today_leads_to_its_history(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    await page.goto(home.url)
    await page.locator("#today a").tap()
    await expect(page).to_have_url(f"{home.url}/history")
    await expect(page.locator("h1")).to_contain_text("Thu 23 Apr")
