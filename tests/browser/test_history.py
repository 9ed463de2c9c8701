"""History under a finger: swipe, hold, pinch, tap; days of 23 and 25 hours; what is not booked."""

import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Phone
from tests.browser.hand import Hand
from tests.browser.pretend_home import PretendHome

pytestmark = pytest.mark.asyncio(loop_scope="session")

HandOn = Callable[[Page], Awaitable[Hand]]
MIDDLE = 500.0
TURN = """arrow => new Promise(resolve => {
  const title = document.querySelector('h1');
  const chart = document.querySelector('.stage svg');
  const before = [title.textContent, chart.innerHTML];
  document.querySelectorAll('.arrow')[arrow].click();
  let frames = 0;
  const look = () => {
    frames += 1;
    if (title.textContent !== before[0] && chart.innerHTML !== before[1]) resolve(frames);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""
"""Taps the arrow back (0) or on (1): in which frame after it another title and chart are drawn."""


async def opened(page: Page, home: PretendHome, period: str) -> None:
    await page.goto(f"{home.url}/history/{period}")
    await expect(page.locator(".stage")).to_be_visible()


async def test_a_swipe_leads_to_the_neighbours_and_the_address_follows(
    phone: Phone, home: PretendHome, hand_on: HandOn
) -> None:
    page = await phone()
    await opened(page, home, "2026-04-22")
    hand = await hand_on(page)
    await hand.swipe((80, MIDDLE), 310)
    await expect(page).to_have_url(f"{home.url}/history/2026-04-21")
    await expect(page.locator("h1")).to_contain_text("Tue 21 Apr")
    # There is no way on before the answer that says what lies there.
    await expect(page.locator(".stage")).to_be_visible()
    await hand.swipe((310, MIDDLE), 80)
    await expect(page.locator("h1")).to_contain_text("Wed 22 Apr")
    await page.reload()
    await expect(page.locator("h1")).to_contain_text("Wed 22 Apr")


async def test_a_held_finger_reads_values_and_lets_them_go(
    phone: Phone, home: PretendHome, hand_on: HandOn
) -> None:
    page = await phone()
    await opened(page, home, "2026-04-21")
    hand = await hand_on(page)
    legend = page.locator(".legend")
    await expect(legend).to_contain_text("own solar")
    await hand.down((190, MIDDLE))
    await expect(legend).to_contain_text(
        re.compile(r"1\d:\d\d–1\d:\d\d\s*home\s*\d\.\d\d\s*solar\s*\d\.\d\d.*kW")
    )
    await hand.up()
    await expect(legend).to_contain_text("own solar")


async def test_a_pinch_shows_minutes_and_whole_day_leads_back(
    phone: Phone, home: PretendHome, hand_on: HandOn
) -> None:
    page = await phone()
    await opened(page, home, "2026-04-21")
    hand = await hand_on(page)
    async with page.expect_response(re.compile("resolution=minute")) as answer:
        await hand.spread((190, MIDDLE), 40, 300)
    assert (await answer.value).ok
    await hand.down((190, MIDDLE))
    await expect(page.locator(".legend b").first).to_have_text(re.compile(r"^\d\d:\d\d$"))
    await hand.up()
    await page.get_by_role("button", name="Whole day").tap()
    await expect(page.get_by_role("button", name="Whole day")).to_have_count(0)
    await expect(page.locator("svg .hour").last).to_have_text("24")


async def test_a_tapped_bar_opens_its_day_and_back_leads_back(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone()
    await opened(page, home, "2026-04")
    await expect(page.locator("h1")).to_contain_text("April 2026")
    box = await page.locator(".stage").bounding_box()
    assert box is not None
    await page.touchscreen.tap(box["x"] + (box["width"] - 30) * 20.5 / 30, MIDDLE)
    await expect(page.locator("h1")).to_contain_text("Tue 21 Apr")
    await page.go_back()
    await expect(page.locator("h1")).to_contain_text("April 2026")


@pytest.mark.parametrize(
    ("day", "title", "quarters", "hours"),
    [("2026-03-29", "Sun 29 Mar", 92, 23), ("2025-10-26", "Sun 26 Oct 2025", 100, 25)],
)
async def test_a_day_of_another_length_keeps_its_true_spacing(
    phone: Phone, home: PretendHome, day: str, title: str, quarters: int, hours: int
) -> None:
    page = await phone()
    await opened(page, home, day)
    await expect(page.locator("h1")).to_contain_text(title)
    await expect(page.locator("table tbody tr")).to_have_count(quarters)
    places = await page.locator("svg .hour").evaluate_all(
        "ticks => ticks.map(tick => Number(tick.getAttribute('x')))"
    )
    texts = await page.locator("svg .hour").all_text_contents()
    assert texts == ["00", "06", "12", "18", "24"]
    per_hour = places[4] / hours
    assert [round(place / per_hour) for place in places] == [
        0,
        *(round(hours - 24 + hour) for hour in (6, 12, 18)),
        hours,
    ]


async def test_a_gap_is_drawn_and_told_as_a_gap(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    await opened(page, home, "2026-04-22")
    await expect(page.locator("header p")).to_have_text("97% booked, 45 min missing")
    await expect(page.locator("rect.hole")).to_have_count(1)
    await expect(page.locator(".books p")).to_contain_text("09:15–10:00 not booked")


async def test_the_running_day_says_so_and_has_the_line_of_the_day_before(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone()
    await page.goto(f"{home.url}/history")
    await expect(page.locator("header p")).to_contain_text("so far, until 13:")
    await expect(page.locator(".legend")).to_contain_text("home Wed")
    await expect(page.get_by_role("button", name="Next period")).to_be_disabled()


async def test_the_length_of_the_period_changes_and_keeps_the_day_in_sight(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone()
    await opened(page, home, "2026-03-29")
    for name, period in (("Week", "2026-W13"), ("Month", "2026-03"), ("Day", "2026-03-29")):
        await page.get_by_role("button", name=name, exact=True).tap()
        await expect(page).to_have_url(f"{home.url}/history/{period}")


async def test_the_books_go_along_as_csv(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    await opened(page, home, "2026-04-21")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="CSV").tap()
    text = (await (await download.value).path()).read_text(encoding="utf-8")
    assert text.startswith("start,imported_wh")
    assert text.count("\n") == 97


async def test_a_neighbour_that_was_fetched_before_is_in_the_next_frame(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone()
    async with page.expect_response("**/energy/2026-04-20"):
        await opened(page, home, "2026-04-21")
    assert [await page.evaluate(TURN, arrow) for arrow in (0, 1) * 3] == [1] * 6
