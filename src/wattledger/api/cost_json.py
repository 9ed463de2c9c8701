"""Costs and bills as JSON: their models, and the documents from plain columns; amounts are numbers
in the currency.
"""

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from wattledger.api.energy_json import share
from wattledger.api.instant_texts import AT, instant_texts
from wattledger.api.json_response import json_bytes, number
from wattledger.energy.bill import ROUNDING, BillLine
from wattledger.energy.cost_result import (
    BillResult,
    CostPart,
    CostResult,
    in_currency,
)
from wattledger.energy.money import Exact, rounded
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar, Resolution
from wattledger.energy.tariff import Side

_WHY_UNKNOWN = (
    "On a server away from the meters, in words, what it can't tell and why; null where it tells "
    "all."
)
_SUM = "Sum over the booked windows that have a price, in the currency with VAT; null without any."


class CostTotals(BaseModel):
    """What the whole period cost, in the currency; null where nothing is known."""

    model_config = ConfigDict(extra="forbid")

    import_cost: float | None = Field(
        description=f"What the bought energy cost. {_SUM}", examples=[364.0297]
    )
    export_earned: float | None = Field(
        description=f"What the sold energy earned; below 0 where it cost. {_SUM}", examples=[12.5]
    )
    saved_by_own_use: float | None = Field(
        description="(consumed - imported) by the import price of its window, both over the time "
        "that all have: what own energy saved buying. Charging a battery from the mains counts "
        "below 0 when it is charged, and what it gives above 0 then.",
        examples=[20.1],
    )
    total_cost: float | None = Field(
        description="import_cost + fixed_cost + demand_cost - export_earned; a null fixed or "
        "demand cost counts as nothing.",
        examples=[402.8719],
    )
    fixed_cost: float | None = Field(
        description="Monthly fees of the period's months that have begun; null below a month.",
        examples=[28.112],
    )
    demand_cost: float | None = Field(
        description="Demand fees; null below a month.", examples=[10.73]
    )
    netting_effect: float | None = Field(
        description="What netting saves: import_cost - export_earned under netting `phase`, less "
        "the same under this netting.",
        examples=[15.2],
    )
    paid_per_kwh: float | None = Field(
        description="import_cost for each kWh that was bought.", examples=[0.1739]
    )
    mean_price_per_kwh: float | None = Field(
        description="The plain mean of the import price over the same windows.", examples=[0.18]
    )
    coverage_pct: float = Field(
        description="Share in % of the elapsed minutes that all of the home's meters have.",
        examples=[100.0],
    )
    priced_pct: float | None = Field(
        description="Share in % of the booked windows that have a price; null without any.",
        examples=[100.0],
    )


class CostBuckets(BaseModel):
    """The period cut up, as columns of equal length, up to now."""

    model_config = ConfigDict(extra="forbid")

    start: list[str] = Field(description=f"Start of each bucket, {AT}.")
    import_cost: list[float | None] = Field(description="As in the totals.")
    export_earned: list[float | None] = Field(description="As in the totals.")
    saved_by_own_use: list[float | None] = Field(description="As in the totals.")
    total_cost: list[float | None] = Field(
        description="As in the totals; with the fees of its months where a bucket has months."
    )
    coverage_pct: list[float] = Field(
        description="Share in % of the elapsed minutes that all of the home's meters have."
    )
    priced_pct: list[float | None] = Field(
        description="Share in % of the booked windows that have a price; null without any."
    )


class Cost(BaseModel):
    """What a period's energy cost and earned under a tariff."""

    model_config = ConfigDict(extra="forbid")

    period: str | None = Field(description="The period's own text.", examples=["2026-11"])
    start: str = Field(description=f"Start of the period, {AT}.")
    end: str = Field(description=f"End of the period, not included, {AT}.")
    resolution: Resolution = Field(description="The length of a bucket.")
    netting: Netting = Field(description="Over what the totals are netted.")
    buckets_netting: Netting = Field(description="Over what the buckets are netted.")
    time_zone: str = Field(description="The home's IANA time zone.", examples=["Europe/Helsinki"])
    previous: str | None = Field(description="The text of the period before.", examples=["2026-10"])
    next: str | None = Field(
        description="The text of the period after; null where that has not begun.",
        examples=[None],
    )
    source: Literal["mongodb", "local"] = Field(description="Which books the coverage is of.")
    tariff: str = Field(description="The table's name.", examples=["tariff"])
    currency: str = Field(description="Of all amounts.", examples=["EUR"])
    why_unknown: str | None = Field(description=_WHY_UNKNOWN, examples=[None])
    totals: CostTotals = Field(description="The whole period.")
    buckets: CostBuckets = Field(description="The period cut into buckets.")


class Line(BaseModel):
    """A line of a bill."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="Of the tariff's row, or `rounding`.", examples=["transfer"])
    side: Literal["import", "export"] = Field(description="Whether it is paid or earned.")
    quantity: float | None = Field(description="So many units.", examples=[2093.84])
    unit: Literal["kWh", "month", "kW"] | None = Field(description="Of the quantity.")
    amount_ex_vat: float | None = Field(description="To 0.01, without VAT.", examples=[85.85])
    vat_pct: float = Field(description="The rate of VAT in %; 0 where none.", examples=[25.5])
    amount: float | None = Field(
        description="To 0.01, half up; what is earned is negative.", examples=[107.74]
    )


class Bill(BaseModel):
    """A month's bill."""

    model_config = ConfigDict(extra="forbid")

    month: str = Field(description="The month's text.", examples=["2026-11"])
    currency: str = Field(description="Of all amounts.", examples=["EUR"])
    tariff: str = Field(description="The table's name.", examples=["tariff"])
    lines: list[Line] = Field(description="One or more a row of the table and rate of VAT.")
    total: float | None = Field(
        description="The exact sum, to 0.01; the lines add up to it.", examples=[402.87]
    )
    complete: bool = Field(
        description="Whether the month is over, and all of it booked and priced."
    )
    coverage_pct: float = Field(
        description="Share in % of the elapsed minutes that all of the home's meters have."
    )
    priced_pct: float | None = Field(
        description="Share in % of the booked windows that have a price; null without any."
    )
    why_unknown: str | None = Field(description=_WHY_UNKNOWN, examples=[None])


Row = dict[str, str | float | None]


def cost_bytes(answer: CostResult, calendar: Calendar) -> bytes:
    """The `Cost` document."""
    query = answer.energy.query
    buckets = answer.energy.buckets
    return json_bytes(
        {
            "period": query.period.text if query.period else None,
            "start": calendar.text(query.start),
            "end": calendar.text(query.end),
            "resolution": query.resolution.value,
            "netting": query.netting.value,
            "buckets_netting": query.buckets_netting.value,
            "time_zone": calendar.zone_name,
            "previous": query.previous.text if query.previous else None,
            "next": query.next.text if query.next else None,
            "source": answer.energy.source,
            "tariff": answer.tariff.name,
            "currency": answer.tariff.currency,
            "why_unknown": answer.why_unknown,
            "totals": _totals(answer),
            "buckets": {
                "start": instant_texts(calendar, buckets.starts),
                **_columns(answer.buckets),
                "coverage_pct": [share(one.common_pct) for one in buckets.coverage],
                "priced_pct": [share(one.costs.priced_pct) for one in answer.buckets],
            },
        }
    )


def _totals(answer: CostResult) -> dict[str, float | None]:
    whole = answer.whole
    return {
        "import_cost": _amount(whole.costs.import_e19),
        "export_earned": _amount(whole.costs.export_e19),
        "saved_by_own_use": _amount(whole.costs.saved_e19),
        "total_cost": number(whole.total),
        "fixed_cost": number(whole.fees.fixed),
        "demand_cost": number(whole.fees.demand),
        "netting_effect": number(answer.netting_effect),
        "paid_per_kwh": number(answer.paid_per_kwh),
        "mean_price_per_kwh": number(answer.mean_price_per_kwh),
        "coverage_pct": share(answer.energy.coverage.common_pct),
        "priced_pct": share(whole.costs.priced_pct),
    }


def _columns(parts: Sequence[CostPart]) -> dict[str, list[float | None]]:
    return {
        "import_cost": [_amount(one.costs.import_e19) for one in parts],
        "export_earned": [_amount(one.costs.export_e19) for one in parts],
        "saved_by_own_use": [_amount(one.costs.saved_e19) for one in parts],
        "total_cost": [number(one.total) for one in parts],
    }


def _amount(amount_e19: Exact | None) -> float | None:
    return number(in_currency(amount_e19))


def bill_document(answer: BillResult) -> dict[str, object]:
    """The `Bill` document."""
    total = answer.bill.total
    return {
        "month": answer.month.text,
        "currency": answer.tariff.currency,
        "tariff": answer.tariff.name,
        "lines": bill_lines(answer),
        "total": None if total is None else float(total),
        "complete": answer.complete,
        "coverage_pct": share(answer.energy.coverage.common_pct),
        "priced_pct": share(answer.priced_pct),
        "why_unknown": answer.why_unknown,
    }


def bill_lines(answer: BillResult) -> list[Row]:
    """Each rounded to 0.01, and what closes them to the total."""
    lines = [_line(line) for line in answer.bill.lines]
    if rounding := answer.bill.rounding:
        lines.append(
            {
                "name": ROUNDING,
                "side": Side.IMPORT.value,
                "quantity": None,
                "unit": None,
                "amount_ex_vat": float(rounding),
                "vat_pct": 0.0,
                "amount": float(rounding),
            }
        )
    return lines


def _line(line: BillLine) -> Row:
    return {
        "name": line.name,
        "side": line.side.value,
        "quantity": number(line.quantity),
        "unit": line.unit,
        "amount_ex_vat": None if line.ex_vat is None else float(rounded(line.ex_vat)),
        "vat_pct": line.rate_e5 / 1000,
        "amount": None if line.amount is None else float(rounded(line.amount)),
    }


def bill_bytes(answer: BillResult) -> bytes:
    return json_bytes(bill_document(answer))
