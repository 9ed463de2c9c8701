"""The audit: the books against the meters' own counters."""

from fastapi import APIRouter
from starlette.responses import Response

from wattledger.api.audit_json import AuditOfPeriod, audit_document
from wattledger.api.json_response import json_bytes
from wattledger.api.parameters import AuditedPeriodParameter
from wattledger.energy.period import Calendar
from wattledger.energy.spans import Span
from wattledger.flow.app_state import StatusService
from wattledger.flow.energy_service import EnergyService


def add_audit_routes(
    routes: APIRouter, history: EnergyService, status_service: StatusService, calendar: Calendar
) -> None:
    @routes.get("/audit", tags=["books"], response_model=AuditOfPeriod)
    async def read_audit(
        period: AuditedPeriodParameter = "today",
    ) -> Response:
        """What is on the books against what the meters' own counters say, over the same time."""
        query = await history.query(period)
        lines = await status_service.audit(Span(query.start, query.end))
        document = audit_document(query, lines, calendar)
        return Response(json_bytes(document), media_type="application/json")
