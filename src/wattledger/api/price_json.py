"""Prices as JSON: the model, and the document from plain columns."""

from pydantic import BaseModel, ConfigDict, Field

from wattledger.api.instant_texts import AT, instant_texts
from wattledger.api.json_response import json_bytes, number
from wattledger.energy.cost_result import PriceResult
from wattledger.energy.period import Calendar


class Prices(BaseModel):
    """The prices of a period's quarter-hours, in the currency per kWh."""

    model_config = ConfigDict(extra="forbid")

    period: str = Field(description="The period's own text.", examples=["2026-11-22"])
    currency: str = Field(description="Of all prices.", examples=["EUR"])
    complete_until: str | None = Field(
        description=f"Up to where day-ahead prices are known without a gap from the period's start "
        f"on, also some days beyond its end, {AT}; null where the first is not known."
    )
    start: list[str] = Field(description=f"Start of each quarter, {AT}: 92, 96 or 100 a day.")
    spot: list[float | None] = Field(description="The day-ahead price, without VAT.")
    import_price: list[float | None] = Field(
        description="What a bought kWh costs, all components with VAT; null without a tariff."
    )
    export_price: list[float | None] = Field(
        description="What a sold kWh earns, all components; null without a tariff."
    )


def price_bytes(answer: PriceResult, calendar: Calendar) -> bytes:
    """The `Prices` document."""
    return json_bytes(
        {
            "period": answer.period.text,
            "currency": answer.currency,
            "complete_until": calendar.text_or_none(answer.complete_to),
            "start": instant_texts(calendar, answer.starts),
            "spot": [number(price) for price in answer.spot],
            "import_price": [number(price) for price in answer.imported],
            "export_price": [number(price) for price in answer.exported],
        }
    )
