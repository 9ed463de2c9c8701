"""Pairing: the address of the QR code is opened, one tap, and the home is there; until removed."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import Phone
from tests.browser.pretend_home import PretendHome, pretend_home
from tests.browser.test_every_screen import AXE, SMALL, WIDTH
from tests.variant import variant
from wattledger.control_socket.client import connected

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def closed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PretendHome]:
    """A home that lets in paired phones only."""
    async with pretend_home(tmp_path_factory.mktemp("closed"), booked=[], token="") as home:
        yield home


def _store(home: PretendHome) -> Path:
    return Path(home.settings.store.path)


async def _pair(page: Page, home: PretendHome, name: str) -> None:
    """As a person does who scans the code that the command line shows."""
    with connected(_store(home)) as console:
        offer = await asyncio.to_thread(console.pair)
        await page.goto(f"{home.url}/pair#{offer.code}")
        await page.get_by_label("Name of this phone").fill(name)
        await page.get_by_role("button", name="Pair").tap()
        told = await asyncio.to_thread(console.wait, offer)
    assert told["paired"]["device"] == name


async def test_a_phone_pairs_with_one_tap_and_is_out_when_it_is_removed_elsewhere(
    phone: Phone, closed: PretendHome
) -> None:
    mine, other = await phone(), await phone()
    await mine.goto(closed.url)
    await expect(mine.locator("h1")).to_have_text("Pair this phone")
    await expect(mine.get_by_text("wattledger pair", exact=True)).to_be_visible()
    await _pair(mine, closed, "Kitchen phone")
    await expect(mine.locator("main header")).to_contain_text("Live")
    assert mine.url == f"{closed.url}/"
    assert await mine.evaluate("document.cookie") == ""
    stored = await mine.evaluate("JSON.stringify(localStorage)")
    cookies = await mine.context.cookies()
    assert [cookie["httpOnly"] for cookie in cookies] == [True]
    assert str(cookies[0]["value"]) not in stored

    await _pair(other, closed, "Old phone")
    await expect(other.locator("main header")).to_contain_text("Live")
    await mine.goto(f"{closed.url}/settings")
    row = mine.locator("section .row", has_text="Old phone")
    await expect(mine.locator(".row", has_text="Kitchen phone")).to_contain_text("this phone")
    await expect(row).to_contain_text(re.compile(r"last used 13:\d\d"))
    await row.get_by_role("button", name="Remove").tap()
    await mine.get_by_role("button", name="Really remove?").tap()
    await expect(row).to_have_count(0)
    await expect(mine.locator(".row", has_text="Kitchen phone")).to_be_visible()
    # Its stream ends at once; it need not ask to be told.
    await expect(other.locator("h1")).to_have_text("This phone is no longer paired")


async def test_a_code_is_typed_and_a_wrong_one_is_told(phone: Phone, closed: PretendHome) -> None:
    page = await phone(320, 640, locale="fi-FI")
    await page.goto(f"{closed.url}/pair")
    await page.get_by_label("Koodi").fill("0000-0000")
    await page.get_by_role("button", name="Parita").tap()
    await expect(page.get_by_role("alert")).to_contain_text("Koodi ei kelpaa")
    with connected(_store(closed)) as console:
        offer = await asyncio.to_thread(console.pair)
        await page.get_by_label("Koodi").fill(offer.code.lower().replace("-", " "))
        await page.get_by_role("button", name="Parita").tap()
        await expect(page.locator("main header")).to_contain_text("Reaaliajassa")


async def test_who_guesses_is_told_to_wait(
    phone: Phone, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("guessed")
    async with pretend_home(folder, names=["mains"], booked=[], token="") as home:
        asked = {"code": "00000000", "device": "nobody"}
        async with httpx.AsyncClient(timeout=300, trust_env=False, base_url=home.url) as guesser:
            for _ in range(5):
                await guesser.post("/api/v1/access/pair", json=asked)
        page = await phone()
        await page.goto(f"{home.url}/pair#0000-0000")
        await page.get_by_role("button", name="Pair").tap()
        await expect(page.get_by_role("alert")).to_have_text(
            re.compile(r"Too many wrong codes\. Try again in \d+.s\.")
        )


@pytest.mark.parametrize("theme", [variant("light"), "dark"])
async def test_axe_finds_nothing_and_nothing_is_too_wide_or_too_small(
    phone: Phone, closed: PretendHome, theme: Literal["light", "dark"]
) -> None:
    axe = AXE.read_text(encoding="utf-8")
    page = await phone(320, 640, color_scheme=theme, bypass_csp=True)
    for path in ("/pair", "/settings"):
        await page.goto(closed.url + path)
        await expect(page.locator("summary" if path == "/pair" else "#devices")).to_be_visible()
        await page.evaluate(axe)
        found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert [violation["id"] for violation in found["violations"]] == [], path
        assert await page.evaluate(SMALL) == [], path
        assert await page.evaluate(WIDTH) <= 320, path
        if path == "/pair":
            await _pair(page, closed, f"A phone with a {theme} and long name")
            await expect(page.locator("main header")).to_contain_text("Live")
