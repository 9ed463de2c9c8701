"""The page as a phone shows it, against a server that says what the wire allows."""

from typing import Any, Literal

import pytest
from playwright.async_api import Page, expect

from tests.browser.scripted_server import ScriptedServer, running

pytestmark = pytest.mark.asyncio(loop_scope="module")

AT = "2026-04-24T13:45:12.310+03:00"
TOTALS = {
    "imported_wh": 850.4,
    "exported_wh": 12_345.6,
    "produced_wh": 17_684.0,
    "consumed_wh": 6_188.8,
    "self_consumption_pct": 30.2,
    "self_sufficiency_pct": 86.3,
    "coverage_pct": 100.0,
}


def meter(name: str, role: str, state: str = "live", age_s: float | None = 0.4) -> dict[str, Any]:
    return {"name": name, "role": role, "state": state, "age_s": age_s}


def power(grid_w: float | None, solar_w: float | None, *meters: dict[str, Any]) -> dict[str, Any]:
    home_w = None if grid_w is None or solar_w is None else grid_w + solar_w
    both = (meter("mains", "grid"), meter("roof", "solar"))
    return {
        "at": AT,
        "grid_w": grid_w,
        "solar_w": solar_w,
        "home_w": home_w,
        "meters": list(meters or both),
    }


async def test_shows_the_power_with_sign_and_word_and_the_energy_of_today(
    page: Page, home: ScriptedServer
) -> None:
    home.power = power(-2_104.2, 4_563.1)
    home.today = {"period": "2026-04-24", "totals": TOTALS}
    await page.goto(home.url)
    await expect(page.get_by_role("status")).to_have_text("● Live")
    await expect(page.locator("main")).to_contain_text("Home uses 2.46 kW")
    await expect(page.locator("main")).to_contain_text("Solar +4.56 kW → producing")
    await expect(page.locator("main")).to_contain_text("Grid −2.10 kW ↗ selling")
    await expect(page.locator("section")).to_contain_text("Used 6.19 kWh")
    await expect(page.locator("section")).to_contain_text("Produced 17.68 kWh")
    await expect(page.locator("section")).to_contain_text("Bought 850 Wh")
    await expect(page.locator("section")).to_contain_text("Sold 12.35 kWh")
    await expect(page.locator("section")).to_contain_text("Own use 30%, self-sufficiency 86%")


async def test_follows_every_event(page: Page, home: ScriptedServer) -> None:
    home.power = power(320.0, 0.0)
    await page.goto(home.url)
    await expect(page.locator("main")).to_contain_text("Home uses 320 W")
    await expect(page.locator("main")).to_contain_text("not producing")
    home.say("power", power(999.6, 0.0))
    await expect(page.locator("main")).to_contain_text("Home uses 1.00 kW")


async def test_asks_for_today_again_when_minutes_were_booked(
    page: Page, home: ScriptedServer
) -> None:
    home.power = power(320.0, 0.0)
    await page.goto(home.url)
    await expect(page.locator("section")).to_contain_text("Used –")
    home.today = {"period": "2026-04-24", "totals": {**TOTALS, "coverage_pct": 97.8}}
    home.say("minute", {"booked_to": "2026-04-24T13:46:00+03:00"})
    await expect(page.locator("section")).to_contain_text("Used 6.19 kWh")
    await expect(page.locator("section")).to_contain_text("Today until 13:46")
    await expect(page.locator("section")).to_contain_text("97% of the minutes are on the books")


async def test_a_silent_meter_is_a_dash_and_a_sentence(page: Page, home: ScriptedServer) -> None:
    home.power = power(None, 4_563.1, meter("mains", "grid", "stale", 12.3), meter("roof", "solar"))
    await page.goto(home.url)
    await expect(page.get_by_role("alert")).to_have_text(
        "Meter mains is silent: last value 12 s ago."
    )
    await expect(page.get_by_role("status")).to_have_text("Not all live")
    await expect(page.locator("main")).to_contain_text("Home uses –")
    await expect(page.locator("main")).to_contain_text("Grid – not known")
    await expect(page.locator("main")).to_contain_text("Solar +4.56 kW")


async def test_without_a_solar_meter_nothing_is_said_of_solar(
    page: Page, home: ScriptedServer
) -> None:
    home.power = {**power(700.0, None, meter("mains", "grid")), "home_w": 700.0}
    await page.goto(home.url)
    await expect(page.locator("main")).to_contain_text("Home uses 700 W")
    await expect(page.get_by_role("status")).to_have_text("● Live")
    await expect(page.get_by_text("Solar")).to_have_count(0)
    await expect(page.get_by_text("Produced")).to_have_count(0)


async def test_a_server_that_is_gone_is_told_in_words_until_it_is_back(page: Page) -> None:
    with running(ScriptedServer()) as home:
        home.power = power(320.0, 0.0)
        await page.goto(home.url)
        await expect(page.get_by_role("status")).to_have_text("● Live")
    await expect(page.get_by_role("alert")).to_have_text(
        "The server does not answer: values from 13:45."
    )
    await expect(page.locator("main")).to_contain_text("Home used, 13:45 320 W")
    with running(ScriptedServer(home.server_port)) as back:
        back.power = power(500.0, 0.0)
        await expect(page.get_by_role("status")).to_have_text("● Live")
        await expect(page.locator("main")).to_contain_text("Home uses 500 W")


async def test_says_when_the_server_asks_for_a_token(page: Page, home: ScriptedServer) -> None:
    home.token_needed = True
    await page.goto(home.url)
    await expect(page.get_by_role("alert")).to_contain_text("asks for a token")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_fits_the_smallest_phone_in_both_themes(
    page: Page, home: ScriptedServer, scheme: Literal["light", "dark"]
) -> None:
    home.power = power(-12_345.6, 98_765.4)
    home.today = {"period": "2026-04-24", "totals": TOTALS}
    await page.emulate_media(color_scheme=scheme)
    await page.goto(home.url)
    await expect(page.locator("main")).to_contain_text("86.42 kW")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(246, 246, 243)", "dark": "rgb(15, 18, 20)"}[scheme]
