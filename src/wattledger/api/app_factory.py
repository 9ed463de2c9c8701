"""The API of one home, as an ASGI application."""

import asyncio
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from wattledger.api import openapi
from wattledger.api.access_policy import Access
from wattledger.api.access_routes import add_access_routes
from wattledger.api.admission import Admission
from wattledger.api.api_router import routes_of
from wattledger.api.audit_routes import add_audit_routes
from wattledger.api.cost_routes import add_cost_routes
from wattledger.api.energy_routes import add_energy_routes
from wattledger.api.http_caching import REVALIDATE, tagged
from wattledger.api.meters_routes import add_meters_routes
from wattledger.api.metrics import Tally
from wattledger.api.outer_middleware import OuterMiddleware
from wattledger.api.pages import Pages
from wattledger.api.power_routes import add_power_routes
from wattledger.api.price_routes import add_price_routes
from wattledger.api.settings_routes import add_settings_routes
from wattledger.api.setup_routes import add_setup_routes
from wattledger.api.site_json import ServerInfo
from wattledger.api.site_routes import add_site_routes
from wattledger.api.stranger_limits import StrangerLimits
from wattledger.api.stream import StreamLimits, Streams
from wattledger.flow.app_state import AppState


class Api:
    """The application, and its streams, which end when the server stops."""

    def __init__(self, gate: OuterMiddleware, streams: Streams, routes: FastAPI) -> None:
        self._gate = gate
        self._streams = streams
        self.routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._gate(scope, receive, send)

    def close_streams(self) -> None:
        """Ends every stream at once, and each one that comes later."""
        self._streams.close()


def create_api(  # noqa: PLR0913 - all that an API is made of
    app_state: AppState,
    access: Access,
    *,
    server: ServerInfo = ServerInfo(),  # noqa: B008 - frozen
    app_folder: Path | None = None,
    limits: StreamLimits = StreamLimits(),  # noqa: B008 - frozen
    authority: bytes | None = None,
    strangers: StrangerLimits | None = None,
) -> Api:
    """The API of `app_state` for whom `access` admits; `app_folder` holds the built phone app.

    `server` is what it tells of itself, `authority` the certificate of the one that phones may
    trust. `strangers` are those of the server that listens for it.
    """
    strangers = strangers or StrangerLimits(app_state.clock)
    peak = app_state.money.peak if app_state.money else None
    streams = Streams(app_state.board, app_state.site.calendar, limits, peak)
    tally = Tally()
    routes = _routes(app_state, server, access, streams, tally, strangers)
    pages = Pages(app_folder, authority)
    keeper, log = Admission(access, app_state.pairing, strangers), strangers.log.logger
    return Api(OuterMiddleware(routes, pages, keeper, tally, app_state.clock, log), streams, routes)


def _routes(
    app_state: AppState,
    server: ServerInfo,
    access: Access,
    streams: Streams,
    tally: Tally,
    strangers: StrangerLimits,
) -> FastAPI:
    calendar = app_state.site.calendar
    api, base = routes_of(strangers.log.logger)
    add_power_routes(base, app_state.board, app_state.status_service, calendar, streams)
    add_energy_routes(base, app_state.history, calendar)
    add_cost_routes(base, app_state.money, calendar)
    add_price_routes(base, app_state.money, calendar)
    add_meters_routes(base, app_state.status_service, calendar)
    add_audit_routes(base, app_state.history, app_state.status_service, calendar)
    add_site_routes(base, app_state, server, streams, tally, strangers.connections)
    add_access_routes(base, app_state.pairing, calendar, streams, access)
    add_settings_routes(base, app_state.settings, access)
    add_setup_routes(base, None)
    _describe(base, api)
    api.include_router(base)
    return api


def _describe(base: APIRouter, api: FastAPI) -> None:
    """Adds the route of the document itself, which is made at the first question for it."""
    made: list[str] = []

    @base.get("/openapi.json", include_in_schema=False)
    async def read_openapi(request: Request) -> Response:
        if not made:
            made.append(await asyncio.to_thread(lambda: openapi.as_text(openapi.document_of(api))))
        kept = {"Cache-Control": REVALIDATE}
        return tagged(request, made[0].encode(), "application/json", kept)
