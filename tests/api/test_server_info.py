"""What the server tells of itself is the same whether it has a home, waits for one, or has none."""

from pathlib import Path

import httpx
import pytest

from tests.fakes.home import MemoryHome
from wattledger.api.access_policy import Access
from wattledger.api.app_factory import create_api
from wattledger.api.not_ready_app import NotReadyApp
from wattledger.api.setup_app import SetupApp
from wattledger.api.site_json import ServerInfo
from wattledger.api.stranger_limits import StrangerLimits
from wattledger.api.swappable_app import Answering
from wattledger.setup.phone_setup import PhoneSetup

SERVER = ServerInfo("1.2.3")


def _app(kind: str, home: MemoryHome, folder: Path) -> Answering:
    if kind == "home":
        return create_api(home.app_state, Access.open(), server=SERVER)
    if kind == "waiting":
        return NotReadyApp(lambda: home.parts, Access.open(), home.clock, SERVER)
    setup = PhoneSetup(folder / "config.toml", home.clock)
    return SetupApp(setup, SERVER, home.clock, StrangerLimits(home.clock))


async def _told(app: Answering, path: str) -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return await client.get(path)


@pytest.mark.parametrize("kind", ["home", "waiting", "setup"])
async def test_health_has_the_same_fields_of_the_server(
    kind: str, home: MemoryHome, tmp_path: Path
) -> None:
    document = (await _told(_app(kind, home, tmp_path), "/api/v1/health")).json()
    assert list(document) == ["ok", "version", "parts", "faults"]
    assert document["version"] == "1.2.3"


async def test_without_settings_the_health_says_so(home: MemoryHome, tmp_path: Path) -> None:
    app = _app("setup", home, tmp_path)
    documents = [(await _told(app, path)).json() for path in ("/api/v1/health", "/health")]
    part = {
        "name": "settings",
        "ok": False,
        "detail": "there are none yet",
        "last_error": None,
        "last_error_at": None,
    }
    assert documents == [{"ok": False, "version": "1.2.3", "parts": [part], "faults": []}] * 2


async def test_the_site_and_the_metrics_tell_the_version(home: MemoryHome, tmp_path: Path) -> None:
    app = _app("home", home, tmp_path)
    assert (await _told(app, "/api/v1/site")).json()["version"] == "1.2.3"
    assert 'version="1.2.3"' in (await _told(app, "/api/v1/metrics")).text
