"""A home is set up on a phone: from the scanned code to live power, each step open to all."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from typing_extensions import override

from tests.browser.conftest import Phone
from tests.browser.test_every_screen import AXE, SMALL, WIDTH
from tests.cli.kit import MAC, OTHER_MAC
from tests.house.setting_up import Setup, two_meters
from tests.house.test_restored_on_a_new_machine import backup_in
from tests.variant import variant
from wattledger.settings_file import read_settings
from wattledger.simulator.clock import SimClock
from wattledger.simulator.feeds.synthetic import ConstantFeed
from wattledger.simulator.meter import PretendMeter

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.usefixtures("air")]

MOST_TAPS = 12
LEADS = {
    "en": ("Continue", "Yes", "Save", "Start"),
    "fi": ("Jatka", "Kyllä", "Tallenna", "Aloita"),
}
WORDS = {
    "en": ("Add", "kettle", "jumped by 2.00 kW: it is at the mains", "Is this right?", "Live"),
    "fi": ("Lisää", "vedenkeitin", "hyppäsi 2,00 kW: se on", "Onko näin oikein?", "Reaaliajassa"),
}
SIZES = ((320, 640), (390, 844), (820, 1180), (1440, 900))


class Home(ConstantFeed):
    """With a kettle."""

    is_on = False

    @override
    def power_w(self, at: float) -> tuple[float, float, float]:
        a, b, c = super().power_w(at)
        return (a + 2000.0, b, c) if Home.is_on else (a, b, c)


@pytest_asyncio.fixture(loop_scope="session")
async def setup(tmp_path: Path) -> AsyncIterator[Setup]:
    server = Setup(tmp_path)
    await server.start()
    yield server
    await server.close()


class Finger:
    """Taps, and counts them; typing is none."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    async def tap(self, name: str) -> None:
        self.taps += 1
        await self.page.get_by_role("button", name=name, exact=True).tap()

    async def type(self, label: str, text: str) -> None:
        self.taps += 1
        field = self.page.get_by_role("textbox", name=label)
        await field.tap()
        await field.fill(text)


async def _is_open_to_all(page: Page, step: str, leads: tuple[str, ...]) -> None:
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == [], step
    assert await page.evaluate(SMALL) == [], step
    assert page.viewport_size
    assert await page.evaluate(WIDTH) <= page.viewport_size["width"], step
    leading = [await page.get_by_role("button", name=name, exact=True).count() for name in leads]
    assert sum(leading) == 1, step
    await _look(page, step)


async def _look(page: Page, step: str) -> None:
    """For whoever wants to see it: LOOK_AT names a folder."""
    folder = os.environ.get("LOOK_AT")
    before = page.viewport_size
    if not folder or not before:
        return
    language = await page.evaluate("document.documentElement.lang")
    theme = await page.evaluate("document.documentElement.dataset.theme")
    for width, height in SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        file = Path(folder) / f"setup-{step}-{language}-{theme}-{width}.png"
        await page.screenshot(path=file, full_page=True)
    await page.set_viewport_size(before)


@pytest.mark.parametrize(
    ("language", "width", "theme"), [variant("en", 390, "light"), ("fi", 320, "dark")]
)
async def test_from_the_scan_to_live_power(
    phone: Phone, setup: Setup, language: str, width: int, theme: Literal["light", "dark"]
) -> None:
    proceed, yes, save, start = leads = LEADS[language]
    add, kettle, jumped, right, live = WORDS[language]
    page = await phone(
        width,
        locale={"en": "en-GB", "fi": "fi-FI"}[language],
        color_scheme=theme,
        timezone_id="Europe/Oslo",
        bypass_csp=True,
    )
    mains = PretendMeter(feed=Home(), clock=SimClock(), mac=MAC)
    plant = PretendMeter(feed=ConstantFeed((-400.0,) * 3), clock=SimClock(), mac=OTHER_MAC)
    async with mains, plant:
        Home.is_on = False
        finger = Finger(page)
        await page.goto(f"{setup.url}/setup#{setup.code}")
        await expect(page.get_by_role("textbox")).to_have_value(setup.code)
        assert page.url == f"{setup.url}/setup"
        await _is_open_to_all(page, "code", leads)
        await finger.tap(proceed)
        await _found(finger, "address" if language == "en" else "osoite", add, mains, plant)
        await _is_open_to_all(page, "meters", leads)
        await page.reload()
        await expect(page.get_by_role("list")).to_contain_text("250 W")
        await finger.tap(proceed)
        await expect(page.locator("h1")).to_contain_text(kettle)
        await expect(page.get_by_role("list")).to_contain_text("250 W")
        Home.is_on = True
        await expect(page.get_by_role("status")).to_contain_text(jumped)
        await _is_open_to_all(page, "trial", leads)
        await finger.tap(proceed)
        await expect(page.locator("h1")).to_have_text(right)
        await _is_open_to_all(page, "roles", leads)
        await finger.tap(yes)
        await expect(page.locator("#zone")).to_have_value("Europe/Oslo")
        await _is_open_to_all(page, "home", leads)
        await finger.tap(save)
        await expect(page.locator("pre")).to_contain_text('production = "negative"')
        await _is_open_to_all(page, "review", leads)
        await finger.tap(start)
        await expect(page.locator("main header")).to_contain_text(live)
        assert page.url == f"{setup.url}/"
    assert finger.taps <= MOST_TAPS
    settings = read_settings(setup.config, {})
    assert (settings.site.time_zone, settings.site.netting) == ("Europe/Oslo", "quarter")
    assert [(one.role, one.host) for one in settings.meters] == [
        ("grid", mains.address),
        ("solar", plant.address),
    ]


async def _found(finger: Finger, label: str, add: str, *meters: PretendMeter) -> None:
    for meter in meters:
        await finger.type(label, meter.address)
        await finger.tap(add)
        await expect(finger.page.get_by_text(meter.address).first).to_be_visible()
    await expect(finger.page.get_by_role("list")).to_contain_text("250 W")


async def test_a_second_phone_and_a_wrong_code_are_told(phone: Phone, setup: Setup) -> None:
    first, second = await phone(), await phone(320, 640)
    code = setup.code
    await second.goto(setup.url)
    assert second.url == f"{setup.url}/setup"
    await second.get_by_label("Code").fill("0000-0000")
    await second.get_by_role("button", name="Continue").tap()
    await expect(second.get_by_role("alert")).to_contain_text("No such code")
    await first.goto(f"{setup.url}/setup#{code}")
    await first.get_by_role("button", name="Continue").tap()
    await expect(first.locator("h1")).to_have_text("Your meters")
    await second.get_by_label("Code").fill(code)
    await second.get_by_role("button", name="Continue").tap()
    await expect(second.get_by_role("alert")).to_contain_text("Another phone came with this code")
    await first.get_by_label("address").fill("ftp://127.0.0.1/")
    await first.get_by_role("button", name="Add").tap()
    await expect(first.get_by_role("alert")).to_contain_text("no meter that can be read")


@pytest.mark.parametrize("locale", [variant("en-GB"), "fi-FI"])
async def test_a_backup_is_brought_and_the_home_is_there(
    phone: Phone, setup: Setup, tmp_path: Path, locale: str
) -> None:
    language = locale[:2]
    proceed, _, _, start = leads = LEADS[language]
    have, field, refused, live = {
        "en": ("I have a backup", "Backup file", "no backup that can be used", "Live"),
        "fi": ("Minulla on varmuuskopio", "Varmuuskopion tiedosto", "Sitä ei voi", "Reaaliajassa"),
    }[language]
    page = await phone(390, locale=locale, bypass_csp=True)
    async with two_meters() as (mains, plant):
        taken = await backup_in(tmp_path / "old", mains.address, plant.address)
        finger = Finger(page)
        await page.goto(f"{setup.url}/setup#{setup.code}")
        await finger.tap(proceed)
        await page.get_by_text(have).tap()
        await page.get_by_label(field).set_input_files(Path(__file__))
        await expect(page.get_by_role("alert")).to_contain_text(refused)
        await _is_open_to_all(page, "no-backup", leads)
        await page.get_by_label(field).set_input_files(taken)
        await expect(page.locator("dl")).to_contain_text("Koivurinne")
        await expect(page.locator("dl")).to_contain_text("28")
        await _is_open_to_all(page, "backup", leads)
        await page.reload()
        await finger.tap(start)
        await expect(page.locator("main header")).to_contain_text(live)
    assert finger.taps == 2
    assert read_settings(setup.config, {}).site.name == "Koivurinne"


@pytest.mark.parametrize("locale", [variant("en-GB"), "fi-FI"])
async def test_with_https_the_phone_is_taken_through_trusting(
    phone: Phone, setup: Setup, locale: str
) -> None:
    language = locale[:2]
    proceed, yes, save, start = leads = LEADS[language]
    box, download, live = {
        "en": ("With HTTPS.", "Get the certificate", "Live"),
        "fi": ("HTTPS-yhteydellä.", "Hae varmenne", "Reaaliajassa"),
    }[language]
    page = await phone(390, locale=locale, bypass_csp=True, ignore_https_errors=True)
    async with two_meters() as (mains, _):
        finger = Finger(page)
        await page.goto(f"{setup.url}/setup#{setup.code}")
        await finger.tap(proceed)
        await _found(finger, "address" if language == "en" else "osoite", WORDS[language][0], mains)
        for lead in (proceed, yes, save):
            await finger.tap(lead)
        await page.get_by_role("checkbox", name=box).tap()
        await expect(page.locator("pre")).to_contain_text('tls_cert = "tls/chain.pem"')
        link = page.get_by_role("link", name=download)
        for system in ("iPhone, iPad", "Android"):
            await page.get_by_role("button", name=system, exact=True).tap()
            await expect(page.locator("ol svg")).to_have_count(3)
            await _is_open_to_all(page, f"trust-{system[:7]}", leads)
        async with page.expect_download() as waiting:
            await link.tap()
        assert (await waiting.value).suggested_filename == "authority.crt"
        await finger.tap(start)
        await expect(page.locator("main header")).to_contain_text(live)
        assert page.url == f"{setup.url.replace('http:', 'https:')}/"
        await page.goto(f"{page.url}settings/https")
        await expect(page.locator("ol svg")).to_have_count(3)
    assert finger.taps + 2 <= MOST_TAPS
