"""How much of a span is on the books, as shares of the minutes that have elapsed in it.

A minute counts as elapsed when it ended more than 90 s ago, or is booked: a meter has its minute
ready within seconds, and a screen that reads 99.9 % because of the running minute would cry wolf.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from wattledger.energy.balance import Energies, Roles

SETTLING_S = 90


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Up to where time counts as elapsed, for the grid's, the solar's and the common minutes."""

    grid_to: int
    solar_to: int
    common_to: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Percentages 0-100; None for a role the home does not have."""

    common_pct: float
    grid_pct: float | None
    solar_pct: float | None


def elapsed_at(now: float, grid_booked_to: int | None, solar_booked_to: int | None) -> Elapsed:
    """`booked_to` is the end of a meter's newest record, None when it has none."""
    settled = (math.ceil(now - SETTLING_S) - 1) // 60 * 60
    grid_to = max(settled, grid_booked_to or 0)
    solar_to = max(settled, solar_booked_to or 0)
    return Elapsed(grid_to, solar_to, min(grid_to, solar_to))


def coverage_of(
    start: int, end: int, energies: Energies, elapsed: Elapsed, roles: Roles
) -> Coverage:
    """The coverage of [start, end)."""
    grid_pct = _share(energies.grid_s, start, min(end, elapsed.grid_to)) if roles.grid else None
    solar_pct = _share(energies.solar_s, start, min(end, elapsed.solar_to)) if roles.solar else None
    if grid_pct is not None and solar_pct is not None:
        return Coverage(
            _share(energies.common_s, start, min(end, elapsed.common_to)), grid_pct, solar_pct
        )
    return Coverage(grid_pct if grid_pct is not None else solar_pct or 0.0, grid_pct, solar_pct)


def coverages(
    edges: Sequence[int], parts: Sequence[Energies], elapsed: Elapsed, roles: Roles
) -> list[Coverage]:
    """Of each bucket; those long past share that of the one before if it is like them."""
    settled = min(elapsed.grid_to, elapsed.solar_to, elapsed.common_to)
    column: list[Coverage] = []
    coverage: Coverage | None = None
    covered: tuple[object, ...] = ()
    length_s = 0
    for start, end, part in zip(edges, edges[1:], parts, strict=False):
        if coverage is None or part[6:] != covered or end - start != length_s or end > settled:
            covered, length_s = part[6:], end - start
            coverage = coverage_of(start, end, part, elapsed, roles)
        column.append(coverage)
    return column


def _share(covered_s: int, start: int, elapsed_to: int) -> float:
    if not covered_s:
        return 0.0
    return 100 * covered_s / max(elapsed_to - start, covered_s)
