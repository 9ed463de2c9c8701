"""What is pointed at is what is read, to the pixel; what points, points the way of the power."""

import re
from collections.abc import AsyncIterator
from importlib.resources import files
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Phone
from tests.browser.pretend_home import PretendHome, pretend_home
from wattledger.simulator.feeds.synthetic import ConstantFeed

pytestmark = pytest.mark.asyncio(loop_scope="session")

TARIFF: dict[str, object] = {
    "file": str(files("wattledger.simulator.feeds") / "data" / "demo-spot.toml")
}
NEAR_PX = 1.5
"""So far beside an edge, on either side of it."""
EDGES = """selector => [...document.querySelectorAll(selector)].map(one => {
  const { left, right } = one.getBoundingClientRect();
  return [left, right];
})"""
POINTS = """all => all.map(path => {
  const { a, c, e, b, d, f } = path.getScreenCTM();
  const at = (length) => {
    const { x, y } = path.getPointAtLength(length);
    return [a * x + c * y + e, b * x + d * y + f];
  };
  const [from, tip] = [at(0), at(path.getTotalLength() / 2)];
  return Math.round(Math.sign(tip[0] - from[0]));
})"""
"""Of paths that begin at one leg, with the tip in the middle: 1 to the right, -1 to the left."""
HEAD = "path[d^='m12']"
"""Of an arrow: the other path is its shaft."""
SHAFT = "path:is([d='M17 7 7 17'], [d='M7 17 17 7'])"
"""Of an arrow across: down and left, or up and right."""


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PretendHome]:
    async with pretend_home(tmp_path_factory.mktemp("tariff"), tariff=TARIFF) as home:
        yield home


async def a_mouse_at(phone: Phone, url: str, chart: str) -> tuple[Page, Locator]:
    """What is drawn there, in the middle of the screen."""
    page = await phone(1440, 900, is_mobile=False, has_touch=False)
    await page.goto(url)
    drawing = page.locator(chart)
    await expect(drawing.locator("svg text").first).to_be_visible()
    await drawing.scroll_into_view_if_needed()
    return page, drawing


async def middle_of(drawing: Locator) -> float:
    box = await drawing.bounding_box()
    assert box is not None
    return box["y"] + box["height"] / 2


async def test_a_day_is_read_at_the_quarter_under_the_mouse(
    phone: Phone, home: PretendHome
) -> None:
    page, chart = await a_mouse_at(phone, f"{home.url}/history/2026-04-21", ".stage")
    y = await middle_of(chart)
    hours = await page.evaluate(EDGES, ".stage path.tick")
    assert len(hours) == 5
    read = page.locator(".legend b").first
    for (left, right), before, after in zip(
        hours[1:4],
        ("05:45–06:00", "11:45–12:00", "17:45–18:00"),
        ("06:00–06:15", "12:00–12:15", "18:00–18:15"),
        strict=True,
    ):
        edge = (left + right) / 2
        await page.mouse.move(edge - NEAR_PX, y)
        await expect(read).to_have_text(before)
        await page.mouse.move(edge + NEAR_PX, y)
        await expect(read).to_have_text(after)


async def test_a_month_is_read_at_the_bar_under_the_mouse(phone: Phone, home: PretendHome) -> None:
    page, chart = await a_mouse_at(phone, f"{home.url}/history/2026-04", ".stage")
    y = await middle_of(chart)
    bars = await page.evaluate(EDGES, ".stage rect.cap")
    assert len(bars) == 5  # from the 19th to the 23rd
    read = page.locator(".legend b").first
    for (left, right), day in zip(bars, ("Sun 19", "Mon 20", "Tue 21", "Wed 22"), strict=False):
        for x in (left + NEAR_PX, right - NEAR_PX):
            await page.mouse.move(x, y)
            await expect(read).to_have_text(f"{day} Apr")


async def test_the_cost_of_a_month_is_read_at_the_bar_under_the_mouse(
    phone: Phone, home: PretendHome
) -> None:
    page, chart = await a_mouse_at(phone, f"{home.url}/history/2026-04/cost", ".room.drawing")
    y = await middle_of(chart)
    bars = await page.evaluate(EDGES, ".room.drawing rect.paid")
    assert len(bars) == 5
    read = page.locator(".reading b")
    for (left, right), day in zip(bars, ("Sun 19", "Mon 20", "Tue 21", "Wed 22"), strict=False):
        for x in (left + NEAR_PX, right - NEAR_PX):
            await page.mouse.move(x, y)
            await expect(read).to_have_text(f"{day} Apr")


async def prices_of(home: PretendHome, day: str) -> dict[str, Any]:
    async with httpx.AsyncClient(trust_env=False, timeout=300) as client:
        answer: dict[str, Any] = (await client.get(f"{home.url}/api/v1/prices/{day}")).json()
        return answer


async def test_at_the_seam_of_two_days_each_side_has_its_own_price(
    phone: Phone, home: PretendHome
) -> None:
    page, strip = await a_mouse_at(phone, home.url, ".strip.drawing")
    y = await middle_of(strip)
    ((left, right),) = await page.evaluate(EDGES, ".strip.drawing path.day")
    seam = (left + right) / 2
    today, tomorrow = await prices_of(home, "today"), await prices_of(home, "tomorrow")
    price = page.get_by_role("region", name="Price now")
    for x, when, per_kwh in (
        (seam - NEAR_PX, "today 23:45–24:00", today["import_price"][-1]),
        (seam + NEAR_PX, "tomorrow 00:00–00:15", tomorrow["import_price"][0]),
    ):
        await page.mouse.move(x, y)
        await expect(price.locator(".level")).to_have_text(when)
        await expect(price.locator(".value")).to_have_text(f"{100 * per_kwh:.2f}")
    # The name of the day begins at the seam, and midnight stands under it.
    ((name, _),) = (await page.evaluate(EDGES, ".strip.drawing text.name"))[1:]
    assert 0 < name - seam < 8
    hours = await page.evaluate(EDGES, ".strip.drawing text.hour")
    assert abs((hours[4][0] + hours[4][1]) / 2 - seam) < NEAR_PX


async def test_each_hour_of_the_strip_s_table_has_its_own_price(
    phone: Phone, home: PretendHome
) -> None:
    page, _ = await a_mouse_at(phone, home.url, ".strip.drawing")
    table = page.get_by_role("region", name="Price now").locator("table")
    await expect(table.locator("thead th")).to_have_text(["Time", "c/kWh"])
    rows = [row.split() for row in await table.locator("tbody tr").all_inner_texts()]
    days = {day: (await prices_of(home, day))["import_price"] for day in ("today", "tomorrow")}
    hours = [(day, f"{hour:02}:00") for day in days for hour in range(24)]
    assert [(day, clock) for day, clock, _ in rows] == hours
    for i, (*_, said) in enumerate(rows):
        quarters = days[hours[i][0]][4 * (i % 24) :][:4]
        assert float(said) == pytest.approx(25 * sum(quarters), abs=0.0051), hours[i]


@pytest.mark.parametrize(
    ("each_w", "word", "towards"), [(400.0, "buying", -1), (-400.0, "selling", 1)]
)
async def test_what_is_bought_flows_towards_the_home_and_what_is_sold_away_from_it(
    phone: Phone,
    tmp_path_factory: pytest.TempPathFactory,
    each_w: float,
    word: str,
    towards: int,
) -> None:
    folder = tmp_path_factory.mktemp("way")
    feeds = {
        "mains": {"feed": ConstantFeed((each_w, each_w, each_w))},
        "roof": {"feed": ConstantFeed((600.0, 600.0, 600.0))},
    }
    async with pretend_home(folder, booked=[], habits=feeds) as home:
        page = await phone()
        await page.goto(home.url)
        await expect(page.locator(".texts")).to_contain_text(re.compile(rf"1\.2\d?\s*kW\s*{word}"))
        solar, grid = page.locator(".nodes .train").first, page.locator(".nodes .train").last
        assert await solar.locator("path").evaluate_all(POINTS) == [1] * 26
        assert await grid.locator("path").evaluate_all(POINTS) == [towards] * 26
        heads = page.locator(f".texts .word {HEAD}")
        assert await heads.evaluate_all(POINTS) == [1, towards]
        # On each phase: in from above right, out to there.
        phases = page.locator("main li .word")
        said = "in" if each_w > 0 else "out"
        await expect(phases).to_have_text([re.compile(rf"^\s*{said}\s+400\s+W\s*$")] * 3)
        assert await phases.locator(SHAFT).evaluate_all(POINTS) == [towards] * 3
