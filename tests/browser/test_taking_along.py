"""What the phone's own surfaces do for the app: its share sheet, its dates, its home screen."""

import json

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Phone
from tests.browser.pretend_home import PretendHome
from tests.variant import variant

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHARES = """
  window.shared = [];
  navigator.canShare = ({files}) => files.every(file => file.type === 'text/csv');
  navigator.share = async ({files, title}) => {
    window.refused = window.refusal;
    if (window.refusal) throw new DOMException('', window.refusal);
    const text = await files[0].text();
    window.shared.push({name: files[0].name, title, lines: text.trim().split('\\n').length});
  };
"""
NEVER_SHARES = "delete Navigator.prototype.canShare; delete Navigator.prototype.share;"
OFFER = """() => {
  const offer = new Event('beforeinstallprompt', {cancelable: true});
  offer.prompt = () => { window.prompted = true; return Promise.resolve(); };
  dispatchEvent(offer);
  return offer.defaultPrevented;
}"""


async def test_a_period_goes_to_the_share_sheet(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    await page.add_init_script(SHARES)
    await page.goto(f"{home.url}/history/2026-04-21")
    await page.get_by_role("button", name="Share").tap()
    await page.evaluate(
        "new Promise(done => setInterval(() => window.shared.length && done(), 20))"
    )
    assert await page.evaluate("window.shared") == [
        {"name": "wattledger-2026-04-21.csv", "title": "Energy, Tue 21 Apr", "lines": 97}
    ]


async def test_a_share_sheet_that_was_closed_is_an_answer_and_a_broken_one_is_not(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone()
    await page.add_init_script(f"{SHARES} window.refusal = 'AbortError'")
    await page.goto(f"{home.url}/history/2026-04-21")
    downloads: list[str] = []
    page.on("download", lambda download: downloads.append(download.suggested_filename))
    await page.get_by_role("button", name="Share").tap()
    await page.wait_for_function("() => window.refused")
    await page.evaluate("window.refusal = 'NotAllowedError'")
    async with page.expect_download():
        await page.get_by_role("button", name="Share").tap()
    assert downloads == ["wattledger-2026-04-21.csv"]


async def test_without_a_share_sheet_it_is_a_file(phone: Phone, home: PretendHome) -> None:
    page = await phone(locale="fi-FI")
    await page.add_init_script(NEVER_SHARES)
    await page.goto(f"{home.url}/history/2026-04")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="CSV").tap()
    file = await download.value
    assert file.suggested_filename == "wattledger-2026-04.csv"
    text = (await file.path()).read_text(encoding="utf-8")
    assert text.count("\n") == 24
    assert text.startswith("start;imported_wh;")


@pytest.mark.parametrize(
    ("shown", "date", "period"),
    [
        variant("2026-04-22", "2026-03-29", "2026-03-29"),
        ("2026-W16", "2026-03-29", "2026-W13"),
        variant("2026-04", "2026-03-29", "2026-03"),
        ("2026-W16", "2026-04-23", "this-week"),
    ],
)
async def test_a_date_leads_to_the_period_that_holds_it(
    phone: Phone, home: PretendHome, shown: str, date: str, period: str
) -> None:
    page = await phone()
    await page.add_init_script(
        "HTMLInputElement.prototype.showPicker = function () { window.picked = this.type; };"
    )
    await page.goto(f"{home.url}/history/{shown}")
    await expect(page.locator(".stage")).to_be_visible()
    await page.get_by_role("button", name="Pick a date").tap()
    assert await page.evaluate("window.picked") == "date"
    picker = page.get_by_label("Go to a date")
    # What day it is the app knows for sure with the first word of the stream.
    await expect(picker).to_have_attribute("max", "2026-04-23")
    await expect(picker).to_have_attribute("min", "2025-10-25")
    await picker.fill(date)
    await expect(page).to_have_url(f"{home.url}/history/{period}")
    await expect(page.locator(".stage")).to_be_visible()


async def test_the_phone_s_offer_to_install_waits_in_settings(
    phone: Phone, home: PretendHome
) -> None:
    page = await phone()
    await page.goto(f"{home.url}/settings")
    row = page.get_by_role("button", name="Install on this phone")
    await expect(page.locator("#about")).to_be_visible()
    await expect(row).to_have_count(0)
    assert await page.evaluate(OFFER), "the browser's own banner must not show"
    await row.tap()
    assert await page.evaluate("window.prompted")


async def test_the_manifest_makes_it_an_app(phone: Phone, home: PretendHome) -> None:
    page = await phone()
    await page.goto(home.url)
    address = await page.locator("link[rel=manifest]").get_attribute("href")
    assert address is not None
    manifest = json.loads(await (await page.request.get(home.url + address)).text())
    assert (manifest["display"], manifest["name"]) == ("standalone", "Wattledger")
    for icon in manifest["icons"]:
        assert (await page.request.get(f"{home.url}/{icon['src'].lstrip('/')}")).ok


async def test_the_authority_s_certificate_is_a_file_also_where_the_app_is_kept(
    phone: Phone, home: PretendHome
) -> None:
    """This home has none, so the server says 404; the kept app would answer with its page."""
    page = await phone()
    await page.goto(home.url)
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await page.reload()
    answer = await page.goto(f"{home.url}/authority.crt")
    assert answer is not None
    assert (answer.status, answer.from_service_worker) == (404, False)
    kept = await page.goto(f"{home.url}/settings")
    assert kept is not None
    assert kept.from_service_worker
