"""A home in memory and a client that asks its API, without a socket."""

from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.fakes.clock import ManualClock
from tests.fakes.home import MemoryHome
from wattledger.api.access_policy import Access
from wattledger.api.app_factory import create_api
from wattledger.api.site_json import ServerInfo

HELSINKI = ZoneInfo("Europe/Helsinki")


def local(text: str) -> int:
    """UTC epoch seconds of a wall time in Helsinki."""
    return int(datetime.fromisoformat(text).replace(tzinfo=HELSINKI).timestamp())


NOON = local("2026-11-22T12:00:00")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def home(clock: ManualClock) -> MemoryHome:
    return MemoryHome(clock)


@pytest.fixture
async def client(home: MemoryHome) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(home) as asking:
        yield asking


def client_of(home: MemoryHome, access: Access | None = None) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(
        create_api(home.app_state, access or Access.open(), server=ServerInfo("0.1.0"))
    )
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1/api/v1")
