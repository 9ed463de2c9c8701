"""The pages: the built app, the fallback to its first page, the page to try the API."""

import base64
import gzip
import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.fakes.home import MemoryHome
from wattledger.api.access_policy import Access
from wattledger.api.app_factory import create_api

FIRST_PAGE = "<!doctype html><title>the app</title>"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    app = tmp_path / "static"
    (app / "assets").mkdir(parents=True)
    (app / "index.html").write_text(FIRST_PAGE)
    (app / "assets" / "index-CvwuXU0z.js").write_text("export {}")
    (app / "favicon.svg").write_text("<svg/>")
    (app / "sources.sha256").write_text("0")
    (app / "favicon.svg.gz").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "secret.txt").write_text("secret")
    (app / "link.txt").symlink_to(tmp_path / "secret.txt")
    return app


@pytest.fixture
async def browser(home: MemoryHome, built: Path) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_api(home.app_state, Access.open(), app_folder=built))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as asking:
        yield asking


async def test_files_of_the_app(browser: httpx.AsyncClient) -> None:
    script = await browser.get("/assets/index-CvwuXU0z.js")
    assert script.text == "export {}"
    assert script.headers["content-type"].startswith("text/javascript")
    assert "immutable" in script.headers["cache-control"]
    icon = await browser.get("/favicon.svg")
    assert (icon.headers["content-type"], icon.headers["cache-control"]) == (
        "image/svg+xml",
        "no-cache",
    )
    again = await browser.get("/favicon.svg", headers={"If-None-Match": icon.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("GZIP", "gzip"),
        ("gzip; q=0.0", None),
        ("identity", None),
        ("", None),
    ],
)
async def test_files_go_compressed_to_whom_takes_them_so(
    browser: httpx.AsyncClient, built: Path, accepted: str, coding: str | None
) -> None:
    script = built / "assets" / "index-CvwuXU0z.js"
    kept = {
        "br": b"what brotli made of it",
        "gzip": gzip.compress(script.read_bytes()),
        None: script.read_bytes(),
    }
    script.with_name(script.name + ".br").write_bytes(kept["br"])
    script.with_name(script.name + ".gz").write_bytes(kept["gzip"])
    request = browser.build_request("GET", f"/assets/{script.name}")
    request.headers["accept-encoding"] = accepted
    answer = await browser.send(request, stream=True)
    body = b"".join([part async for part in answer.aiter_raw()])
    assert body == kept[coding]
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["content-length"] == str(len(body))
    request.headers["if-none-match"] = answer.headers["etag"]
    assert (await browser.send(request)).status_code == 304


async def test_a_file_that_is_not_compressed_goes_as_it_is(browser: httpx.AsyncClient) -> None:
    icon = await browser.get("/favicon.svg", headers={"Accept-Encoding": "gzip, br"})
    assert icon.text == "<svg/>"
    assert "content-encoding" not in icon.headers


async def test_what_stands_in_our_page_may_run_and_nothing_else(
    browser: httpx.AsyncClient, built: Path
) -> None:
    def digest(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    style, script = "body{color:red}", "document.title =\n'x'"
    page = f"<!doctype html><style>{style}</style><script>{script}</script><script src='/x.js'>"
    (built / "index.html").write_text(page)
    policy = (await browser.get("/")).headers.get_list("content-security-policy")
    assert len(policy) == 1
    assert f"style-src 'self' {digest(style)}" in policy[0]
    assert f"script-src 'self' {digest(script)}" in policy[0]
    assert len(re.findall("sha256", policy[0])) == 2
    assert policy[0].startswith("default-src 'self';")
    elsewhere = (await browser.get("/favicon.svg")).headers["content-security-policy"]
    assert "sha256" not in elsewhere


@pytest.mark.parametrize("path", ["/", "/history/2026-03", "/live", "/a/b/c"])
async def test_routes_of_the_app_get_its_first_page(browser: httpx.AsyncClient, path: str) -> None:
    page = await browser.get(path)
    assert (page.status_code, page.text) == (200, FIRST_PAGE)
    assert page.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        *["/assets/gone-1.js", "/assets/gone", "/nothing.png", "/sources.sha256", "/link.txt"],
        *["/favicon.svg.gz", "/index.html.br"],
        *["/%2e%2e/secret.txt", "/..%2fsecret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/%00.js"],
        *["//etc/hosts.txt", "/" + "x" * 5000 + ".js", "/assets.js/", "/index.html/x.js"],
    ],
)
async def test_nothing_else_is_served(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    assert "secret" not in answer.text
    assert answer.status_code == 404 or answer.text == FIRST_PAGE


async def test_without_a_built_app_a_notice_says_how_to_build_it(
    home: MemoryHome, tmp_path: Path
) -> None:
    api = create_api(home.app_state, Access.open(), app_folder=tmp_path / "none")
    transport = httpx.ASGITransport(api)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as browser:
        page = await browser.get("/")
        assert page.status_code == 200
        assert 'href="api/v1/docs"' in page.text
        deeper = await browser.get("/history/2026-03")
        assert 'href="../api/v1/docs"' in deeper.text
        assert "./run" in page.text
        assert (await browser.get("/favicon.ico")).status_code == 404


async def test_the_docs_page_needs_nothing_from_elsewhere(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/api/v1/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert (await browser.get("/api/v1/docs/")).headers["location"] == "../docs"
    assert (await browser.get("/api/v1/docs/", follow_redirects=True)).text == page.text
    assert '="/' not in page.text  # a proxy may have put it under a path
    for part in ("docs/page.js", "docs/page.css", "openapi.json"):
        assert f'"{part}"' in page.text
    for part in ("page.js", "page.css"):
        text = (await browser.get(f"/api/v1/docs/{part}")).text
        assert "'/api" not in text
        assert "http:" not in text
        assert "https:" not in text
    assert "://" not in page.text
    assert (await browser.get("/api/v1/docs/gone.js")).status_code == 404


async def test_a_phone_fetches_the_authority_without_a_token(home: MemoryHome, built: Path) -> None:
    access = Access.with_token("open sesame")
    api = create_api(home.app_state, access, app_folder=built, authority=b"DER")
    transport = httpx.ASGITransport(api)
    async with httpx.AsyncClient(transport=transport, base_url="https://pi.local") as phone:
        fetched = await phone.get("/authority.crt")
        assert (fetched.status_code, fetched.content) == (200, b"DER")
        assert fetched.headers["content-type"] == "application/x-x509-ca-cert"
        assert fetched.headers["cache-control"] == "no-cache"
        head = await phone.head("/authority.crt")
        assert (head.status_code, head.content) == (200, b"")
        assert (await phone.post("/authority.crt")).status_code == 405


async def test_without_an_authority_there_is_none_to_fetch(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/authority.crt")).status_code == 404
