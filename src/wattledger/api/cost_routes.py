"""What it costs: a period, a month's bill."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from wattledger.api.cost_json import Bill, Cost, bill_bytes, cost_bytes
from wattledger.api.http_caching import REVALIDATE, tagged
from wattledger.api.parameters import (
    NettingParameter,
    PeriodParameter,
    ResolutionParameter,
    TariffParameter,
)
from wattledger.energy.period import Calendar
from wattledger.flow.app_state import MoneyServices, priced
from wattledger.flow.thread_offload import in_thread

AT_ONCE = 1
"""A year that was never asked for is computed from all its quarters."""

MonthParameter = Annotated[
    str,
    Path(
        description="2026-11, or this-month. It must have begun.",
        examples=["2026-11"],
        json_schema_extra={"pattern": "^(20([0-2][0-9]|3[0-7])-(0[1-9]|1[0-2])|this-month)$"},
    ),
]


def add_cost_routes(routes: APIRouter, money: MoneyServices | None, calendar: Calendar) -> None:
    turn = asyncio.Semaphore(AT_ONCE)
    kept = {"Cache-Control": REVALIDATE}

    @routes.get("/cost/{period}", tags=["cost"], response_model=Cost)
    async def read_cost_of_period(
        request: Request,
        period: PeriodParameter,
        resolution: ResolutionParameter = None,
        netting: NettingParameter = None,
        tariff: TariffParameter = None,
    ) -> Response:
        """What a period's energy cost and earned, as a whole and in buckets."""
        async with turn:
            answer = await priced(money).costs.of_period(period, resolution, netting, tariff)
            body = await in_thread(len(answer.buckets), cost_bytes, answer, calendar)
        return tagged(request, body, "application/json", kept)

    @routes.get("/bill/{month}", tags=["cost"], response_model=Bill)
    async def read_bill_of_month(
        request: Request, month: MonthParameter, tariff: TariffParameter = None
    ) -> Response:
        """A month's bill: rounded lines that add up to its total."""
        async with turn:
            answer = await priced(money).costs.bill(month, tariff)
        return tagged(request, bill_bytes(answer), "application/json", kept)
