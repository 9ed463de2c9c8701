"""The prices of a period's quarter-hours."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from wattledger.api.http_caching import REVALIDATE, tagged
from wattledger.api.parameters import TariffParameter
from wattledger.api.price_json import Prices, price_bytes
from wattledger.energy.period import Calendar
from wattledger.flow.app_state import MoneyServices, priced
from wattledger.flow.thread_offload import in_thread

PricedPeriodParameter = Annotated[
    str,
    Path(
        description="A period as under /energy/{period}, or tomorrow; 41 days at most. It need "
        "not have begun.",
        examples=["2026-11-22"],
        json_schema_extra={
            "pattern": "^(20([0-2][0-9]|3[0-7])(-W(0[1-9]|[1-4][0-9]|5[0-3])|-(0[1-9]|1[0-2])"
            "(-(0[1-9]|[12][0-9]|3[01]))?)|today|yesterday|tomorrow|this-week|this-month)$"
        },
    ),
]


def add_price_routes(routes: APIRouter, money: MoneyServices | None, calendar: Calendar) -> None:
    kept = {"Cache-Control": REVALIDATE}

    @routes.get("/prices/{period}", tags=["cost"], response_model=Prices)
    async def read_prices_of_period(
        request: Request, period: PricedPeriodParameter, tariff: TariffParameter = None
    ) -> Response:
        """The prices of a period's quarter-hours, as far as they are known."""
        answer = await priced(money).prices.of_period(period, tariff)
        body = await in_thread(len(answer.starts), price_bytes, answer, calendar)
        return tagged(request, body, "application/json", kept)
