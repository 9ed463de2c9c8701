"""Power now: the home from its meters' latest readings."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from wattledger.energy.meter import MeterLabel, Role, produced_power_w
from wattledger.energy.reading import PowerReading

STALE_AFTER_S = 10.0
OFFLINE_AFTER_S = 60.0
SAME_MOMENT_S = 2.0
"""Readings further apart than this are two moments, and their sum is nobody's power."""


class MeterState(StrEnum):
    LIVE = "live"
    STALE = "stale"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class MeterNow:
    """One meter as the home sees it now. `reading` is the last one with a value, however old."""

    label: MeterLabel
    state: MeterState
    age_s: float | None
    reading: PowerReading | None


@dataclass(frozen=True, slots=True)
class PowerNow:
    """Signed powers in W, None where unknown; `at` is UTC epoch seconds.

    grid > 0 imports, solar > 0 produces, home = grid + solar.
    """

    at: float
    grid_w: float | None
    solar_w: float | None
    home_w: float | None
    meters: tuple[MeterNow, ...]


def meter_state(*, connected: bool, age_s: float | None) -> MeterState:
    """Live below 10 s of age, offline without a connection or from 60 s on, stale between."""
    if not connected or age_s is None or age_s >= OFFLINE_AFTER_S:
        return MeterState.OFFLINE
    return MeterState.LIVE if age_s < STALE_AFTER_S else MeterState.STALE


def power_now(at: float, meters: Sequence[MeterNow]) -> PowerNow:
    """The home's powers at one moment; a role without a meter is absent, a silent meter unknown."""
    grid = _of_role(meters, Role.GRID)
    solar = _of_role(meters, Role.SOLAR)
    grid_w = _live_power_w(grid)
    solar_w = _produced_power_w(solar)
    return PowerNow(at, grid_w, solar_w, _home_w(grid, solar, grid_w, solar_w), tuple(meters))


def _of_role(meters: Sequence[MeterNow], role: Role) -> MeterNow | None:
    return next((meter for meter in meters if meter.label.role is role), None)


def _live_power_w(meter: MeterNow | None) -> float | None:
    if meter is None or meter.reading is None or meter.state is not MeterState.LIVE:
        return None
    return meter.reading.active_power_w


def _produced_power_w(solar: MeterNow | None) -> float | None:
    power_w = _live_power_w(solar)
    if power_w is None or solar is None:
        return None
    return produced_power_w(power_w, solar.label.production)


def _home_w(
    grid: MeterNow | None, solar: MeterNow | None, grid_w: float | None, solar_w: float | None
) -> float | None:
    if grid_w is None or grid is None:
        return None
    if solar is None:
        return grid_w
    if solar_w is None or grid.reading is None or solar.reading is None:
        return None
    if abs(grid.reading.received_s - solar.reading.received_s) > SAME_MOMENT_S:
        return None
    return round(grid_w + solar_w, 3)
