"""What the app says of MongoDB: since when it is silent, and what waits for it elsewhere."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Literal

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Phone
from tests.browser.pretend_home import pretend_home
from tests.mongo.server import ReplicaSet, beside, free_port, mongod_program, runs
from wattledger.composition.service import Service
from wattledger.settings import Settings

pytestmark = pytest.mark.asyncio(loop_scope="session")

BOOKED = [("2026-04-18", "2026-04-22T03:00:00")]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplicaSet]:
    program = mongod_program()
    if program is None or not runs(program):
        pytest.skip("there is no mongod for this machine, or it does not start")
    server = ReplicaSet(tmp_path_factory.mktemp("database"), 1)
    try:
        server.start()
        yield server
    finally:
        server.stop()


async def test_a_silent_database_is_told_with_the_time(
    phone: Phone, database: ReplicaSet, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("copied")
    settings: dict[str, object] = {"uri": database.uri, "database": "wattledger"}
    async with pretend_home(folder, booked=BOOKED, mongodb=settings) as home:
        page = await phone()
        books = page.locator(".books p")
        await page.goto(f"{home.url}/settings")
        await expect(page.locator("main")).to_contain_text("up to date")
        await page.goto(f"{home.url}/history/2026-04-21")
        await expect(books).to_be_visible()
        await expect(books).not_to_contain_text("MongoDB")
        await beside(database.members[0].kill)
        # A day that this phone has not got yet.
        await page.goto(f"{home.url}/history/2026-04-18")
        await expect(books).to_contain_text(
            re.compile(r"From this house.s own store; MongoDB has not answered since 13:\d\d\.")
        )
        await page.get_by_role("link", name="Settings", exact=True).tap()
        await expect(page.locator("main")).to_contain_text("does not answer")


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[str]:
    """The address of a server without meters."""
    stop, url = asyncio.Event(), asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(Service(settings).run(stop, url.set_result))
        try:
            yield str(await url)
        finally:
            stop.set()


@pytest.mark.parametrize(
    ("locale", "scheme", "title", "state"),
    [
        ("en-GB", "light", "This server has no meters, and MongoDB", "Server waits for MongoDB"),
        ("fi-FI", "dark", "Tällä palvelimella ei ole mittareita", "Palvelin odottaa MongoDB:tä"),
    ],
)
async def test_a_server_that_has_not_heard_of_its_home_says_so(
    phone: Phone, locale: str, scheme: Literal["light", "dark"], title: str, state: str
) -> None:
    nobody = {"uri": f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=300"}
    settings = Settings.model_validate({"server": {"port": 0}, "mongodb": nobody})
    async with serving(settings) as url:
        page = await phone(locale=locale, color_scheme=scheme)
        await page.goto(url)
        await expect(page.locator("main .message")).to_contain_text(title)
        await expect(page.locator("body")).to_contain_text(state)
