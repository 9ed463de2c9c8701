"""Who is let in, and what every answer carries."""

import secrets

import pytest

from tests.api.conftest import client_of
from tests.fakes.clock import ManualClock
from tests.fakes.home import MemoryHome
from wattledger.api.access_policy import Access, weakness_of
from wattledger.api.stranger_limits import WINDOW_S, WRONG_TOKENS

TOKEN = "correct horse battery staple"
DATA = ["/power", "/power/stream", "/power/recent", "/energy/today", "/energy/today.csv"]
DATA += ["/energy?from=2026-11-01&to=2026-11-02", "/meters", "/audit", "/site", "/metrics"]
DATA += ["/openapi.json", "/nothing"]
WRONG = [None, "", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN]
WRONG += [f"Bearer {TOKEN}x", "Bearer \xff"]


@pytest.mark.parametrize("authorization", WRONG)
async def test_without_the_token_there_is_no_data(
    home: MemoryHome, authorization: str | None
) -> None:
    given = [] if authorization is None else [(b"Authorization", authorization.encode("latin-1"))]
    async with client_of(home, Access.with_token(TOKEN)) as client:
        for path in DATA:
            answer = await client.get(path, headers=given)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("authorization", [f"Bearer {TOKEN}", f"bearer {TOKEN}"])
async def test_with_the_token_there_is(home: MemoryHome, authorization: str) -> None:
    async with client_of(home, Access.with_token(TOKEN)) as client:
        client.headers["Authorization"] = authorization
        for path in ("/power", "/energy/today", "/meters", "/openapi.json", "/metrics"):
            assert (await client.get(path)).status_code == 200
        named = await client.get("/power", headers={"Host": "wattledger.home.example"})
    assert named.status_code == 200


async def test_health_and_the_pages_are_open_to_all(home: MemoryHome) -> None:
    async with client_of(home, Access.with_token(TOKEN)) as client:
        for path in ("/health", "/docs", "/docs/page.js", "http://127.0.0.1/"):
            assert (await client.get(path)).status_code == 200
        for path in ("//api/v1/power", "/api/v1/health/../power", "/api//v1/power"):
            answer = await client.get("http://127.0.0.1" + path)
            assert "grid_w" not in answer.text


def test_the_token_itself_is_not_kept() -> None:
    assert TOKEN not in repr(Access.with_token(TOKEN))
    assert not Access.with_token(TOKEN).admits(None)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1:8080",
        "localhost",
        "LOCALHOST:80",
        "[::1]",
        "[::1]:8080",
        "192.168.1.5:8080",
    ],
)
async def test_open_answers_under_an_address(home: MemoryHome, host: str) -> None:
    async with client_of(home) as client:
        assert (await client.get("/power", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        *[
            "evil.example",
            "evil.example:8080",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "",
        ],
        *[
            "127.0.0.1:evil",
            "[::1",
            "::1",
            "[127.0.0.1]",
            "[localhost]",
            "x[::1]",
            "127.1",
            "[::1]evil",
        ],
    ],
)
async def test_open_refuses_names_that_others_own(home: MemoryHome, host: str) -> None:
    async with client_of(home) as client:
        for path in ("/power", "/health", "/site"):
            answer = await client.get(path, headers={"Host": host})
            assert answer.status_code == 403
            assert answer.json()["type"] == "/problems/foreign-host"


async def test_what_every_answer_carries(home: MemoryHome) -> None:
    async with client_of(home) as client:
        for path in ("/power", "/nothing", "/docs", "http://127.0.0.1/", "/energy/never"):
            headers = (await client.get(path, headers={"Origin": "http://evil.example"})).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            policy = headers["content-security-policy"]
            assert policy.startswith("default-src 'self';")
            assert "unsafe" not in policy
            assert "access-control-allow-origin" not in headers


async def test_wrong_tokens_make_their_address_wait(
    home: MemoryHome, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """And are a line in the log; the right one opens all the same, since nobody can guess it."""
    wrong = {"Authorization": "Bearer wrong"}
    async with client_of(home, Access.with_token(TOKEN)) as client:
        for _ in range(WRONG_TOKENS):
            assert (await client.get("/power", headers=wrong)).status_code == 401
        answer = await client.get("/power", headers=wrong)
        assert answer.status_code == 429
        assert answer.json()["type"] == "/problems/too-many-tries"
        assert answer.headers["retry-after"] == "60"
        cookie = {"Cookie": "wattledger-80=gone"}
        assert (await client.get("/power", headers=cookie)).status_code == 429
        right = {"Authorization": f"Bearer {TOKEN}"}
        assert (await client.get("/power", headers=right)).status_code == 200
        assert (await client.get("/health", headers=wrong)).status_code == 200
        assert (await client.get("/power")).status_code == 401  # no try at all
        clock.advance(WINDOW_S)
        assert (await client.get("/power", headers=wrong)).status_code == 401
    assert len(caplog.records) == 1
    assert "wrong token" in caplog.text
    assert "wrong token came from 127.0.0.1" in caplog.text


async def test_a_token_that_can_be_guessed_waits_with_the_wrong_ones(home: MemoryHome) -> None:
    right = {"Authorization": "Bearer a"}
    async with client_of(home, Access.with_token("a")) as client:
        assert (await client.get("/power", headers=right)).status_code == 200
        for letter in range(WRONG_TOKENS):
            wrong = {"Authorization": f"Bearer {letter}"}
            assert (await client.get("/power", headers=wrong)).status_code == 401
        assert (await client.get("/power", headers=right)).status_code == 429


async def test_open_access_asks_for_no_token_and_counts_none(home: MemoryHome) -> None:
    async with client_of(home) as client:
        for _ in range(WRONG_TOKENS + 5):
            answer = await client.get("/power", headers={"Authorization": "Bearer wrong"})
            assert answer.status_code == 200


@pytest.mark.parametrize(
    "token",
    [
        "a",
        "secret",
        "correct horse",
        "a" * 40,
        "abababababababababababab",
        "password1password1password1",
        "12345678901234567890",
        "abcdefghijklmnopqrstuvwxyz",
        "zyxwvutsrqponmlkjihgfedcba",
        "aaaaaaaaaaaaaaaaaaaaaaaaaabcdefg",
        "0123456789" * 3,
    ],
)
def test_what_can_be_guessed_is_known(token: str) -> None:
    assert weakness_of(token) is not None


@pytest.mark.parametrize("token", ["", TOKEN, "Zm9vLWJhcg+/dGhpcy1pc-no", "8f14e45fceea167a5a36"])
def test_what_can_not_is_not_warned_of(token: str) -> None:
    assert weakness_of(token) is None


def test_random_tokens_are_strong() -> None:
    for _ in range(200):
        assert weakness_of(secrets.token_hex(16)) is None
        assert weakness_of(secrets.token_urlsafe(16)) is None
