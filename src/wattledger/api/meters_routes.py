"""The meters: what is on the books of each, and the audit against its counters."""

from fastapi import APIRouter
from starlette.responses import Response

from wattledger.api.json_response import json_bytes
from wattledger.api.meters_json import AuditOfPeriod, Meters, audit_document, meters_document
from wattledger.api.parameters import AuditedPeriodParameter
from wattledger.energy.period import Calendar
from wattledger.energy.spans import Span
from wattledger.flow.app_state import StatusService
from wattledger.flow.energy_service import EnergyService


def add_meters_routes(
    routes: APIRouter, history: EnergyService, status_service: StatusService, calendar: Calendar
) -> None:
    @routes.get("/meters", tags=["books"], response_model=Meters)
    async def read_meters() -> Response:
        """What each meter is, how it is, and how complete its books are."""
        document = meters_document(await status_service.meters(), calendar)
        return Response(json_bytes(document), media_type="application/json")

    @routes.get("/audit", tags=["books"], response_model=AuditOfPeriod)
    async def read_audit(
        period: AuditedPeriodParameter = "today",
    ) -> Response:
        """What is on the books against what the meters' own counters say, over the same time."""
        query = await history.query(period)
        lines = await status_service.audit(Span(query.start, query.end))
        document = audit_document(query, lines, calendar)
        return Response(json_bytes(document), media_type="application/json")
