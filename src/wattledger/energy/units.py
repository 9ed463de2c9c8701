"""Energy is an integer count of 0.1 mWh, the meter's own resolution: sums are exact in any order.

The suffix is `_dmwh`, deci-milliwatt-hour: 1 dmWh = 1e-4 Wh. Wh as numbers exist only at the edges.
"""

import math

DMWH_PER_WH = 10_000


def dmwh_from_wh(energy_wh: float) -> int:
    """The nearest count of 0.1 mWh. Raises ValueError for NaN and infinities."""
    if not math.isfinite(energy_wh):
        raise ValueError(f"not a finite energy: {energy_wh}")
    return round(energy_wh * DMWH_PER_WH)


def wh_or_none(energy_dmwh: int | None) -> float | None:
    """Wh for the edges: API, CSV, screen; an unknown stays unknown."""
    return None if energy_dmwh is None else energy_dmwh / DMWH_PER_WH
