"""The app behind a proxy that takes off a prefix, or changes the Host."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Phone
from tests.browser.pretend_home import PretendHome, pretend_home
from tests.browser.proxy import proxy_to
from tests.house.setting_up import Setup, two_meters
from wattledger.settings_file import read_settings

pytestmark = pytest.mark.asyncio(loop_scope="session")

PREFIX = "/wattledger"
CONTROLLED = """new Promise(resolve => {
  const worker = navigator.serviceWorker;
  if (worker.controller) resolve(true);
  else worker.addEventListener('controllerchange', () => resolve(true));
})"""


async def live(page: Page) -> None:
    await expect(page.locator("main header")).to_contain_text("Live")


async def test_under_a_prefix_everything_works_also_without_a_network(
    phone: Phone, home: PretendHome
) -> None:
    async with proxy_to(home.url, prefix=PREFIX) as proxy:
        at = proxy.url + PREFIX
        page = await phone()
        await page.goto(f"{at}/history/2026-03")
        await expect(page.locator("h1")).to_have_text("March 2026")
        await page.get_by_role("link", name="Now", exact=True).tap()
        assert page.url == f"{at}/"
        await live(page)
        await page.get_by_role("link", name="Meters").tap()
        assert page.url == f"{at}/meters"
        await expect(page.get_by_role("region", name="Mains")).to_contain_text("Live")
        await page.go_back()
        await page.go_back()
        assert page.url == f"{at}/history/2026-03"
        await expect(page.locator("h1")).to_have_text("March 2026")
        manifest = await page.evaluate("document.querySelector('link[rel=manifest]').href")
        assert manifest == f"{at}/manifest.webmanifest"
        # It opens without a network, on any of its addresses.
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await page.evaluate(CONTROLLED)
        scope = await page.evaluate("navigator.serviceWorker.ready.then(({scope}) => scope)")
        assert scope == f"{at}/"
        await page.context.set_offline(True)
        await page.reload()
        await expect(page.locator("h1")).to_have_text("March 2026")
        await page.goto(f"{at}/meters")
        await expect(page.locator("h1")).to_have_text("Meters")
        await page.context.set_offline(False)
        # A browser asks for a host's own icon by itself.
        strange = [path for path in proxy.asked if not path.startswith(f"{PREFIX}/")]
        assert set(strange) <= {"/favicon.ico"}


async def test_under_a_prefix_a_home_is_set_up_and_its_settings_changed(
    phone: Phone, tmp_path: Path
) -> None:
    setup = Setup(tmp_path)
    await setup.start()
    async with proxy_to(setup.url, prefix=PREFIX) as proxy, two_meters() as (mains, _):
        at = proxy.url + PREFIX
        page = await phone()
        await page.goto(f"{at}/")
        assert page.url == f"{at}/setup"
        await page.goto(f"{at}/setup#{setup.code}")
        await page.get_by_role("button", name="Continue").tap()
        await page.get_by_label("address").fill(mains.address)
        await page.get_by_role("button", name="Add").tap()
        for lead in ("Continue", "Yes", "Save"):
            await page.get_by_role("button", name=lead, exact=True).tap()
        await page.get_by_role("checkbox").tap()
        link = page.get_by_role("link", name="Get the certificate")
        assert await link.evaluate("link => link.href") == f"{at}/authority.crt"
        await page.get_by_role("checkbox").tap()
        await expect(page.locator("ol")).to_have_count(0)
        await page.get_by_role("button", name="Start").tap()
        await live(page)
        assert page.url == f"{at}/"
        await page.goto(f"{at}/settings")
        await page.get_by_role("link", name="Change the home").tap()
        await page.get_by_label("Name of your home").fill("Koivurinne")
        await page.get_by_role("button", name="What does it do?").tap()
        await page.get_by_role("button", name="Save").tap()
        await expect(page.get_by_text("Saved.")).to_be_visible()
        strange = [path for path in proxy.asked if not path.startswith(f"{PREFIX}/")]
        assert set(strange) <= {"/favicon.ico"}
    await setup.close()
    assert read_settings(setup.config, {}).site.name == "Koivurinne"


async def test_a_prefix_without_its_last_slash_or_called_as_a_screen_is_found(
    phone: Phone, home: PretendHome
) -> None:
    for prefix in ("/meters", "/home/energy"):
        async with proxy_to(home.url, prefix=prefix) as proxy:
            page = await phone(service_workers="block")
            await page.goto(f"{proxy.url}{prefix}/")
            await live(page)
            await page.goto(f"{proxy.url}{prefix}/settings/https")
            await expect(page.locator("h1")).to_have_text("Settings")


@pytest.mark.parametrize("prefix", ["", PREFIX])
async def test_the_page_to_try_the_api_lists_it_and_asks(
    phone: Phone, home: PretendHome, prefix: str
) -> None:
    async with proxy_to(home.url, prefix=prefix) as proxy:
        page = await phone(service_workers="block")
        for address in ("docs", "docs/"):
            await page.goto(f"{proxy.url}{prefix}/api/v1/{address}")
            await expect(page.locator("#trouble")).to_be_empty()
            await expect(page.get_by_text("GET /api/v1/health")).to_be_visible()
        await page.get_by_text("GET /api/v1/power", exact=True).tap()
        route = page.locator("details[open]")
        await route.get_by_role("button", name="Ask").tap()
        await expect(route.locator("pre")).to_contain_text('"grid_w"')
        await page.get_by_role("link", name="the app").tap()
        await live(page)


async def test_a_proxy_that_rewrites_host_is_named_and_the_code_is_not_blamed(
    phone: Phone, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("rewritten")
    async with (
        pretend_home(folder, names=["mains"], booked=[], token="") as home,
        proxy_to(home.url, host="backend:8080") as proxy,
    ):
        page = await phone(locale="fi-FI")
        await page.goto(f"{proxy.url}/pair#0000-0000")
        await page.get_by_role("button", name="Parita").tap()
        told = page.get_by_role("alert")
        await expect(told).to_contain_text("välityspalvelin matkalla muuttaa Host-otsaketta")
        await expect(told).not_to_contain_text("Koodi ei kelpaa")
