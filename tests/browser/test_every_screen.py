"""Every screen, in both themes and languages: nothing overflows, axe finds nothing."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Phone
from tests.browser.lighthouse import PAGES, faults, lighthouse
from tests.browser.pretend_home import PretendHome
from tests.variant import variant

pytestmark = pytest.mark.asyncio(loop_scope="session")

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
SCREENS = {
    "/": "#phases",
    "/history/2026-04-22": ".books",
    "/history/2026-04": ".books",
    "/history/all": ".books",
    "/meters": "main section strong",
    "/settings/https": "#about",
}
"""Each with what is there once the answers are drawn."""
TARGET_PX = 43.5

# A phone zooms out rather than let a page be too wide, so its own width is no measure.
WIDTH = "document.documentElement.scrollWidth"
SMALL = """[...document.querySelectorAll('a, button, select')]
  .map(target => [target.textContent.trim(), target.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < MIN || box.height < MIN))
  .map(([text]) => text)""".replace("MIN", str(TARGET_PX))


async def shown(page: Page, home: PretendHome, path: str) -> None:
    await page.goto(home.url + path)
    await expect(page.locator("h1")).to_be_visible()
    await expect(page.locator("nav [aria-current]")).to_be_visible()
    await expect(page.locator(SCREENS[path]).first).to_be_visible()


@pytest.mark.parametrize("theme", [variant("light"), "dark"])
async def test_axe_finds_nothing_and_every_target_is_large_enough(
    phone: Phone, home: PretendHome, theme: Literal["light", "dark"]
) -> None:
    page = await phone(color_scheme=theme, bypass_csp=True)
    axe = AXE.read_text(encoding="utf-8")
    for path in SCREENS:
        await shown(page, home, path)
        await page.evaluate(axe)
        found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert [violation["id"] for violation in found["violations"]] == [], path
        assert await page.evaluate(SMALL) == [], path


@pytest.mark.parametrize("path", [page if page == "/history" else variant(page) for page in PAGES])
async def test_lighthouse_finds_it_open_to_all(home: PretendHome, path: str) -> None:
    assert faults(await lighthouse(home.url + path, "accessibility"), "accessibility") == []


@pytest.mark.parametrize(
    ("width", "height", "locale"),
    [
        (320, 640, "fi-FI"),
        variant(320, 640, "en-GB"),
        variant(844, 390, "fi-FI"),
        variant(1024, 768, "en-GB"),
    ],
)
async def test_nothing_is_wider_than_the_screen(
    phone: Phone, home: PretendHome, width: int, height: int, locale: str
) -> None:
    page = await phone(width, height, locale=locale)
    for path in SCREENS:
        await shown(page, home, path)
        assert await page.evaluate(WIDTH) <= width, path


async def test_at_twice_the_text_size_nothing_is_cut_off(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    for path in SCREENS:
        await shown(page, home, path)
        await page.evaluate("document.documentElement.style.fontSize = '32px'")
        assert await page.evaluate(WIDTH) <= 390, path


TOUCHING = """() => {
  const boxes = [...document.querySelectorAll('.stage svg text')]
    .filter(one => getComputedStyle(one).visibility === 'visible')
    .map(one => [one.textContent, one.getBoundingClientRect()])
    .filter(([, box]) => box.width);
  const below = document.querySelector('.books').getBoundingClientRect();
  const found = boxes
    .filter(([, box]) => box.left < 0 || box.right > innerWidth)
    .map(([text]) => `${text} is cut`);
  if (boxes.some(([, box]) => box.bottom > below.top + 4)) found.push('feet');
  boxes.forEach(([text, a], i) => boxes.slice(i + 1).forEach(([other, b]) => {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 1 && high > Math.min(a.height, b.height) / 3) found.push(`${text} on ${other}`);
  }));
  return found;
}"""


@pytest.mark.parametrize(("width", "locale"), [variant(390, "en-GB"), (320, "fi-FI")])
async def test_at_twice_the_text_size_no_label_of_a_chart_lies_on_another(
    phone: Phone, home: PretendHome, width: int, locale: str
) -> None:
    page = await phone(width, locale=locale)
    await page.add_init_script(
        "addEventListener('DOMContentLoaded', () => {"
        " document.documentElement.style.fontSize = '32px'; })"
    )
    for path in ("2026-04-22", "2026-W17", "2026-04", "2026", "all"):
        await page.goto(f"{home.url}/history/{path}")
        await expect(page.locator(".stage svg text").first).to_be_visible()
        assert await page.evaluate(TOUCHING) == [], path
