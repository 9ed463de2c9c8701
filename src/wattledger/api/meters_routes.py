"""The meters: what each is, and what is on its books."""

from fastapi import APIRouter
from starlette.responses import Response

from wattledger.api.json_response import json_bytes
from wattledger.api.meters_json import Meters, meters_document
from wattledger.energy.period import Calendar
from wattledger.flow.app_state import StatusService


def add_meters_routes(routes: APIRouter, status_service: StatusService, calendar: Calendar) -> None:
    @routes.get("/meters", tags=["books"], response_model=Meters)
    async def read_meters() -> Response:
        """What each meter is, how it is, and how complete its books are."""
        document = meters_document(await status_service.meters(), calendar)
        return Response(json_bytes(document), media_type="application/json")
