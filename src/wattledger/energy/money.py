"""Money is exact: whole numbers of small parts of the currency, rounded at the edge only.

A price per kWh is a count of 1e-7 of the currency (`_e7`): 0.01 EUR/MWh is 100 of them. With energy
in 0.1 mWh, which is 1e-7 kWh, an amount is their product, a count of 1e-14 (`_e14`). A rate of VAT
is a count of 0.001 % (`_e5`), so that a price with VAT is a count of 1e-12 (`_e12`) and what was
paid a count of 1e-19 (`_e19`). An hour's mean of quarters that can't be parted is a fraction, never
a rounded price.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

Exact = int | Fraction
"""A number without a rounding in it."""

PRICE_UNITS = 10**7
"""In one of the currency, as prices are counted."""
AMOUNT_UNITS = 10**14
PAID_UNITS = 10**19
WHOLE = 100_000
"""100 %, as rates of VAT are counted."""


def with_vat(net: Exact, gross: Exact, rate_e5: int) -> Exact:
    """What is without VAT and what has it already, all-in, in parts 1e5 times as small."""
    return net * (WHOLE + rate_e5) + gross * WHOLE


def without_vat(net: Exact, gross: Exact, rate_e5: int) -> Fraction:
    """The same without VAT, in the parts that it was given in: what was typed with VAT is divided
    here, once.
    """
    return net + Fraction(gross * WHOLE, WHOLE + rate_e5)


def mean(prices: Sequence[Exact | None]) -> Exact | None:
    """Their mean, exactly; None where one of them is not known."""
    known = [price for price in prices if price is not None]
    if not known or len(known) < len(prices):
        return None
    if known.count(known[0]) == len(known):
        return known[0]
    return plain(Fraction(sum(known), len(known)))


def plain(value: Exact) -> Exact:
    """An int where it is a whole number: those are quicker."""
    return value.numerator if value.denominator == 1 else value


def known_sum(values: Iterable[Exact | None]) -> Exact | None:
    """The sum of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def rounded(amount: Exact, decimals: int = 2) -> Decimal:
    """To so many decimals, a half away from zero, as invoices have it."""
    doubled = abs(amount) * 10**decimals * 2
    whole = int((doubled + 1) // 2)
    return Decimal(whole if amount >= 0 else -whole).scaleb(-decimals)
