"""The energy of a period or of any span."""

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import Response

from wattledger.api.energy_csv import energy_csv
from wattledger.api.energy_json import Energy, energy_bytes
from wattledger.api.http_caching import REVALIDATE, tagged
from wattledger.api.openapi import Responses
from wattledger.api.parameters import (
    DecimalMark,
    DecimalParameter,
    FromParameter,
    NettingParameter,
    PeriodParameter,
    ResolutionParameter,
    ToParameter,
)
from wattledger.energy.energy_result import EnergyResult
from wattledger.energy.period import Calendar
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.thread_offload import in_thread

KEPT = {"Cache-Control": REVALIDATE}
"""Also of what is over: settings count it otherwise, and an import adds to it."""
AT_ONCE = 2
"""Answers worked on at a time: more threads are not quicker, and hold the event loop up."""

_CSV: Responses = {
    200: {
        "description": "One line a bucket under a header with units; an unknown value is empty.",
        "content": {
            "text/csv": {
                "schema": {"type": "string"},
                "example": "start,imported_wh,exported_wh,…\r\n",
            }
        },
    }
}


def add_energy_routes(routes: APIRouter, history: EnergyService, calendar: Calendar) -> None:
    turn = asyncio.Semaphore(AT_ONCE)

    @routes.get("/energy", tags=["energy"], response_model=Energy)
    async def read_energy_of_span(
        request: Request,
        start: FromParameter,
        end: ToParameter,
        resolution: ResolutionParameter = None,
        netting: NettingParameter = None,
    ) -> Response:
        """The energies of any span; bucket edges are civil, the first and last are clipped."""
        async with turn:
            answer = await history.of_span(start, end, resolution, netting)
            body = await in_thread(len(answer.buckets), energy_bytes, answer, calendar)
        return tagged(request, body, "application/json", KEPT)

    # Before the route without .csv, whose {period} would take it.
    @routes.get("/energy/{period}.csv", tags=["energy"], response_class=Response, responses=_CSV)
    async def export_energy_of_period(
        request: Request,
        period: PeriodParameter,
        resolution: ResolutionParameter = None,
        netting: NettingParameter = None,
        decimal: DecimalParameter = DecimalMark.POINT,
    ) -> Response:
        """The buckets of a period as CSV."""
        async with turn:
            answer = await history.of_period(period, resolution, netting)
            body = await in_thread(len(answer.buckets), energy_csv, answer, calendar, decimal)
        name = f'attachment; filename="wattledger-{_text_of(answer)}.csv"'
        headers = {**KEPT, "Content-Disposition": name}
        return tagged(request, body, "text/csv; charset=utf-8; header=present", headers)

    @routes.get("/energy/{period}", tags=["energy"], response_model=Energy)
    async def read_energy_of_period(
        request: Request,
        period: PeriodParameter,
        resolution: ResolutionParameter = None,
        netting: NettingParameter = None,
    ) -> Response:
        """The energies of a period, as a whole and in buckets."""
        async with turn:
            answer = await history.of_period(period, resolution, netting)
            body = await in_thread(len(answer.buckets), energy_bytes, answer, calendar)
        return tagged(request, body, "application/json", KEPT)


def _text_of(answer: EnergyResult) -> str:
    return answer.query.period.text if answer.query.period else "span"
