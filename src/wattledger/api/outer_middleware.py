"""The outermost middleware: what every request passes, whatever it asks for.

Who may ask, in which way, and what every answer carries. Behind it are the routes and the pages; a
request for data reaches neither without access. Whatever goes wrong behind it leaves as a problem.
"""

import asyncio
import logging

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wattledger.api import problems
from wattledger.api.admission import Doorkeeper
from wattledger.api.head_method import as_get
from wattledger.api.metrics import Tally
from wattledger.api.pages import AnyPages
from wattledger.api.request_body import (
    brings_something,
    changes_something,
    is_from_elsewhere,
    replayed,
    whole_body,
)
from wattledger.api.security_headers import Header, with_carried
from wattledger.energy.clock import Clock


class OuterMiddleware:
    """An ASGI application around the routes and the pages."""

    def __init__(
        self,
        routes: ASGIApp,
        pages: AnyPages,
        keeper: Doorkeeper,
        tally: Tally,
        clock: Clock,
        log: logging.Logger,
    ) -> None:
        """`log` is for what whoever asks can cause as often as they like."""
        self._routes = routes
        self._pages = pages
        self._keeper = keeper
        self._tally = tally
        self._clock = clock
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers HTTP; there are no WebSockets here, and nothing to do at start and end."""
        if scope["type"] != "http":
            return
        outcome = _Outcome(send, self._clock)
        if scope["method"] == "HEAD":
            inner, send = as_get(scope, outcome.send)
        else:
            inner, send = dict(scope), outcome.send
        try:
            await self._answer(inner, receive, send, outcome)
        except asyncio.CancelledError:
            # Only a stop does that, to what is not answered in time.
            if outcome.status is None:
                await problems.busy("The server is stopping")(inner, receive, send)
        except Exception:
            self._log.exception("answering %s %.200r failed", scope["method"], scope["path"])
            if outcome.status is None:
                await problems.internal()(inner, receive, send)
        if outcome.status is not None:
            self._tally.add(_route_of(inner), outcome.status, outcome.taken_s)

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, outcome: "_Outcome"
    ) -> None:
        request = Request(scope)
        if self._pages.own(scope["path"]):
            # They hold no data; under a foreign name the app says what to do.
            await (await self._pages.answer(request))(scope, receive, send)
        elif (refusal := self._keeper.refusal(request, outcome.headers)) is not None:
            await refusal(scope, receive, send)
        elif changes_something(request) and is_from_elsewhere(request):
            await problems.foreign_page()(scope, receive, send)
        elif not brings_something(request):
            await self._routes(scope, receive, send)
        elif (body := await whole_body(receive)) is None:
            await problems.bad_body()(scope, receive, send)
        else:
            await self._routes(scope, replayed(body, receive), send)


class _Outcome:
    """Sees an answer off: adds what every answer carries, notes its status and when it began."""

    def __init__(self, send: Send, clock: Clock) -> None:
        self._send = send
        self._clock = clock
        self._asked_s = clock.monotonic_s()
        self.headers: list[Header] = []
        self.status: int | None = None
        self.taken_s = 0.0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.taken_s = self._clock.monotonic_s() - self._asked_s
            headers = with_carried([*message.get("headers", ()), *self.headers])
            message = {**message, "headers": headers}
        await self._send(message)


def _route_of(scope: Scope) -> str:
    """The route's template, `page` for what is none, `other` for what nobody knows."""
    path = getattr(scope.get("route"), "path", None)
    if path is not None:
        return str(path)
    return "other" if scope["path"].startswith("/api") else "page"
