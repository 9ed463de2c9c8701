"""A day's cost as text: nothing is lost on the way, and nothing else is taken for one."""

from fractions import Fraction

import pytest

from wattledger.energy.cost import Costs, RowKey, RowSum
from wattledger.energy.day_cost import DayCost
from wattledger.energy.day_cost_text import cost_from, text_of
from wattledger.energy.demand import Demand

COST = DayCost(
    Costs(10**25, None, Fraction(1, 3), 5, 4, Fraction(-7, 2), 3, 96),
    {RowKey(0, 25_500): RowSum(10**9, 10**20, Fraction(2, 3)), RowKey(1, 0): RowSum()},
    -5,
    ((Demand(1_774_648_800, Fraction(5, 2), is_whole=False),), ()),
)


def test_it_is_read_as_it_was_written() -> None:
    read = cost_from(text_of(COST))
    assert read._replace(peaks=tuple(map(tuple, read.peaks))) == COST


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 50_000,
        "1" * 100_001,
        text_of(COST).replace('"1/3"', '"1/0"'),
        text_of(COST).replace('"5/2"', "null"),
        text_of(COST).replace('"2/3"', '"two"'),
    ],
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        cost_from(text)
