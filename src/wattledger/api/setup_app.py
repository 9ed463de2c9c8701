"""What a server answers without settings: a page that says what to do, and its health."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Message, Receive, Scope, Send

from wattledger.api import problems
from wattledger.api.admission import HEALTH
from wattledger.api.power_json import json_bytes
from wattledger.api.security_headers import policy_of, with_carried

SETUP = "/setup"
_HEALTH = {HEALTH, "/health"}
_WORDS = {
    "en": (
        "Wattledger waits for its settings",
        "On the machine on which it runs, in a terminal, give",
        "It finds your meters and asks a few questions. Then this page becomes the app.",
    ),
    "fi": (
        "Wattledger odottaa asetuksiaan",
        "Anna laitteella, jolla se toimii, päätteessä",
        "Se löytää mittarit ja kysyy muutaman asian. Sitten tästä sivusta tulee sovellus.",
    ),
}
_PAGE = """<!doctype html>
<html lang="{language}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="5;url=./">
<title>Wattledger</title>
<style>body{{font:1.1rem/1.5 system-ui;margin:2rem auto;max-width:36rem;padding:0 1rem}}
code{{background:#8883;padding:.3rem .5rem;border-radius:.3rem}}</style>
<h1>{title}</h1>
<p>{how}</p>
<p><code>{command}</code></p>
<p>{then}</p>
</html>
"""


class SetupApp:
    """Answers nothing else to anybody: the API is 401, as without a token."""

    def __init__(self, version: str, command: str) -> None:
        """`command` is what makes the settings."""
        self._pages = {
            language: _PAGE.format(
                language=language, title=title, how=how, command=command, then=then
            )
            for language, (title, how, then) in _WORDS.items()
        }
        part = {"name": "settings", "ok": False, "detail": "there are none yet"}
        silent = {"last_error": None, "last_error_at": None}
        self._health = json_bytes(
            {"ok": False, "version": version, "parts": [part | silent], "faults": []}
        )

    def close_streams(self) -> None:
        """There are none."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return

        async def carried(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": with_carried(message.get("headers", ()))}
            await send(message)

        await self._answer(Request(scope))(scope, receive, carried)

    def _answer(self, request: Request) -> Response:
        path = request.scope["path"]
        if path not in {"/", SETUP, *_HEALTH}:
            is_api = path == "/api" or path.startswith("/api/")
            return problems.unauthorized() if is_api else problems.not_found()
        if request.method not in {"GET", "HEAD"}:
            return problems.method_not_allowed()
        if path in _HEALTH:
            return Response(self._health, media_type="application/json")
        return (
            RedirectResponse(f"{request.scope.get('root_path', '')}/setup", 307)
            if path == "/"
            else self._page(request)
        )

    def _page(self, request: Request) -> Response:
        """In the browser's language."""
        wanted = request.headers.get("accept-language", "").lower()
        page = self._pages["fi" if wanted.startswith("fi") else "en"]
        return HTMLResponse(page, headers={"Content-Security-Policy": policy_of(page.encode())})
