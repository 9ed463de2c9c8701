"""A home with a tariff: prices, costs and bills in the app; and without one nothing of it."""

import re
from collections.abc import AsyncIterator
from importlib.resources import files

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.conftest import Phone
from tests.browser.pretend_home import PretendHome, pretend_home
from tests.browser.test_every_screen import AXE, SMALL, WIDTH
from tests.browser.test_first_load import CODE_BYTES, FILES, OBSERVED, SENT
from tests.variant import variant

pytestmark = pytest.mark.asyncio(loop_scope="session")

TABLES = files("wattledger.simulator.feeds") / "data"
TARIFF: dict[str, object] = {
    "file": str(TABLES / "demo-spot.toml"),
    "compare": [str(TABLES / "demo-fixed.toml")],
}
SCREENS = ("/", "/history/2026-04-22/cost", "/history/2026-04/cost", "/bill/2026-03")

AMOUNT = "dd, tfoot td:visible"


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PretendHome]:
    async with pretend_home(tmp_path_factory.mktemp("tariff"), tariff=TARIFF) as home:
        yield home


async def asked(home: PretendHome, path: str) -> dict[str, object]:
    async with httpx.AsyncClient(trust_env=False, timeout=300) as client:
        answer: dict[str, object] = (await client.get(f"{home.url}/api/v1{path}")).json()
        return answer


async def test_now_has_the_price_the_cheapest_hours_and_what_today_came_to(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone()
    await page.goto(home.url)
    price = page.get_by_role("region", name="Price now")
    await expect(price.locator(".value")).to_have_text(re.compile(r"^\d+\.\d\d$"))
    await expect(price.locator(".best")).to_have_attribute("d", re.compile("^M"))
    for hours in (1, 4):
        await price.get_by_role("button", name=f"{hours} h").tap()
        status = price.get_by_role("status")
        await expect(status).to_have_text(re.compile(r"(today|tomorrow) \d\d:\d\d–\d\d:\d\d"))
    rows = await price.locator("tbody tr").count()
    assert rows == 48
    await expect(page.get_by_role("region", name="Cost today")).to_contain_text("€")
    await expect(page.get_by_role("region", name="Power fee")).to_contain_text(
        "4.00\u00a0kW are free"
    )


async def test_history_is_shown_in_money_and_back(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    await page.goto(f"{home.url}/history/2026-04")
    await page.get_by_role("button", name="Show what it cost, in €").tap()
    await expect(page).to_have_url(re.compile("/history/2026-04/cost$"))
    totals = (await asked(home, "/cost/2026-04"))["totals"]
    assert isinstance(totals, dict)
    total = page.locator(".total .value")
    await expect(total).to_have_text(f"{totals['total_cost']:.2f}".replace("-", "\u2212"))
    await expect(page.get_by_text("than under “demo-fixed”")).to_be_visible()
    await page.get_by_role("button", name="Day", exact=True).tap()
    await expect(page).to_have_url(re.compile("/history/[0-9-]+/cost$|/history/today/cost$"))
    await page.get_by_role("button", name="Show energy, in kWh").tap()
    await expect(page.get_by_role("button", name="Show what it cost, in €")).to_be_visible()
    assert not page.url.endswith("/cost")


@pytest.mark.parametrize(
    ("width", "height", "locale"), [(320, 640, "fi-FI"), variant(390, 844, "en-GB")]
)
async def test_what_a_month_cost_is_seen_before_what_it_may_come_to(
    phone: Phone, home: PretendHome, width: int, height: int, locale: str
) -> None:
    page = await phone(width, height, locale=locale)
    await page.goto(f"{home.url}/history/2026-04/cost")
    chart = page.locator(".bars .room")
    await expect(chart).to_be_visible()
    drawn, switch = await chart.bounding_box(), await page.locator(".switch").bounding_box()
    assert drawn is not None
    assert switch is not None
    assert drawn["y"] + drawn["height"] / 2 <= switch["y"]
    coming = await page.locator(".coming").bounding_box()
    assert coming is not None
    assert coming["y"] >= drawn["y"] + drawn["height"]
    if width == 390:  # where there is the height, all of it
        assert drawn["y"] + drawn["height"] <= switch["y"]
    for other in (".sum", ".coming", ".saved"):
        beside = await page.locator(other).bounding_box()
        assert beside is not None
        assert drawn["height"] > beside["height"], other


async def test_a_month_s_bill_is_a_page_whose_lines_are_the_server_s(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone(color_scheme="dark")
    await page.goto(f"{home.url}/history/2026-03/cost")
    await page.get_by_role("link", name="bill").tap()
    await expect(page).to_have_url(re.compile("/bill/2026-03$"))
    bill = await asked(home, "/bill/2026-03")
    lines = bill["lines"]
    assert isinstance(lines, list)
    await expect(page.locator("tbody tr")).to_have_count(len(lines))
    await expect(page.locator("tfoot")).to_contain_text(
        f"{bill['total']:.2f}".replace("-", "\u2212")
    )
    await page.emulate_media(media="print")
    await expect(page.locator("nav")).to_be_hidden()
    await expect(page.get_by_role("button", name="Print")).to_be_hidden()
    await expect(page.locator("tfoot")).to_be_visible()
    await expect(page.locator(".note").first).to_have_css("color", "rgb(68, 68, 68)")


@pytest.mark.parametrize(("locale", "scheme"), [variant("en-GB", "light"), ("fi-FI", "dark")])
async def test_axe_finds_nothing_and_nothing_is_too_wide_or_too_small(
    phone: Phone, home: PretendHome, locale: str, scheme: str
) -> None:
    axe = AXE.read_text(encoding="utf-8")
    for width in (320, 390, 1440):
        page = await phone(width, 800, locale=locale, color_scheme=scheme)
        for path in SCREENS:
            await page.goto(home.url + path)
            await expect(page.locator(AMOUNT).first).to_be_visible()
            await page.evaluate(axe)
            found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            assert [one["id"] for one in found["violations"]] == [], (path, found["violations"])
            assert await page.evaluate(WIDTH) <= width, path
            assert await page.evaluate(SMALL) == [], path
        await page.close()


@pytest.mark.parametrize("path", SCREENS)
async def test_a_first_load_stays_small(phone: Phone, home: PretendHome, path: str) -> None:
    page = await phone(service_workers="block")
    await page.add_init_script(OBSERVED)
    await page.goto(home.url + path)
    await expect(page.locator(AMOUNT).first).to_be_visible()
    sent = await page.evaluate(SENT)
    assert 0 < sum(sent) <= CODE_BYTES
    assert len(sent) <= FILES


async def test_what_can_t_be_fetched_says_so(phone: Phone, home: PretendHome) -> None:
    page = await phone(service_workers="block")
    await page.goto(home.url + "/history/2026-04")
    await expect(page.locator(".stage svg")).to_be_visible()
    for withheld in ("**/*.js", "**/authority.crt"):
        await page.route(withheld, lambda route: route.abort())
    await page.get_by_role("button", name="€").tap()
    await expect(page.get_by_role("alert")).to_contain_text("could not be fetched")
    await page.unroute("**/*.js")
    await page.goto(home.url + "/settings/https")
    await expect(page.get_by_role("alert")).to_contain_text("could not be fetched")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def plain(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PretendHome]:
    async with pretend_home(tmp_path_factory.mktemp("plain")) as home:
        yield home


async def test_without_a_tariff_there_is_one_quiet_invitation(
    phone: Phone, plain: PretendHome
) -> None:
    page = await phone()
    questions: list[str] = []
    page.on("request", lambda request: questions.append(request.url))
    await page.goto(plain.url)
    await expect(page.get_by_text("Live")).to_be_visible()
    await page.goto(f"{plain.url}/history/2026-04")
    await expect(page.locator(".stage")).to_be_visible()
    await expect(page.get_by_role("button", name="Show what it cost, in €")).to_have_count(0)
    await page.goto(f"{plain.url}/settings")
    await expect(page.get_by_role("heading", name="What it costs")).to_be_visible()
    assert [url for url in questions if re.search("/(cost|prices|bill)/|Money", url)] == []
    await page.goto(f"{plain.url}/bill/2026-03")
    await expect(page.get_by_role("status")).to_contain_text("tariff")
    assert await page.locator("article button").count() == 0
