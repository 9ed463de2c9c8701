"""A month's bill: a line or more for each row of the tariff and each rate of VAT.

Every line is exact, and rounded where it is printed; a line `rounding` closes them to the total.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from wattledger.energy.cost import RowKey, Rows, RowSum
from wattledger.energy.demand import Months, Peaks, billed_kw_e7, counts_in, fee_e14
from wattledger.energy.money import AMOUNT_UNITS, PRICE_UNITS, WHOLE, rounded, without_vat
from wattledger.energy.period import next_month
from wattledger.energy.tariff import DemandFee, MonthlyFee, Side, Tariff, dated_rates

ROUNDING = "rounding"


class BillLine(NamedTuple):
    """One line. `quantity` counts `unit`s; amounts are in the currency, exact; what is earned is
    negative. None where a price is lacking.
    """

    name: str
    side: Side
    quantity: Fraction | None
    unit: str
    rate_e5: int
    ex_vat: Fraction | None
    amount: Fraction | None


@dataclass(frozen=True, slots=True)
class Bill:
    """The lines of a month, and what they come to."""

    lines: Sequence[BillLine]

    @property
    def exact_total(self) -> Fraction | None:
        amounts = [line.amount for line in self.lines if line.amount is not None]
        return sum(amounts, Fraction()) if amounts else None

    @property
    def total(self) -> Decimal | None:
        exact = self.exact_total
        return None if exact is None else rounded(exact)

    @property
    def rounding(self) -> Decimal:
        """What closes the rounded lines to the rounded total."""
        amounts = [rounded(line.amount) for line in self.lines if line.amount is not None]
        return (self.total or Decimal(0)) - sum(amounts, Decimal(0))


def bill_of(tariff: Tariff, month: date, rows: Rows, peaks: Peaks) -> Bill:
    """The bill of the month that begins on `month`, from what its energy came to."""
    days = month, next_month(month)
    return Bill(
        [
            *_energy_lines(tariff, days, rows),
            *(line for fee in tariff.monthly for line in fee_lines(tariff, fee, month)),
            *(
                line
                for place, fee in enumerate(tariff.demand)
                for line in demand_lines(tariff, fee, month, peaks.get(place, ()))
            ),
        ]
    )


def _energy_lines(tariff: Tariff, days: tuple[date, date], rows: Rows) -> Iterator[BillLine]:
    for row, component in enumerate(tariff.components):
        for rate_e5, _ in dated_rates(tariff, component.vat, component.valid, days):
            found = None if rate_e5 is None else rows.get(RowKey(row, rate_e5))
            yield _energy_line(component.name, component.side, rate_e5 or 0, found)


def _energy_line(name: str, side: Side, rate_e5: int, found: RowSum | None) -> BillLine:
    if found is None:
        return BillLine(name, side, None, "kWh", rate_e5, None, None)
    sign = 1 if side is Side.IMPORT else -1
    ex_vat = sign * without_vat(found.net_e14, found.gross_e14, rate_e5) / AMOUNT_UNITS
    quantity = Fraction(found.energy_dmwh, PRICE_UNITS)
    return _line(name, side, quantity, "kWh", rate_e5, ex_vat)


def fee_lines(tariff: Tariff, fee: MonthlyFee, month: date) -> Iterator[BillLine]:
    """A monthly fee, by the days on which it holds and by the rates of its VAT."""
    days_in_month = _days_in(month)
    shares = dated_rates(tariff, fee.vat, fee.valid, (month, next_month(month)))
    for rate_e5, days in shares:
        share = Fraction(days, days_in_month)
        if rate_e5 is None:
            yield BillLine(fee.name, Side.IMPORT, share, "month", 0, None, None)
            continue
        amount = share * fee.amount_e7 / PRICE_UNITS
        ex_vat = without_vat(0, amount, rate_e5) if fee.includes_vat else amount
        yield _line(fee.name, Side.IMPORT, share, "month", rate_e5, ex_vat)


def demand_lines(tariff: Tariff, fee: DemandFee, month: date, picked: Months) -> Iterator[BillLine]:
    """A demand fee, by the days on which it holds, with the VAT of the month's last day."""
    end = next_month(month)
    days = fee.valid.days_of(month, end)
    if not days:
        return
    rate_e5 = tariff.rate_e5(fee.vat, end - timedelta(days=1))
    if rate_e5 is not None and not picked and fee.months_mean == 1 and not counts_in(fee, month):
        yield _line(fee.name, Side.IMPORT, Fraction(), "kW", rate_e5, Fraction())
        return
    if rate_e5 is None or not picked:
        yield BillLine(fee.name, Side.IMPORT, None, "kW", rate_e5 or 0, None, None)
        return
    billed_e7 = billed_kw_e7(picked, fee)
    ex_vat = Fraction(fee_e14(billed_e7, fee)) / AMOUNT_UNITS * days / _days_in(month)
    yield _line(fee.name, Side.IMPORT, Fraction(billed_e7) / PRICE_UNITS, "kW", rate_e5, ex_vat)


def _line(
    name: str, side: Side, quantity: Fraction, unit: str, rate_e5: int, ex_vat: Fraction
) -> BillLine:
    amount = ex_vat * (WHOLE + rate_e5) / WHOLE
    return BillLine(name, side, quantity, unit, rate_e5, ex_vat, amount)


def _days_in(month: date) -> int:
    return monthrange(month.year, month.month)[1]
