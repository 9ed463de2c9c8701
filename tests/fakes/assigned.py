"""Which meters measure what in the usual home: one source at the mains, one at the plant."""

from collections.abc import Sequence

from wattledger.energy.meter import MeterId, Production, Role, Source
from wattledger.energy.site import Assignment, MeasuredSource


def assigned(
    grid: Sequence[MeterId] = (),
    solar: Sequence[MeterId] = (),
    production: Production = Production.POSITIVE,
) -> Assignment:
    """A role that no meter has measured has its source all the same."""
    return Assignment(
        (
            MeasuredSource(Source("mains", Role.GRID), tuple(grid)),
            MeasuredSource(Source("solar", Role.SOLAR, production), tuple(solar)),
        )
    )
