"""A day's cost as text, exactly: numbers of any size and fractions, which few databases have."""

import json
from fractions import Fraction
from typing import Any

from wattledger.energy.cost import Costs, RowKey, RowSum
from wattledger.energy.day_cost import DayCost
from wattledger.energy.demand import Demand
from wattledger.energy.money import Exact

_LARGEST_TEXT = 100_000


def text_of(cost: DayCost) -> str:
    """Whole numbers as they are, fractions as "1/3"."""
    return json.dumps(
        {
            "costs": list(cost.costs),
            "rows": [[*key, *one] for key, one in cost.rows.items()],
            "phase": cost.phase_e19,
            "peaks": [[list(one) for one in picked] for picked in cost.peaks],
        },
        default=str,
        separators=(",", ":"),
    )


def cost_from(text: str) -> DayCost:
    """The inverse. Raises ValueError for what is no day's cost."""
    if len(text) > _LARGEST_TEXT:
        raise ValueError("it is too long")
    try:
        told = json.loads(text)
        return DayCost(
            Costs(*_numbers(told["costs"])),
            {RowKey(row, rate): RowSum(*_numbers(rest)) for row, rate, *rest in told["rows"]},
            _number(told["phase"]),
            tuple([_demand(*one) for one in picked] for picked in told["peaks"]),
        )
    except (ArithmeticError, LookupError, RecursionError, TypeError) as error:
        raise ValueError("it is no cost of a day") from error


def _demand(start: int, power: int | str, is_whole: bool) -> Demand:
    known = _number(power)
    if known is None:
        raise TypeError("no power")
    return Demand(start, known, is_whole)


def _numbers(told: list[int | str | None]) -> list[Any]:
    """None stands where it may."""
    return [_number(one) for one in told]


def _number(told: int | str | None) -> Exact | None:
    return Fraction(told) if isinstance(told, str) else told
