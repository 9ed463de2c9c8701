"""Every error is a problem document, and no input makes a 500."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from tests.api.conftest import NOON, client_of
from tests.fakes.clock import ManualClock
from tests.fakes.home import GRID, MemoryHome
from wattledger.api.access_policy import Access
from wattledger.api.app_factory import Api, create_api
from wattledger.api.problems import Problem
from wattledger.energy.errors import ReplicaUnreachable

BASE = "/api/v1"


async def refused(client: httpx.AsyncClient, path: str, *, method: str = "GET") -> dict[str, Any]:
    answer = await client.request(method, path)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = Problem.model_validate_json(answer.content)
    assert problem.status == answer.status_code
    document: dict[str, Any] = answer.json()
    return document


@pytest.mark.parametrize(
    ("path", "kind", "parameter"),
    [
        ("/energy/tomorrow", "bad-period", "period"),
        ("/energy/2026-13", "bad-period", "period"),
        ("/energy/2026-02-30", "bad-period", "period"),
        ("/energy/2025-W53", "bad-period", "period"),
        ("/energy/1999", "bad-period", "period"),
        ("/energy/2026-11-23", "in-future", "period"),
        ("/energy/2031.csv", "in-future", "period"),
        ("/energy/2026-W48", "in-future", "period"),
        ("/energy/2026?resolution=quarter", "too-many-buckets", "resolution"),
        ("/energy/2025?resolution=minute", "too-many-buckets", "resolution"),
        ("/energy/2026?resolution=second", "bad-parameter", "resolution"),
        ("/energy/2026?netting=none", "bad-parameter", "netting"),
        ("/energy/2026?netting=", "bad-parameter", "netting"),
        ("/energy/2026?resolutoin=day", "unknown-parameter", "resolutoin"),
        ("/energy/2026?netting=hour&netting=phase", "unknown-parameter", "netting"),
        ("/energy", "bad-parameter", "from"),
        ("/energy?from=2026-11-01", "bad-parameter", "to"),
        ("/energy?from=2026-11-01&to=noon", "bad-period", "to"),
        ("/energy?from=2026-11-01T00:00:00&to=2026-11-02", "bad-period", "from"),
        ("/energy?from=2026-11-02&to=2026-11-02", "bad-period", "to"),
        ("/energy?from=2026-11-23&to=2026-11-24", "in-future", "from"),
        ("/energy?from=2010-01-01&to=2026-01-01&resolution=day", "too-many-buckets", "resolution"),
        ("/power/recent?seconds=0", "bad-parameter", "seconds"),
        ("/power/recent?seconds=3601", "bad-parameter", "seconds"),
        ("/power/recent?seconds=" + "9" * 5000, "bad-parameter", "seconds"),
        ("/power/recent?seconds=ten", "bad-parameter", "seconds"),
        ("/power?fresh=maybe", "bad-parameter", "fresh"),
        ("/power?fesh=true", "unknown-parameter", "fesh"),
        ("/audit?period=someday", "bad-period", "period"),
        ("/audit?period=2031", "in-future", "period"),
        ("/meters?x", "unknown-parameter", "x"),
    ],
)
async def test_bad_parameters_are_named(
    client: httpx.AsyncClient, path: str, kind: str, parameter: str
) -> None:
    problem = await refused(client, path)
    assert problem["status"] == 422
    assert problem["type"] == f"/problems/{kind}"
    assert problem["parameter"] == parameter
    assert problem["detail"]


async def test_exactly_the_most_buckets_are_answered(client: httpx.AsyncClient) -> None:
    path = "/energy?from=2026-08-01T00:00:00Z&resolution=quarter&to="
    # 4000 quarters are 41 days and 16 hours.
    most = await client.get(path + "2026-09-11T16:00:00Z")
    assert len(most.json()["buckets"]["start"]) == 4000
    assert (await refused(client, path + "2026-09-11T16:15:00Z"))["status"] == 422


async def test_what_is_not_there(client: httpx.AsyncClient) -> None:
    for path in ("/", "/nothing", "/energy/2026/", "/energy/2026/11", "/power/", "/v2"):
        assert (await refused(client, path))["type"] == "/problems/not-found"
    for path in ("http://127.0.0.1/api", "http://127.0.0.1/api/v2/power"):
        assert (await refused(client, path))["status"] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
async def test_what_can_only_be_read(client: httpx.AsyncClient, method: str) -> None:
    for path in ("/power", "/energy/2026", "/health", "http://127.0.0.1/"):
        answer = await client.request(method, path, content=b"x" * 100_000)
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD"
        assert answer.headers["content-type"] == "application/problem+json"


async def test_head_is_get_without_a_body(home: MemoryHome, client: httpx.AsyncClient) -> None:
    home.book(GRID, NOON - 3600, [1.0] * 10)
    paths = ("/energy/today", "/energy/today.csv", "/meters", "/health", "/docs", "/power/stream")
    for path in paths:
        head = await client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        if path != "/power/stream":
            full = await client.get(path)
            assert head.headers["content-length"] == str(len(full.content))
    assert (await client.head("/energy/never")).status_code == 422


async def test_busy_books_are_503_with_when_to_come_again(
    home: MemoryHome, client: httpx.AsyncClient
) -> None:
    home.books.busy = True
    for path in ("/energy/today", "/energy/today.csv", "/meters", "/audit"):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert answer.json()["type"] == "/problems/busy"
    assert (await client.get("/power")).status_code == 200
    assert (await client.get("/health")).status_code == 200


async def test_a_store_that_cannot_be_read_is_no_mistake_of_the_program(
    home: MemoryHome, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    home.books.unusable = True
    for path in ("/energy/today", "/energy/today.csv", "/meters", "/audit"):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
        assert answer.json()["type"] == "/problems/store-damaged"
        assert "secret" not in answer.text
    assert "a page of secret.sqlite can't be read" in caplog.text
    assert (await client.get("/power")).status_code == 200
    assert (await client.get("/health")).status_code == 200


class _Broken(MemoryHome):
    @override
    async def refresh_power(self, timeout_s: float) -> None:
        raise RuntimeError("secret inside")


async def test_our_own_mistake_shows_no_trace(
    clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with client_of(_Broken(clock)) as client:
        answer = await client.get("/power?fresh=true")
    assert answer.status_code == 500
    assert answer.json()["type"] == "/problems/internal"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "secret inside" in caplog.text


async def test_what_a_client_can_cause_is_a_line_a_minute(
    clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    async with client_of(_Broken(clock)) as client:
        for _ in range(50):
            assert (await client.get("/power?fresh=true")).status_code == 500
    assert len([entry for entry in caplog.records if entry.exc_info]) == 1


class _Away(MemoryHome):
    @override
    async def refresh_power(self, timeout_s: float) -> None:
        raise ReplicaUnreachable("gone")


async def test_what_mongodb_does_not_answer_is_busy_and_no_line_in_the_log(
    clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Phones ask all day; that it is gone is said once, by whoever asks it."""
    async with client_of(_Away(clock)) as client:
        answer = await client.get("/power?fresh=true")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/busy")
    assert not [entry for entry in caplog.records if entry.name.startswith("wattledger")]


# What follows asks the application itself, since a client would tidy the address up first.


@dataclass
class Answered:
    status: int
    headers: dict[str, str]
    body: bytes


async def asked(raw_path: bytes, query: bytes, headers: list[tuple[bytes, bytes]]) -> Answered:
    answered = Answered(0, {}, b"")

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answered.status = message["status"]
            answered.headers = {k.decode(): v.decode() for k, v in message["headers"]}
        else:
            answered.body += message.get("body", b"")

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(raw_path.decode("latin-1")),
        "raw_path": raw_path,
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1:8080"), *headers],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8080),
    }
    await an_api()(scope, receive, send)
    return answered


@cache
def an_api() -> Api:
    """One for all: its questions change nothing."""
    home = MemoryHome(ManualClock(NOON))
    home.book(GRID, NOON - 3600, [1.0] * 10)
    return create_api(home.app_state, Access.open())


ROUTES = [
    "/power",
    "/power/stream",
    "/power/recent",
    "/energy",
    "/energy/{}",
    "/energy/{}.csv",
    "/meters",
    "/audit",
    "/site",
    "/health",
    "/metrics",
    "/access/devices",
    "/access/pair",
    "/docs",
    "/docs/{}",
    "/{}",
]
NASTY = [
    "%00",
    "%ff%fe",
    "%ed%a0%80",
    "..",
    "../../",
    "%2e%2e%2f",
    "%2F",
    "\u0662\u0660\u0662\u0666",
]
WORDS = [
    *["2026", "2026-11", "2026-W47", "today", "all", "0000", "9999-12-31", "2037-12-31", "2038"],
    *["-1", "1e9", "NaN", "", " ", "+", "null", "0x10", "2026-11-22T24:00:00Z", "2000-01-01"],
    *["2000-01-01T00:00:00+23:59", "2037-12-31T23:59:59.999999-23:59", "0001-01-01T00:00:00+14:00"],
    *["minute", "quarter", "hour", "day", "month", "year", "phase", "true", "3600", "2026-W53"],
]
nasty_text = st.one_of(
    st.sampled_from([*NASTY, *WORDS]),
    st.text(max_size=40),
    st.binary(max_size=20).map(lambda raw: "".join(f"%{byte:02x}" for byte in raw)),
    st.sampled_from(["2" * 5000, "%00" * 1000]),
)
names = st.one_of(
    st.sampled_from(["from", "to", "resolution", "netting", "period", "seconds", "fresh"]),
    nasty_text,
)


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@settings(max_examples=300, deadline=None)
@given(
    route=st.sampled_from(ROUTES),
    inner=nasty_text,
    query=st.lists(st.tuples(names, nasty_text), max_size=5),
    headers=st.lists(
        st.tuples(
            st.sampled_from([b"authorization", b"if-none-match", b"accept", b"range", b"cookie"]),
            st.binary(max_size=40),
        ),
        max_size=2,
    ),
)
async def test_no_input_makes_a_500(
    route: str, inner: str, query: list[tuple[str, str]], headers: list[tuple[bytes, bytes]]
) -> None:
    raw_query = "&".join(f"{name}={value}" for name, value in query)
    answer = await asked(encoded(BASE + route.format(inner)), encoded(raw_query), headers)
    assert answer.status in {200, 304, 308, 404, 405, 422}, answer
    if answer.status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        Problem.model_validate(json.loads(answer.body))


@pytest.mark.parametrize("period", [*WORDS, *NASTY])
@pytest.mark.parametrize("edge", ["2026-11-01", "2000-01-01", "2037-12-31", "1970-01-01T00:00:00Z"])
async def test_every_edge_of_the_calendar(period: str, edge: str) -> None:
    asked_for = [
        (f"/energy/{period}", ""),
        ("/energy", f"from={edge}&to={period}"),
        ("/energy", f"from={period}&to={edge}&resolution=year"),
    ]
    for path, query in asked_for:
        answer = await asked(encoded(BASE + path), encoded(query), [])
        assert answer.status in {200, 404, 422}, (path, query, answer)
