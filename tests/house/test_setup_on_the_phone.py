"""A home is set up from a phone: the real server, pretend meters, strangers, and a server that is
killed at each step.
"""

import asyncio
import hashlib
import json
import ssl
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.kit import MAC, OTHER_MAC
from tests.house.setting_up import Setup, two_meters
from wattledger.settings_file import read_settings
from wattledger.simulator.meter import PretendMeter

SETUP = "/api/v1/setup"
ROLES = [
    {"mac": MAC, "role": "grid", "name": "Verkko"},
    {"mac": OTHER_MAC, "role": "solar", "name": "Katto", "production": "negative"},
]


class Phone:
    """A browser at an address; its cookie outlives the server, whose port is another each time."""

    def __init__(self, server: Setup, address: str = "127.0.0.1") -> None:
        self._server = server
        self._address = address
        self._token = ""
        self._trusting: ssl.SSLContext | None = None

    async def ask(self, method: str, path: str, body: object = None, **more: str) -> httpx.Response:
        content = None if body is None else json.dumps(body).encode()
        return await self.send(
            method, path, content, **{"content-type": "application/json", **more}
        )

    async def send(
        self, method: str, path: str, content: bytes | None, **more: str
    ) -> httpx.Response:
        trusting = self._trusting
        line = httpx.AsyncHTTPTransport(local_address=self._address, verify=trusting or True)
        base = self._server.url.replace("http:", "https:") if trusting else self._server.url
        port = self._server.url.rpartition(":")[2]
        headers = {"cookie": f"wattledger-{port}={self._token}"} if self._token else {}
        async with httpx.AsyncClient(
            transport=line, trust_env=False, timeout=300, base_url=base
        ) as client:
            return await client.request(method, path, headers=headers | more, content=content)

    async def get(self, path: str = SETUP) -> Any:
        answer = await self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def try_code(self, code: str) -> httpx.Response:
        asked = {"code": code, "device": "Päivin puhelin"}
        return await self.ask("POST", f"{SETUP}/enter", asked)

    async def enter(self, code: str) -> None:
        answer = await self.try_code(code)
        assert answer.status_code == 200, answer.text
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        self._token = cookie.partition(";")[0].partition("=")[2]

    async def add(self, *meters: PretendMeter) -> None:
        for meter in meters:
            asked = {"address": f"http://{meter.address}/"}
            found = await self.ask("POST", f"{SETUP}/meters", asked)
            assert found.json()["host"] == meter.address

    async def answer(self, **answers: object) -> None:
        answer = await self.ask("PATCH", SETUP, answers)
        assert answer.status_code == 200, answer.text

    async def start(self) -> None:
        assert (await self.ask("POST", f"{SETUP}/start")).status_code == 202

    async def sees_power(self) -> dict[str, dict[str, Any]]:
        """The meters by their MAC, once the power of each is known."""
        while True:
            meters = (await self.get())["meters"]
            if meters and all(one["power_w"] is not None for one in meters):
                return {one["mac"]: one for one in meters}
            await asyncio.sleep(0.1)

    async def is_live(
        self, solar_w: float | None = 1200.0, trusting: ssl.SSLContext | None = None
    ) -> None:
        """Returns once the home is; from now on over HTTPS where there is somebody to trust."""
        self._trusting = trusting
        while True:
            try:
                answer = await self.ask("GET", "/api/v1/power")
            except httpx.TransportError:
                continue
            if answer.status_code == 200 and answer.json()["home_w"] is not None:
                assert answer.json().get("solar_w") == solar_w
                return
            await asyncio.sleep(0.1)


@pytest.fixture
async def setup(tmp_path: Path) -> AsyncIterator[Setup]:
    server = Setup(tmp_path)
    await server.start()
    yield server
    await server.close()


async def test_broken_off_at_each_step_it_goes_on_and_ends_in_live_power(setup: Setup) -> None:
    code, phone = setup.code, Phone(setup)
    await setup.kill()
    assert setup.code == code
    async with two_meters() as (mains, plant):
        await phone.enter(code)
        await phone.add(plant, mains)
        await setup.kill()
        seen = await phone.sees_power()
        assert (seen[MAC]["role"], seen[OTHER_MAC]["role"]) == ("grid", "solar")
        assert seen[OTHER_MAC]["production"] == "negative"
        await phone.answer(step="roles", meters=ROLES)
        await setup.kill()
        now = await phone.get()
        assert now["step"] == "roles"
        assert [one["is_proposed"] for one in now["meters"]] == [False, False]
        home = {"name": "Koivurinne", "time_zone": "Europe/Oslo", "main_fuse_a": "3x35 A"}
        await phone.answer(step="review", netting="hour", **home)
        preview = await phone.get(f"{SETUP}/settings")
        await setup.kill()
        assert (await phone.get())["home"] == {
            "name": "Koivurinne",
            "time_zone": "Europe/Oslo",
            "main_fuse_a": 35.0,
            "netting": "hour",
            "has_mongodb": False,
        }
        text = (await phone.get(f"{SETUP}/settings"))["text"]
        assert text == preview["text"]
        await phone.start()
        assert setup.config.read_text(encoding="utf-8") == text
        await phone.is_live()
        await _is_set_up(setup, phone)


async def _is_set_up(setup: Setup, phone: Phone) -> None:
    (device,) = (await phone.get("/api/v1/access/devices"))["devices"]
    assert (device["device"], device["is_this_one"]) == ("Päivin puhelin", True)
    assert (await phone.ask("GET", SETUP)).json()["type"] == "/problems/set-up"
    assert (await Phone(setup).ask("GET", "/api/v1/power")).status_code == 401
    assert stat.S_IMODE(setup.config.stat().st_mode) == 0o600
    names = {path.name for path in setup.config.parent.iterdir()}
    assert names == {"wattledger.toml", "books"}
    assert (setup.config.parent / "books" / "own.sqlite").is_file()
    settings = read_settings(setup.config, {})
    assert (settings.site.main_fuse_a, settings.site.netting) == (35.0, "hour")
    assert [meter.name for meter in settings.meters] == ["Verkko", "Katto"]


async def test_killed_once_the_settings_are_written_the_phone_is_paired_all_the_same(
    setup: Setup,
) -> None:
    async with two_meters() as (mains, plant):
        phone = Phone(setup)
        await phone.enter(setup.code)
        await phone.add(plant, mains)
        await phone.sees_power()
        await phone.start()
        await setup.kill()
        await phone.is_live()


async def test_strangers_neither_get_in_nor_hold_anybody_up(setup: Setup) -> None:
    code, stranger, phone = setup.code, Phone(setup, "127.0.0.2"), Phone(setup)
    wrong = ("0000-0000", "", "x" * 40, "ABCD", "ZZZZ-ZZZZ", "0000-0001")
    tried = [(await stranger.try_code(one)).status_code for one in (*wrong, code)]
    assert tried == [403] * 5 + [429] * 2
    refused = await stranger.try_code(code)
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.json()["type"] == "/problems/too-many-tries"
    for path in ("", "/settings"):
        assert (await stranger.ask("GET", f"{SETUP}{path}")).status_code == 401
    for path in ("/look", "/meters", "/start"):
        assert (await stranger.ask("POST", f"{SETUP}{path}", {})).status_code == 401
    await phone.enter(code.lower().replace("-", " "))
    assert (await phone.get())["step"] == "meters"
    assert (await phone.ask("GET", "/api/v1/power")).status_code == 401


async def test_a_second_phone_is_told_and_a_new_code_lets_it_in(setup: Setup) -> None:
    code, phone, second = setup.code, Phone(setup), Phone(setup, "127.0.0.2")
    await phone.enter(code)
    for _ in range(7):
        told = await second.try_code(code)
        assert (told.status_code, told.json()["type"]) == (409, "/problems/code-taken")
    await phone.enter(code)
    new = setup.code
    assert new != code
    await phone.get()
    await second.enter(new)
    await second.get()
    assert (await phone.ask("GET", SETUP)).status_code == 401


BAD_PARAMETER = (422, "bad-parameter")
REFUSED: tuple[tuple[str, str, object, tuple[int, str]], ...] = (
    ("PATCH", "", {"name": "x", "time_zone": "No/Where"}, BAD_PARAMETER),
    ("PATCH", "", {"main_fuse_a": "9999"}, BAD_PARAMETER),
    ("PATCH", "", {"main_fuse_a": True}, BAD_PARAMETER),
    ("PATCH", "", {"https": 1}, BAD_PARAMETER),
    ("PATCH", "", {"netting": "century"}, BAD_PARAMETER),
    ("PATCH", "", {"name": "\ud800"}, BAD_PARAMETER),
    ("PATCH", "", {"meters": [{"mac": MAC, "role": None}]}, BAD_PARAMETER),
    ("POST", "/meters", {"address": "ftp://x/"}, BAD_PARAMETER),
    ("POST", "/meters", {"address": "127.0.0.1:9"}, (422, "no-meter")),
    ("POST", "/start", {}, (422, "bad-settings")),
    ("DELETE", f"/meters/{MAC}", None, (404, "not-found")),
    ("POST", "/meters", {"address": "127.0.0.1:9", "password": "sesame"}, (403, "https-only")),
    ("PATCH", "", {"mongodb_uri": "mongodb://me:sesame@x"}, (403, "https-only")),
    ("PATCH", "", {"name": "x" * 5_000}, (413, "bad-body")),
)


async def test_what_cannot_be_is_told_and_nothing_is_kept(setup: Setup) -> None:
    phone = Phone(setup)
    await phone.enter(setup.code)
    before = await phone.get()
    for method, path, body, told in REFUSED:
        answer = await phone.ask(method, f"{SETUP}{path}", body)
        kind = answer.json()["type"].removeprefix("/problems/")
        assert (answer.status_code, kind) == told, body
    foreign = await phone.ask("POST", f"{SETUP}/look", origin="http://evil.example")
    assert foreign.json()["type"] == "/problems/foreign-page"
    assert await phone.get() == before
    kept = [path.read_text() for path in setup.config.parent.iterdir() if path.is_file()]
    assert "sesame" not in "".join(kept)


async def test_with_https_the_home_speaks_it_from_the_start_on(setup: Setup) -> None:
    phone = Phone(setup)
    async with two_meters() as (mains, plant):
        await phone.enter(setup.code)
        assert (await phone.ask("GET", "/authority.crt")).status_code == 404
        await phone.add(plant, mains)
        await phone.sees_power()
        await phone.answer(name="Koivurinne", https=True)
        await setup.kill()
        fingerprint = (await phone.get())["fingerprint"]
        authority = (await phone.ask("GET", "/authority.crt")).content
        assert hashlib.sha256(authority).hexdigest().upper() == fingerprint.replace(":", "")
        await phone.answer(https=False)
        assert "tls" not in (await phone.get(f"{SETUP}/settings"))["text"]
        await phone.answer(https=True)
        assert (await phone.get())["fingerprint"] == fingerprint
        await phone.start()
        trusting = ssl.create_default_context(cadata=authority)
        await phone.is_live(trusting=trusting)
        kept = (await phone.get("/api/v1/settings"))["takes_secrets"]
        assert kept is True
    assert 'tls_cert = "tls/chain.pem"' in setup.config.read_text()
    assert stat.S_IMODE((setup.config.parent / "tls").stat().st_mode) == 0o700


async def test_settings_that_came_meanwhile_are_not_written_over(
    setup: Setup, tmp_path: Path
) -> None:
    phone = Phone(setup)
    async with two_meters() as (mains, _):
        await phone.enter(setup.code)
        await phone.add(mains)
        await phone.sees_power()
        setup.config.symlink_to(tmp_path / "elsewhere")
        (tmp_path / "elsewhere").write_text("[site\n")
        answer = await phone.ask("POST", f"{SETUP}/start")
    assert answer.status_code == 422
    assert "is there already" in answer.json()["detail"]
    assert (tmp_path / "elsewhere").read_text() == "[site\n"
