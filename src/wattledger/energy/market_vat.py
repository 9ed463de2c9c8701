"""The VAT inside a price that has it: by the home's own tariff, else by a plain table."""

from collections.abc import Callable, Sequence
from datetime import date

from wattledger.energy.period import Calendar
from wattledger.energy.tariff import Kind, Side, Tariff, VatRate


def market_rate(
    tariff: Tariff | None, calendar: Calendar, rates: Sequence[VatRate]
) -> Callable[[int], int | None]:
    """The rate at an instant, None where nobody knows it; `rates` where the tariff says none."""

    def rate(instant: int) -> int | None:
        day = calendar.day_of(instant)
        own = None if tariff is None else _own_rate(tariff, day)
        if own is not None:
            return own
        return next((one.rate_e5 for one in rates if one.valid.holds_on(day)), None)

    return rate


def _own_rate(tariff: Tariff, day: date) -> int | None:
    """The rate that its market price is billed with, or that of the rows that name none."""
    spot = [
        one.vat
        for one in tariff.components
        if one.kind is Kind.SPOT and one.side is Side.IMPORT and one.vat is not None
    ]
    return next((rate for vat in [*spot, ""] if (rate := tariff.rate_e5(vat, day))), None)
