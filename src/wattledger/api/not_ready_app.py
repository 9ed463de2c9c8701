"""What a server answers before it knows its home: its own health, and for the rest why not yet.

The page comes as always; what it asks for is told to come again.
"""

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from wattledger.api import problems
from wattledger.api.access_policy import Access
from wattledger.api.admission import HEALTH, Admission
from wattledger.api.json_response import json_bytes
from wattledger.api.metrics import Tally
from wattledger.api.outer_middleware import OuterMiddleware
from wattledger.api.pages import Pages
from wattledger.api.site_json import ServerInfo, health_document
from wattledger.api.stranger_limits import StrangerLimits
from wattledger.energy.clock import Clock
from wattledger.energy.fault import Fault
from wattledger.energy.period import Calendar
from wattledger.flow.status import PartHealth

Health = Callable[[], Sequence[PartHealth]]
_NO_ZONE_YET = Calendar(ZoneInfo("UTC"))


class NotReadyApp:
    """The API of no home; the last part of `health` says what is waited for."""

    def __init__(
        self,
        health: Health,
        access: Access,
        clock: Clock,
        server: ServerInfo,
        authority: bytes | None = None,
        strangers: StrangerLimits | None = None,
    ) -> None:
        self._health = health
        self._server = server
        self._strangers = strangers or StrangerLimits(clock)
        pages = Pages(authority=authority)
        keeper = Admission(access, None, self._strangers)
        log = self._strangers.log.logger
        self._gate = OuterMiddleware(self._answer, pages, keeper, Tally(), clock, log)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._gate(scope, receive, send)

    def close_streams(self) -> None:
        """There are none."""

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer_to(scope["path"])(scope, receive, send)

    def _answer_to(self, path: str) -> Response:
        parts = self._health()
        if path != HEALTH:
            return problems.no_home(parts[-1].detail)
        faults = self._strangers.connections.faults()
        return health_answer(parts, faults, self._server)


def health_answer(
    parts: Sequence[PartHealth], faults: Sequence[Fault], server: ServerInfo
) -> Response:
    """The health of a server whose home, and so whose time zone, is not known."""
    document = health_document(parts, faults, server, _NO_ZONE_YET)
    return Response(json_bytes(document), media_type="application/json")
