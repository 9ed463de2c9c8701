"""Power now: once, as a stream, and the last minutes."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from wattledger.api.openapi import Responses
from wattledger.api.power_json import Power, RecentPower, power_bytes, recent_bytes
from wattledger.api.stream import Streams
from wattledger.energy.period import Calendar
from wattledger.flow.app_state import StatusService
from wattledger.flow.live_power import RECENT_S, LiveBoard

FRESH_TIMEOUT_S = 5.0

_NOW = {"Cache-Control": "no-store"}
_STREAM: Responses = {
    200: {
        "description": "Server-sent events. `event: power` carries the Power document, one per "
        "polling interval and one at each change of state; `event: minute` carries "
        '{"booked_to": "…"} when minutes were booked: the end of the newest minute that all meters '
        "have (RFC 3339), which never goes back; null while one of them has none. A comment line "
        "every 15 s.",
        "content": {
            "text/event-stream": {
                "schema": {"type": "string"},
                "example": 'event: minute\ndata: {"booked_to":"2026-11-22T13:45:00+02:00"}\n\n',
            }
        },
    }
}


def add_power_routes(
    routes: APIRouter,
    board: LiveBoard,
    status_service: StatusService,
    calendar: Calendar,
    streams: Streams,
) -> None:
    @routes.get("/power", tags=["power"], response_model=Power)
    async def read_power(
        fresh: Annotated[
            bool, Query(description="Ask the meters before answering, waiting 5 s at most.")
        ] = False,
    ) -> Response:
        """What flows at this moment, read from the meters."""
        if fresh:
            await status_service.refresh_power(FRESH_TIMEOUT_S)
        body = power_bytes(board.now(), calendar, streams.month_peak())
        return Response(body, 200, _NOW, "application/json")

    @routes.get("/power/stream", tags=["power"], response_class=Response, responses=_STREAM)
    async def stream_power(request: Request) -> Response:
        """The power as it changes."""
        return streams.response(request)

    @routes.get("/power/recent", tags=["power"], response_model=RecentPower)
    async def read_recent_power(
        seconds: Annotated[int, Query(ge=1, le=RECENT_S, description="How far back, in s.")] = 900,
    ) -> Response:
        """The last minutes at live resolution."""
        points = board.recent(seconds)
        body = await asyncio.to_thread(recent_bytes, points, calendar)
        return Response(body, 200, _NOW, "application/json")
