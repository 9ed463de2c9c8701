"""Who may keep an answer: every one says so."""

from itertools import product

import httpx

from tests.api.conftest import client_of
from tests.fakes.home import MemoryHome
from wattledger.api.access_policy import Access

TOKEN = "0rAd9V3cG0Uxm7kWZq4x"
PERSONAL = {"no-store", "private, no-cache"}
READ = [
    *("/power", "/power?fresh=true", "/power/recent", "/energy/today", "/energy/2026-10.csv"),
    *("/energy?from=2026-11-01&to=2026-11-02", "/meters", "/audit", "/site", "/health"),
    *("/metrics", "/openapi.json", "/access/devices"),
]
METHODS = ["GET", "HEAD", "DELETE", "POST", "OPTIONS", "TRACE"]
WRONG = ["/nothing", "/energy/never", "/energy/2031", "/power?x=1", "/energy?from=&to=", "/"]


async def test_no_one_in_between_keeps_an_answer(home: MemoryHome) -> None:
    """Data, errors and what says who may ask are the asker's own."""
    async with client_of(home, Access.with_token(TOKEN)) as client:
        for given in ({}, {"Authorization": f"Bearer {TOKEN}"}, {"Authorization": "Bearer wrong"}):
            for method, path in product(METHODS, [*READ, *WRONG]):
                answer = await client.request(method, path, headers=given)
                kept = answer.headers.get_list("cache-control")
                assert kept in [[one] for one in PERSONAL], (method, path, answer.status_code)


async def test_nor_one_that_has_not_changed(client: httpx.AsyncClient) -> None:
    for path in ("/energy/2026-10", "/openapi.json"):
        tag = (await client.get(path)).headers["etag"]
        again = await client.get(path, headers={"If-None-Match": tag})
        assert again.status_code == 304
        assert again.headers["cache-control"].startswith("private")


async def test_figures_and_health_are_kept_by_nobody(client: httpx.AsyncClient) -> None:
    for path in ("/site", "/health", "/metrics", "/meters", "/audit", "/power", "/power/recent"):
        assert (await client.get(path)).headers["cache-control"] == "no-store"


async def test_pages_are_asked_for_again_and_hold_no_data(client: httpx.AsyncClient) -> None:
    for path in ("/", "/history/2026-03", "/api/v1/docs", "/api/v1/docs/page.js", "/api/v1/docs/"):
        answer = await client.get(f"http://127.0.0.1{path}")
        assert answer.headers["cache-control"] == "no-cache"
        assert "set-cookie" not in answer.headers
    missing = await client.get("http://127.0.0.1/assets/none.js")
    assert missing.headers["cache-control"] == "no-store"
