"""What is drawn means what its words say: one colour a flow, a name a column, a mark a state."""

import json
import re
from typing import Any

import httpx
import pytest
from playwright.async_api import Locator, Route, expect

from tests.browser.conftest import Phone
from tests.browser.pretend_home import PretendHome

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAMED = """where => Object.fromEntries([...document.querySelectorAll(where)].map(one =>
  [one.textContent.replace(/[\\d.,]+|:.*|, .*/g, '').trim(),
   getComputedStyle(one.querySelector('i')).backgroundColor]))"""
"""The colour beside each word."""
PILED = """bar => [...bar.querySelectorAll('rect:not(.cap)')]
  .map(part => [part.getBoundingClientRect().top, getComputedStyle(part).fill])
  .sort(([one], [other]) => one - other).map(([, colour]) => colour)"""
"""The parts of a bar, the highest first."""
BARRED = """row => [...row.querySelectorAll('.bar span')].map(part =>
  getComputedStyle(part).backgroundColor)"""
NEAR_THE_TURN_W = 50
MARK = """cell => { const { backgroundImage, height } = getComputedStyle(cell, '::after');
  return [backgroundImage, height]; }"""


async def test_a_flow_has_one_colour_in_words_totals_and_bars(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone()
    await page.goto(f"{home.url}/history/2026-04")
    legend = page.locator(".legend .mark")
    await expect(legend).to_have_count(4)
    ink = await page.evaluate(NAMED, ".legend .mark:has(i)")
    own, bought, sold = ink["own solar"], ink["bought"], ink["sold"]
    assert len({own, bought, sold}) == 3
    bar = page.locator(".stage svg g:has(> rect.cap)").first
    assert await bar.evaluate(PILED) == [bought, own, sold]
    used, produced = page.locator(".totals .row").first, page.locator(".totals .row").last
    assert await used.evaluate(BARRED) == [own, bought]
    assert await produced.evaluate(BARRED) == [own, sold]
    said = await page.evaluate(NAMED, ".totals .part")
    assert said == {"own solar": own, "bought": bought, "used at home": own, "sold": sold}


async def test_a_day_that_lacks_minutes_is_not_drawn_as_one_that_has_all(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone()
    await page.goto(f"{home.url}/meters")
    days = page.locator("section", has=page.locator("#booked"))
    torn = days.get_by_role("link", name=re.compile("^Wed 22 April"))
    whole = days.get_by_role("link", name=re.compile("^Tue 21 April"))
    await expect(torn).to_be_visible()
    assert (await whole.evaluate(MARK))[0] == "none"
    assert (await torn.evaluate(MARK))[0] != "none"
    await expect(days.locator(".mark")).to_have_text(["booked", "minutes missing"])


async def test_phases_say_where_they_flow(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    await page.goto(home.url)
    await expect(page.locator("main header")).to_contain_text("Live")
    async with httpx.AsyncClient(trust_env=False, timeout=300) as client:
        power = (await client.get(f"{home.url}/api/v1/power")).json()
    (mains,) = (meter for meter in power["meters"] if meter["role"] == "grid")
    flows_w = [phase["active_power_w"] for phase in mains["phases"]]
    # At noon none of them is near the turn.
    assert min(map(abs, flows_w)) > NEAR_THE_TURN_W, flows_w
    ways = [re.compile(r"^\s*out\s" if w < 0 else r"^\s*in\s") for w in flows_w]
    await expect(page.locator("li .word")).to_have_text(ways)


async def test_a_silent_meter_s_own_node_is_not_drawn_as_live(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone()
    await page.goto(home.url)
    await expect(page.locator("main header")).to_contain_text("Live")
    nodes = {
        name: page.get_by_role("link", name=f"{name}, own curve") for name in ("Solar", "Grid")
    }
    dashed = "one => getComputedStyle(one).borderTopStyle"
    assert await nodes["Grid"].evaluate(dashed) == "solid"
    home.meters["mains"].hang()
    try:
        await expect(page.locator("main header")).to_contain_text("Mains silent")
        assert await nodes["Grid"].evaluate(dashed) == "dashed"
        assert await nodes["Solar"].evaluate(dashed) == "solid"
    finally:
        await home.meters["mains"].recover()
    await expect(page.locator("main header")).to_contain_text("Live")


async def test_a_table_has_each_energy_under_its_name(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    await page.goto(f"{home.url}/history/2026-04-21")
    async with httpx.AsyncClient(trust_env=False, timeout=300) as client:
        day = (await client.get(f"{home.url}/api/v1/energy/2026-04-21")).json()["buckets"]
    noon = page.get_by_role("rowheader", name=re.compile("^12:00"))
    row = page.locator("tbody tr", has=noon)
    await expect(row).to_have_count(1)
    at = next(i for i, start in enumerate(day["start"]) if "T12:00" in start)
    names = await page.locator("thead th").all_inner_texts()
    cells = await row.locator("td").all_inner_texts()
    columns = {"Used": "consumed_wh", "Produced": "produced_wh", "Bought": "imported_wh"}
    columns["Sold"] = "exported_wh"
    for name, cell in zip(names[1:], cells, strict=True):
        assert _wh(cell) == pytest.approx(day[columns[name]][at], abs=6), (name, cells)


def _wh(text: str) -> float:
    value, unit = text.split()
    return float(value) * {"Wh": 1, "kWh": 1000}[unit]


async def test_a_period_that_lacks_a_little_is_compared_with_as_at_least(
    phone: Phone, home: PretendHome
) -> None:
    async def lacking(route: Route) -> None:
        answer = await route.fetch()
        day: dict[str, Any] = await answer.json()
        day["totals"]["coverage_pct"] = 97.0
        await route.fulfill(response=answer, body=json.dumps(day))

    page = await phone(service_workers="block")
    await page.route("**/energy/2026-04-20", lacking)
    await page.goto(f"{home.url}/history/2026-04-21")
    before: Locator = page.locator(".aside .before").first
    await expect(before).to_have_text(re.compile(r"^\s*Mon\s*≥\s*at least\s*\d"))


async def test_the_screen_and_the_length_of_the_period_are_told(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone()
    await page.goto(f"{home.url}/history/2026-04")
    lengths = page.get_by_role("group", name="Length of the period")
    await expect(lengths.get_by_role("button", pressed=True)).to_have_text(re.compile("Month"))
    await page.get_by_role("link", name="Meters").tap()
    await expect(page).to_have_title("Meters · Wattledger")
