"""Costs, bills and prices as JSON, from plain columns; amounts are numbers in the currency."""

from collections.abc import Sequence
from fractions import Fraction

from wattledger.api.energy_json import percentage, share
from wattledger.api.instants import instant_texts
from wattledger.api.power_json import json_bytes
from wattledger.energy.bill import ROUNDING, BillLine
from wattledger.energy.cost_result import (
    BillResult,
    CostPart,
    CostResult,
    PriceResult,
    in_currency,
)
from wattledger.energy.money import Exact, rounded
from wattledger.energy.period import Calendar
from wattledger.energy.tariff import Side

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


def number(value: Fraction | None) -> float | None:
    """The nearest number that JSON has."""
    return None if value is None else float(value)


def _amount(amount_e19: Exact | None) -> float | None:
    return number(in_currency(amount_e19))


def price_bytes(answer: PriceResult, calendar: Calendar) -> bytes:
    """The `Prices` document."""
    until = answer.complete_to
    return json_bytes(
        {
            "period": answer.period.text,
            "currency": answer.currency,
            "complete_until": None if until is None else calendar.text(until),
            "start": instant_texts(calendar, answer.starts),
            "spot": [number(price) for price in answer.spot],
            "import_price": [number(price) for price in answer.imported],
            "export_price": [number(price) for price in answer.exported],
        }
    )


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
        "vat_pct": percentage(line.rate_e5 / 1000),
        "amount": None if line.amount is None else float(rounded(line.amount)),
    }


def bill_bytes(answer: BillResult) -> bytes:
    return json_bytes(bill_document(answer))
