"""Every minute of a span as a bucket of its own.

A day has 1440 of them, so what is done for one counts.
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from wattledger.energy.balance import UNKNOWN, Energies, Roles, balanced
from wattledger.energy.netting import Netting, set_off
from wattledger.energy.record import MINUTE_S
from wattledger.energy.record_columns import Series

Minute = tuple[int, int]
"""What one meter imported and exported in a minute, phases added."""
_COVERED = (MINUTE_S, MINUTE_S, MINUTE_S)

_energies = partial(tuple.__new__, Energies)
"""Of a tuple, without a Python call for each of 1440."""


class Stretch(NamedTuple):
    """Both roles' records of a span, solar oriented."""

    grid: Series
    solar: Series


def in_minutes(
    stretch: Stretch, edges: Sequence[int], netting: Netting, roles: Roles
) -> list[Energies]:
    """Minute buckets: a record that is longer than a minute is in none of them.

    Gives what `window_energies` gives for one record of each, without the sums in between.
    """
    by_phase = netting is Netting.PHASE
    parts: list[Energies] = []
    grid, solar = (_placed(series, list(edges[:-1])) for series in stretch)
    for of_grid, of_solar in zip(grid, solar, strict=True):
        if of_grid is None or of_solar is None:
            parts.append(_of_one(of_grid, of_solar, netting, roles))
            continue
        imported, exported = of_grid
        produced, drawn = of_solar
        if not by_phase:
            imported, exported = set_off(imported, exported)
            produced, _ = set_off(produced, drawn)
        used, own = balanced(imported, exported, produced)
        parts.append(_energies((imported, exported, produced, used, own, produced, *_COVERED)))
    return parts


def _placed(series: Series, wanted: list[int]) -> Sequence[Minute | None]:
    """For each bucket its record; usually every minute has one."""
    starts, periods_s, imported, exported = series
    energies = list(zip(imported, exported, strict=True))
    if starts == wanted and sum(periods_s) == MINUTE_S * len(wanted):
        return energies
    rows = zip(starts, periods_s, energies, strict=True)
    found = {start: of_one for start, period_s, of_one in rows if period_s <= MINUTE_S}
    return list(map(found.get, wanted))


def _of_one(grid: Minute | None, solar: Minute | None, netting: Netting, roles: Roles) -> Energies:
    """A minute that at most one meter has."""
    if grid is not None:
        imported, exported = _netted(grid, netting)
        consumed, common_s = (None, 0) if roles.solar else (imported - exported, MINUTE_S)
        return Energies(imported, exported, None, consumed, None, None, MINUTE_S, 0, common_s)
    if solar is None:
        return UNKNOWN
    produced, _ = _netted(solar, netting)
    return Energies(produced_dmwh=produced, solar_s=MINUTE_S)


def _netted(minute: Minute, netting: Netting) -> Minute:
    return minute if netting is Netting.PHASE else set_off(*minute)
