"""The home, the health of its server, and figures for Prometheus."""

import asyncio

from fastapi import APIRouter
from starlette.responses import Response

from wattledger.api.connection_limits import ConnectionLimits
from wattledger.api.json_response import json_bytes
from wattledger.api.metrics import CONTENT_TYPE, Tally, exposition
from wattledger.api.openapi import Responses
from wattledger.api.site_json import Health, ServerInfo, SiteNow, health_document, site_document
from wattledger.api.stream import Streams
from wattledger.energy.fault import Fault
from wattledger.flow.app_state import AppState

_METRICS: Responses = {
    200: {
        "description": "Prometheus text format.",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }
}


def add_site_routes(
    routes: APIRouter,
    app_state: AppState,
    server: ServerInfo,
    streams: Streams,
    tally: Tally,
    connections: ConnectionLimits,
) -> None:
    def faults() -> list[Fault]:
        """The server's own: of its parts, and of who is connected."""
        return [*app_state.status_service.faults(), *connections.faults()]

    @routes.get("/site", tags=["site"], response_model=SiteNow)
    async def read_site() -> Response:
        """The home: name, zone, netting, meters; and the server's version."""
        copy = await app_state.status_service.copy()
        document = site_document(app_state, server, copy, faults())
        return Response(json_bytes(document), media_type="application/json")

    @routes.get("/health", tags=["site"], response_model=Health)
    async def read_health() -> Response:
        """200 while the server works, with a line per part. Open to all."""
        health, calendar = app_state.status_service.health(), app_state.site.calendar
        document = health_document(health, faults(), server, calendar)
        return Response(json_bytes(document), media_type="application/json")

    @routes.get("/metrics", tags=["site"], response_class=Response, responses=_METRICS)
    async def read_metrics() -> Response:
        """Figures for Prometheus."""
        now, health = app_state.board.now(), list(app_state.status_service.health())
        counts = tally.counts()
        body = await asyncio.to_thread(
            exposition, now, health, counts, streams.open, server.version
        )
        return Response(body, media_type=CONTENT_TYPE)
