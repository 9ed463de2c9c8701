"""The pages: the phone app at `/`, and the page to try the API. Without data, so open to all."""

from pathlib import Path
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from wattledger.api.problems import method_not_allowed, not_found
from wattledger.api.static_files import Folder

DOCS = "/api/v1/docs"
AUTHORITY = "/authority.crt"
_CERTIFICATE = "application/x-x509-ca-cert"
_FOREVER = "public, max-age=31536000, immutable"
_ALWAYS_ASK = "no-cache"
_HERE = Path(__file__).parent
_NOT_BUILT = b"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Wattledger</title>
<h1>Wattledger runs, without its phone app</h1>
<p>The app is built from <code>web/</code> when the package is built or installed:
<code>npm ci &amp;&amp; npm run build</code> there, or <code>./run</code> at the top.</p>
<p>The API answers all the same: <a href="%bapi/v1/docs">/api/v1/docs</a>.</p>
</html>
"""


class AnyPages(Protocol):
    """What is open to all, since it holds no data."""

    def own(self, path: str) -> bool:
        """Whether this address is a page's, or a part of one."""
        ...

    async def answer(self, request: Request) -> Response:
        """Of such an address."""
        ...


class Pages:
    """Answers every address that is not the API's."""

    def __init__(self, app: Path | None = None, authority: bytes | None = None) -> None:
        """`authority` is the certificate that phones may fetch to trust it."""
        self._app = Folder(app or _HERE / "static")
        self._authority = authority
        self._docs = Folder(_HERE / "docs_page")

    def own(self, path: str) -> bool:
        """Whether this address is a page's, or a part of one."""
        return path == DOCS or path.startswith(f"{DOCS}/") or not is_api(path)

    async def answer(self, request: Request) -> Response:
        """The file; for the app's own routes its first page, which knows them."""
        if request.method != "GET":
            return method_not_allowed()
        path = str(request.scope["path"])
        if path == AUTHORITY and self._authority is not None:
            return authority_answer(self._authority)
        if path == DOCS or path.startswith(f"{DOCS}/"):
            if path == f"{DOCS}/":  # from there the page's own parts would lie elsewhere
                return Response(None, 308, {"Location": "../docs", "Cache-Control": _ALWAYS_ASK})
            name = path.removeprefix(DOCS).lstrip("/") or "index.html"
            return await self._docs.answer(request, name, _ALWAYS_ASK) or not_found()
        return await self._of_app(request, path.lstrip("/")) if path[:1] == "/" else not_found()

    async def _of_app(self, request: Request, name: str) -> Response:
        kept = _FOREVER if name.startswith("assets/") else _ALWAYS_ASK
        if found := await self._app.answer(request, name, kept):
            return found
        if "." in name.rpartition("/")[2] or name.startswith("assets/"):
            return not_found()
        first = await self._app.answer(request, "index.html", _ALWAYS_ASK)
        to_the_top = b"../" * name.count("/")
        page = _NOT_BUILT % to_the_top
        return first or Response(page, 200, {"Cache-Control": _ALWAYS_ASK}, "text/html")


def authority_answer(certificate: bytes) -> Response:
    """Of the authority that phones may trust: they offer to."""
    return Response(certificate, 200, {"Cache-Control": _ALWAYS_ASK}, _CERTIFICATE)


def is_api(path: str) -> bool:
    return path == "/api" or path.startswith("/api/")
