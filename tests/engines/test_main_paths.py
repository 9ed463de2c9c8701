"""The main paths in other engines: WebKit, which is every iPhone's, and Firefox's Gecko."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.browser.pretend_home import PretendHome, pretend_home
from tests.engines.engines import Engine, engines, says, shown, tap

pytestmark = pytest.mark.asyncio(loop_scope="session")

LIVE = "Live"
TITLE = "document.querySelector('h1').innerText"
NAV = "[...document.querySelectorAll('nav a')].find(link => link.innerText.includes('{}'))"
BUTTON = "[...document.querySelectorAll('button')].find(each => /{}/.test({}))"
NAMED = "each.getAttribute('aria-label') ?? each.innerText"
BAR = """(box => ({getBoundingClientRect: () => (
  {x: box.x + (box.width - 30) * 28.5 / 31, y: box.y + box.height / 2, width: 0, height: 0}
)}))(document.querySelector('.stage').getBoundingClientRect())"""
"""The 29th of 31 bars: the gutter of the axis is 30 px."""
LANGUAGE = "document.querySelector('select')"
CHOOSE = f"""(select => {{{{
  select.selectedIndex = [...select.options].findIndex(each => each.text === '{{}}');
  select.dispatchEvent(new Event('change', {{{{bubbles: true}}}}));
}}}})({LANGUAGE})"""
"""A choice is the engine's own list, which opens above the page, where no protocol reaches."""
WIDE = "document.documentElement.scrollWidth > innerWidth"


def button(name: str) -> str:
    return BUTTON.format(name, NAMED)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PretendHome]:
    async with pretend_home(tmp_path_factory.mktemp("home")) as home:
        yield home


@pytest_asyncio.fixture(loop_scope="session", params=sorted(engines()))
async def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Engine]:
    opened, is_here = engines()[request.param]
    if not is_here:
        told = f"{request.param} is not on this machine: see CONTRIBUTING.md"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)
    async with opened(tmp_path_factory.mktemp(request.param)) as engine:
        yield engine


async def test_the_main_paths(engine: Engine, home: PretendHome) -> None:
    await _now_is_live(engine, home)
    await _history_leads_from_day_to_month_and_back(engine, home)
    await _meters_and_settings(engine)
    await _a_server_that_is_gone_is_told(engine, home)


async def _now_is_live(engine: Engine, home: PretendHome) -> None:
    await engine.go(home.url)
    await says(engine, LIVE, "main header")
    await says(engine, r"Home uses\s+[\d.]+\s+k?W")
    await says(engine, r"Solar\s+\+\d\.\d\d\s+kW\s+producing")
    curve = "document.querySelector('.spark .curve').getAttribute('d')"
    drawn = await engine.run(curve)
    await shown(engine, f"{curve} !== {drawn!r}")
    assert not await engine.run(WIDE)


async def _history_leads_from_day_to_month_and_back(engine: Engine, home: PretendHome) -> None:
    await engine.go(f"{home.url}/history/2026-03-30")
    await says(engine, "Mon 30 Mar", "h1")
    await tap(engine, button("Previous period"))
    await says(engine, "Sun 29 Mar", "h1")
    await shown(engine, "document.querySelectorAll('table tbody tr').length === 92")
    await tap(engine, button("Next period"))
    await says(engine, "Mon 30 Mar", "h1")
    await tap(engine, button("^Month$"))
    await says(engine, "March 2026", "h1")
    assert (await engine.run("location.pathname")) == "/history/2026-03"
    await shown(engine, "document.querySelectorAll('table tbody tr').length === 31")
    await tap(engine, BAR)
    await says(engine, "Sun 29 Mar", "h1")
    await engine.run("history.back()")
    await says(engine, "March 2026", "h1")
    assert not await engine.run(WIDE)


async def _meters_and_settings(engine: Engine) -> None:
    await tap(engine, NAV.format("Meters"))
    await says(engine, r"Mains[\s\S]+Roof")
    await says(engine, r"L1\s+[+−][\d.]+\s+2\d\d")
    assert not await engine.run(WIDE)
    await tap(engine, NAV.format("Settings"))
    await shown(engine, LANGUAGE)
    await engine.run(CHOOSE.format("Suomi"))
    await says(engine, "Asetukset", "nav")
    assert await engine.run("document.documentElement.lang") == "fi"
    await engine.run(CHOOSE.format("English"))
    await says(engine, "Settings", "nav")


async def _a_server_that_is_gone_is_told(engine: Engine, home: PretendHome) -> None:
    await tap(engine, NAV.format("Now"))
    await says(engine, LIVE, "main header")
    await home.stop()
    try:
        await says(engine, r"The server does not answer: values from")
    finally:
        await home.start()
    await tap(engine, button("Try now"))
    await says(engine, LIVE, "main header")
