"""How much of a span is on the books, as shares of the minutes that have elapsed in it.

A minute counts as elapsed when it ended more than 90 s ago, or is booked: a meter has its minute
ready within seconds, and a screen that reads 99.9 % because of the running minute would cry wolf.
Of a meter whose records are longer than a minute, so it is with its record.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wattledger.energy.balance import Energies
from wattledger.energy.home_quantities import Quantity, Roles
from wattledger.energy.record import MINUTE_S

SETTLING_S = 90


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Up to where time counts as elapsed, for the minutes of each quantity and the common ones."""

    to: tuple[int, ...]
    common_to: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Percentages 0-100; None for a quantity the home does not have, or not yet."""

    common_pct: float
    own_pct: tuple[float | None, ...]


class Newest(NamedTuple):
    """The newest record of a quantity; `end` is 0 while it has none."""

    end: int = 0
    period_s: int = MINUTE_S


def settled_at(now: float, period_s: int = MINUTE_S) -> int:
    """The end of the last record of that length that is to be there by now."""
    return (math.ceil(now - SETTLING_S) - 1) // period_s * period_s


def elapsed_at(now: float, newest: Sequence[Newest], roles: Roles) -> Elapsed:
    """`newest` is of each quantity."""
    to = tuple(max(settled_at(now, period_s), end) for end, period_s in newest)
    balanced = [
        end
        for quantity, end in zip(roles.quantities, to, strict=True)
        if quantity.role.is_balanced and quantity.since is not None
    ]
    return Elapsed(to, min(balanced, default=settled_at(now)))


def coverage_of(
    start: int, end: int, energies: Energies, elapsed: Elapsed, roles: Roles
) -> Coverage:
    """The coverage of [start, end)."""
    parts = zip(roles.quantities, energies.covered_s, elapsed.to, strict=True)
    pcts = tuple([_of_one(quantity, s, start, min(end, to)) for quantity, s, to in parts])
    told = [pct for pct in pcts[: roles.balanced] if pct is not None]
    since = roles.mains.since
    if len(told) < 2 or since is None or not roles.are_known:
        return Coverage(min(told, default=0.0), pcts)
    # There is a balance at all since there are mains.
    common_pct = _share(energies.common_s, max(start, since), min(end, elapsed.common_to))
    return Coverage(common_pct, pcts)


def coverages(
    edges: Sequence[int], parts: Sequence[Energies], elapsed: Elapsed, roles: Roles
) -> list[Coverage]:
    """Of each bucket; those long past share that of the one before if it is like them."""
    settled = min(*elapsed.to, elapsed.common_to)
    begun = max(one.since or 0 for one in roles.quantities)
    column: list[Coverage] = []
    before: tuple[object, ...] = ()
    for start, end, part in zip(edges, edges[1:], parts, strict=False):
        this = (part.covered_s, part.common_s, end - start)
        is_like = this == before and begun < start and end <= settled
        column.append(column[-1] if is_like else coverage_of(start, end, part, elapsed, roles))
        before = this
    return column


def _of_one(quantity: Quantity, covered_s: int, start: int, end: int) -> float | None:
    """Of a quantity that began later, of the time since then."""
    since = quantity.since
    if since is None or (since > start and since >= end):
        return None
    return _share(covered_s, max(start, since), end)


def _share(covered_s: int, start: int, elapsed_to: int) -> float:
    if not covered_s:
        return 0.0
    return 100 * covered_s / max(elapsed_to - start, covered_s)
