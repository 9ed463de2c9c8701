"""Pairing over HTTP: a code becomes a session, which opens the data until it is removed."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest

from tests.api.conftest import client_of
from tests.fakes.clock import ManualClock
from tests.fakes.home import MemoryHome
from wattledger.api.access_policy import Access
from wattledger.api.app_factory import create_api
from wattledger.api.client_address_middleware import ClientMiddleware
from wattledger.api.openapi_export import openapi_document
from wattledger.api.request_body import LONGEST_BYTES
from wattledger.api.stranger_limits import StrangerLimits
from wattledger.flow.one_time_codes import WRONG_AT_ONCE, plain
from wattledger.flow.pairing import USE_KEPT_EVERY_S

TOKEN = "correct horse battery staple"
DATA = ["/power", "/power/recent", "/energy/today", "/meters", "/audit", "/site", "/metrics"]
DATA += ["/access/devices", "/openapi.json"]
ONLY_PAIRED = Access.with_token("")


@pytest.fixture
async def phone(home: MemoryHome) -> AsyncIterator[httpx.AsyncClient]:
    """Of a server that has no token in its settings."""
    async with client_of(home, ONLY_PAIRED) as asking:
        yield asking


def code_of(home: MemoryHome) -> str:
    return home.pairing.codes.make()[0]


async def paired(home: MemoryHome, phone: httpx.AsyncClient, name: str = "iPhone") -> str:
    """The device's id; its cookie is the client's from now on."""
    answer = await phone.post("/access/pair", json={"code": code_of(home), "device": name})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_code_becomes_a_session(home: MemoryHome, phone: httpx.AsyncClient) -> None:
    for path in DATA:
        assert (await phone.get(path)).status_code == 401
    asked = {"code": code_of(home).lower(), "device": "  Päivin   puhelin "}
    answer = await phone.post("/access/pair", json=asked)
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    document = answer.json()
    assert set(document) == {"id", "device", "token"}
    assert document["device"] == "Päivin puhelin"
    for path in DATA:
        assert (await phone.get(path)).status_code == 200
    assert (await phone.get("/power", headers={"Host": "pi.local:8080"})).status_code == 200


async def test_the_cookie_is_the_browsers_alone(home: MemoryHome) -> None:
    for scheme, secure in (("http", ""), ("https", True)):
        transport = httpx.ASGITransport(create_api(home.app_state, ONLY_PAIRED))
        async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://pi:8443") as phone:
            asked = {"code": code_of(home), "device": "iPhone"}
            answer = await phone.post("/api/v1/access/pair", json=asked)
        cookie = SimpleCookie(answer.headers["set-cookie"])["wattledger-8443"]
        assert cookie.value == answer.json()["token"]
        assert (cookie["path"], cookie["samesite"], cookie["httponly"]) == ("/", "Strict", True)
        assert cookie["secure"] == secure
        assert int(cookie["max-age"]) == 400 * 86_400
        assert cookie["domain"] == ""


async def test_the_token_is_good_as_bearer_too(home: MemoryHome, phone: httpx.AsyncClient) -> None:
    asked = {"code": code_of(home), "device": "a script"}
    token = (await phone.post("/access/pair", json=asked)).json()["token"]
    phone.cookies.clear()
    assert (await phone.get("/power")).status_code == 401
    for scheme, status in (("Bearer", 200), ("bearer", 200), ("Basic", 401)):
        answer = await phone.get("/power", headers={"Authorization": f"{scheme} {token}"})
        assert answer.status_code == status
        assert "set-cookie" not in answer.headers


async def test_the_settings_token_and_paired_phones_open_one_server(home: MemoryHome) -> None:
    async with client_of(home, Access.with_token(TOKEN)) as phone:
        with_token = {"Authorization": f"Bearer {TOKEN}"}
        assert (await phone.get("/power", headers=with_token)).status_code == 200
        devices = (await phone.get("/access/devices", headers=with_token)).json()
        assert devices == {"devices": []}
        await paired(home, phone)
        assert (await phone.get("/power")).status_code == 200
        stale = {"Authorization": "Bearer of a token from before"}
        assert (await phone.get("/power", headers=stale)).status_code == 200


@pytest.mark.parametrize("authorization", ["Bearer", "Bearer ", "Bearer  ", "bearer", ""])
async def test_no_token_in_the_settings_is_not_an_empty_one(
    phone: httpx.AsyncClient, authorization: str
) -> None:
    for headers in ({"Authorization": authorization}, {"Cookie": "wattledger-80="}):
        assert (await phone.get("/power", headers=headers)).status_code == 401


async def test_a_code_is_good_once_and_wrong_ones_are_403(
    home: MemoryHome, phone: httpx.AsyncClient
) -> None:
    asked = {"code": code_of(home), "device": "iPhone"}
    assert (await phone.post("/access/pair", json=asked)).status_code == 201
    phone.cookies.clear()
    for code in (asked["code"], "0000-0000"):
        answer = await phone.post("/access/pair", json={**asked, "code": code})
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == "/problems/wrong-code"
        assert "set-cookie" not in answer.headers


async def test_guessing_is_held_up(
    home: MemoryHome, phone: httpx.AsyncClient, clock: ManualClock
) -> None:
    right = {"code": code_of(home), "device": "iPhone"}
    for guess in range(WRONG_AT_ONCE):
        wrong = {"code": f"0000-000{guess}", "device": "nobody"}
        assert (await phone.post("/access/pair", json=wrong)).status_code == 403
    answer = await phone.post("/access/pair", json=right)
    assert answer.status_code == 429
    assert answer.json()["type"] == "/problems/too-many-tries"
    assert answer.headers["retry-after"] == "60"
    clock.advance(60)
    assert (await phone.post("/access/pair", json=right)).status_code == 201


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({}, "code"),
        ({"code": "7K2M-9QXD"}, "device"),
        ({"code": "7K2M", "device": "iPhone"}, "code"),
        ({"code": "7K2M-9QXU", "device": "iPhone"}, "code"),
        ({"code": 12345678, "device": "iPhone"}, "code"),
        ({"code": None, "device": "iPhone"}, "code"),
        ({"code": "7K2M-9QXD", "device": ""}, "device"),
        ({"code": "7K2M-9QXD", "device": " \t"}, "device"),
        ({"code": "7K2M-9QXD", "device": "x" * 41}, "device"),
        ({"code": "7K2M-9QXD", "device": "\u001b[2Jiphone"}, "device"),
        ({"code": "7K2M-9QXD", "device": "i\u202ephone"}, "device"),
        ({"code": "7K2M-9QXD", "device": "\ud800"}, "device"),
        ({"code": "7K2M-9QXD", "device": "iPhone", "admin": True}, "admin"),
        ([], None),
        ("7K2M-9QXD", None),
    ],
)
async def test_a_malformed_body_is_422_and_no_try(
    phone: httpx.AsyncClient, body: object, parameter: str | None
) -> None:
    headers = {"Content-Type": "application/json"}
    for _ in range(WRONG_AT_ONCE + 1):
        answer = await phone.post("/access/pair", content=json.dumps(body), headers=headers)
        assert answer.status_code == 422
        assert answer.json().get("parameter") == parameter


@pytest.mark.parametrize("body", ["", "{", '{"code":', "code=7K2M-9QXD", "\x00", "[" * 2_000])
async def test_a_body_that_is_no_json_is_422(phone: httpx.AsyncClient, body: str) -> None:
    for kind in ("application/json", "text/plain"):
        answer = await phone.post("/access/pair", content=body, headers={"Content-Type": kind})
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/bad-parameter")


async def test_a_form_of_another_site_can_not_pair(
    home: MemoryHome, phone: httpx.AsyncClient
) -> None:
    body = json.dumps({"code": code_of(home), "device": "iPhone"})
    for headers in ({"Content-Type": "text/plain"}, {}):
        assert (await phone.post("/access/pair", content=body, headers=headers)).is_client_error
    assert home.pairing.devices() == []


def questions_that_bring_something() -> list[tuple[str, str]]:
    """Method and path of each that the document gives a body; of files there are other tests."""
    paths: dict[str, dict[str, Any]] = json.loads(openapi_document())["paths"]
    return [
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in paths.items()
        for method, operation in methods.items()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    ]


@pytest.mark.parametrize(("method", "path"), questions_that_bring_something())
async def test_a_body_without_end_is_cut_off(
    home: MemoryHome, phone: httpx.AsyncClient, method: str, path: str
) -> None:
    await paired(home, phone)

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 1024

    answer = await phone.request(method, path, content=endless())
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/bad-body")
    answer = await phone.request(method, path, content=b" " * LONGEST_BYTES)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("headers", "admitted"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Origin": "http://127.0.0.1"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example"}, False),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:9000"}, False),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "http://127.0.0.1:9000"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "https://home.example", "Host": "home.example"}, True),
        ({"Origin": "https://home.example", "Host": "home.example:443"}, True),
        ({"Origin": "https://home.example:443", "Host": "home.example"}, True),
        ({"Origin": "http://home.example", "Host": "HOME.example:80"}, True),
        ({"Origin": "http://[fd00::1]", "Host": "[fd00::1]:80"}, True),
        ({"Origin": "http://[fd00::1]:8080", "Host": "[fd00::1]:8080"}, True),
        ({"Origin": "https://home.example", "Host": "home.example:80"}, False),
        ({"Origin": "https://home.example:8443", "Host": "home.example"}, False),
        ({"Origin": "https://home.example", "Host": "127.0.0.1:8080"}, False),
        ({"Origin": "https://h.example", "X-Forwarded-Host": "h.example"}, False),
    ],
)
async def test_only_the_own_page_may_change_something(
    home: MemoryHome, phone: httpx.AsyncClient, headers: dict[str, str], admitted: bool
) -> None:
    device = await paired(home, phone)
    asked = {"code": code_of(home), "device": "another"}
    pairing = await phone.post("/access/pair", json=asked, headers=headers)
    assert pairing.status_code == (201 if admitted else 403)
    device = home.pairing.devices()[0].id
    removing = await phone.delete(f"/access/devices/{device}", headers=headers)
    assert removing.status_code == (204 if admitted else 403)
    if not admitted:
        assert removing.json()["type"] == "/problems/foreign-page"


async def test_a_proxy_that_changes_the_host_says_which_it_was(home: MemoryHome) -> None:
    """Believed where the settings name it; the cookie is for the browser's side of it."""
    strangers = StrangerLimits(home.clock, ["127.0.0.1"])
    api = ClientMiddleware(create_api(home.app_state, ONLY_PAIRED, strangers=strangers), strangers)
    transport = httpx.ASGITransport(api)
    headers = {
        "Origin": "https://home.example",
        "X-Forwarded-Host": "home.example:443",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Prefix": "/wattledger/",
        "X-Forwarded-For": "192.0.2.7",
    }
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1/api/v1") as phone:
        asked = {"code": code_of(home), "device": "iPhone"}
        new = await phone.post("/access/pair", json=asked, headers=headers)
        assert new.status_code == 201
        assert "; Path=/wattledger/;" in new.headers["set-cookie"]
        assert "; Secure" in new.headers["set-cookie"]
        evil = {**headers, "Origin": "https://evil.example"}
        answer = await phone.post("/access/pair", json=asked, headers=evil)
        assert answer.json()["type"] == "/problems/foreign-page"
        assert "trusted_proxies" in answer.json()["detail"]


async def test_each_cookie_of_our_name_is_tried(home: MemoryHome) -> None:
    """A browser keeps one of each path, and sends an old one too."""
    async with client_of(home, ONLY_PAIRED) as phone:
        await paired(home, phone)
        right = phone.cookies["wattledger-80"]
        phone.cookies.clear()
        for cookies in (
            f"wattledger-80={right}; wattledger-80=old",
            f"wattledger-80=old; x; wattledger-80={right}",
        ):
            answer = await phone.get("/power", headers={"Cookie": cookies})
            assert answer.status_code == 200


async def test_who_guesses_codes_keeps_no_other_address_out(
    home: MemoryHome, clock: ManualClock
) -> None:
    """Four wrong codes a second, from one address, for two minutes."""
    api = create_api(home.app_state, ONLY_PAIRED)

    def at(address: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(api, client=(address, 1))
        return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1/api/v1")

    right = {"code": code_of(home), "device": "iPhone"}
    statuses = set()
    async with at("192.168.1.66") as guesser, at("192.168.1.5") as phone:
        for number in range(480):
            wrong = {"code": f"0000-{number:04d}", "device": "nobody"}
            statuses.add((await guesser.post("/access/pair", json=wrong)).status_code)
            clock.advance(0.25)
        assert (await phone.post("/access/pair", json=right)).status_code == 201
    assert statuses == {403, 429}


async def test_the_list_says_who_asks_and_when_each_was_used(
    home: MemoryHome, phone: httpx.AsyncClient, clock: ManualClock
) -> None:
    async with client_of(home, ONLY_PAIRED) as other:
        first = await paired(home, other, "Old phone")
        clock.advance(90)
        second = await paired(home, phone)
        clock.advance(30)
        await other.get("/power")
        answer = await phone.get("/access/devices")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "devices": [
            {
                "id": first,
                "device": "Old phone",
                "paired_at": "2026-11-22T12:00:00+02:00",
                "last_used_at": "2026-11-22T12:02:00+02:00",
                "owns": True,
                "is_this_one": False,
            },
            {
                "id": second,
                "device": "iPhone",
                "paired_at": "2026-11-22T12:01:30+02:00",
                "last_used_at": "2026-11-22T12:02:00+02:00",
                "owns": True,
                "is_this_one": True,
            },
        ]
    }


async def test_a_removed_phone_is_out(home: MemoryHome, phone: httpx.AsyncClient) -> None:
    async with client_of(home, ONLY_PAIRED) as other:
        gone = await paired(home, other, "Old phone")
        mine = await paired(home, phone)
        assert (await phone.delete("/access/devices/nobody")).status_code == 404
        assert (await phone.delete(f"/access/devices/{gone}")).status_code == 204
        assert (await phone.delete(f"/access/devices/{gone}")).status_code == 404
        assert (await other.get("/power")).status_code == 401
        assert (await other.delete(f"/access/devices/{mine}")).status_code == 401
    assert (await phone.get("/power")).status_code == 200
    itself = await phone.delete(f"/access/devices/{mine}")
    assert itself.status_code == 204
    assert "Max-Age=0" in itself.headers["set-cookie"]
    assert not phone.cookies
    assert (await phone.get("/power")).status_code == 401


async def test_a_phone_that_pairs_anew_replaces_itself(
    home: MemoryHome, phone: httpx.AsyncClient
) -> None:
    await paired(home, phone, "before")
    again = await paired(home, phone, "again")
    assert [device.id for device in home.pairing.devices()] == [again]


async def test_the_cookie_is_made_to_last_while_the_phone_is_used(
    home: MemoryHome, phone: httpx.AsyncClient, clock: ManualClock
) -> None:
    await paired(home, phone)
    cookies = dict(phone.cookies)
    assert "set-cookie" not in (await phone.get("/power")).headers
    clock.advance(USE_KEPT_EVERY_S)
    answer = await phone.get("/power")
    assert "Max-Age=34560000" in answer.headers["set-cookie"]
    assert dict(phone.cookies) == cookies
    assert "set-cookie" not in (await phone.get("/power")).headers


async def test_a_stream_ends_with_its_pairing(home: MemoryHome, phone: httpx.AsyncClient) -> None:
    device = await paired(home, phone)
    header = f"{next(iter(phone.cookies.keys()))}={next(iter(phone.cookies.values()))}".encode()
    api = create_api(home.app_state, ONLY_PAIRED)
    begun, bodies = asyncio.Event(), list[bytes]()

    async def receive() -> dict[str, object]:
        await asyncio.Event().wait()
        return {}

    async def send(message: dict[str, object]) -> None:
        bodies.append(bytes(message.get("body", b"")))  # type: ignore[call-overload]
        if len(bodies) > 1:
            begun.set()

    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": "/api/v1/power/stream",
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1"), (b"cookie", header)],
        "server": ("127.0.0.1", 80),
    }
    async with asyncio.timeout(300), asyncio.TaskGroup() as tasks:
        tasks.create_task(api(scope, receive, send))  # type: ignore[arg-type]
        await begun.wait()
        assert b"event: power" in bodies[1]
        await home.pairing.remove("nobody")
        await home.pairing.remove(device)


async def test_open_access_needs_no_pairing_and_lists_nobody(client: httpx.AsyncClient) -> None:
    assert (await client.get("/power")).status_code == 200
    assert (await client.get("/access/devices")).json() == {"devices": []}
    asked = {"code": "0000-0000", "device": "iPhone"}
    assert (await client.post("/access/pair", json=asked)).status_code == 403
    named = await client.post("/access/pair", json=asked, headers={"Host": "evil.example"})
    assert named.json()["type"] == "/problems/foreign-host"


async def test_a_server_that_keeps_no_devices_says_so(clock: ManualClock) -> None:
    home = MemoryHome(clock, pairs=False)
    async with client_of(home, Access.with_token(TOKEN)) as phone:
        asked = {"code": "0000-0000", "device": "iPhone"}
        answer = await phone.post("/access/pair", json=asked)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/no-pairing")
        phone.headers["Authorization"] = f"Bearer {TOKEN}"
        assert (await phone.get("/access/devices")).json() == {"devices": []}
        assert (await phone.delete("/access/devices/x")).status_code == 409


async def test_what_the_addresses_can_do(home: MemoryHome, phone: httpx.AsyncClient) -> None:
    device = await paired(home, phone)
    for method, path, allowed in (
        ("GET", "/access/pair", "POST"),
        ("HEAD", "/access/pair", "POST"),
        ("POST", "/access/devices", "GET, HEAD"),
        ("GET", f"/access/devices/{device}", "DELETE, PATCH"),
        ("PUT", f"/access/devices/{device}", "DELETE, PATCH"),
    ):
        answer = await phone.request(method, path)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed), path


async def test_a_disk_that_is_full_is_503_and_costs_no_code(
    home: MemoryHome, phone: httpx.AsyncClient
) -> None:
    asked = {"code": code_of(home), "device": "iPhone"}
    home.devices.busy = True
    assert (await phone.post("/access/pair", json=asked)).status_code == 503
    home.devices.busy = False
    assert (await phone.post("/access/pair", json=asked)).status_code == 201


async def test_no_secret_is_logged(
    home: MemoryHome, phone: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    code = code_of(home)
    asked = {"code": code, "device": "iPhone"}
    token = (await phone.post("/access/pair", json=asked)).json()["token"]
    await phone.post("/access/pair", json=asked)
    await phone.get("/power")
    assert "'iPhone' was paired" in caplog.text
    for secret in (token, code, plain(code) or "", "iPhone:"):
        assert secret not in caplog.text
