from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.energy.money import WHOLE, known_sum, mean, plain, rounded, with_vat, without_vat


@pytest.mark.parametrize(
    ("amount", "printed"),
    [
        (Fraction(5, 1000), "0.01"),
        (Fraction(-5, 1000), "-0.01"),
        (Fraction(4999, 1_000_000), "0.00"),
        (Fraction(4028719113760, 10**10), "402.87"),
        (3, "3.00"),
    ],
)
def test_a_half_is_rounded_away_from_zero(amount: Fraction, printed: str) -> None:
    assert rounded(amount) == Decimal(printed)
    assert rounded(amount, 0) == round(float(amount))


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.integers(0, WHOLE))
def test_with_and_without_vat_are_one_amount(net: int, gross: int, rate_e5: int) -> None:
    ex_vat = without_vat(net, gross, rate_e5)
    assert ex_vat * (WHOLE + rate_e5) == with_vat(net, gross, rate_e5)


def test_a_mean_is_exact_or_not_there() -> None:
    assert mean([1, 2, 2, 2]) == Fraction(7, 4)
    assert mean([100, 200, 300, 400]) == 250
    assert isinstance(mean([100, 200, 300, 400]), int)
    assert mean([7, 7, 7, 7]) == 7
    assert mean([7]) == 7
    assert mean([1, None, 1, 1]) is None
    assert mean([]) is None
    assert plain(Fraction(6, 3)) == 2


def test_a_sum_of_nothing_is_unknown() -> None:
    assert known_sum([None, 2, Fraction(1, 2)]) == Fraction(5, 2)
    assert known_sum([None, None]) is None
