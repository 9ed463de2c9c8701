"""Every minute of a span as a bucket of its own.

A day has 1440 of them, so what is done for one counts.
"""

from collections.abc import Iterator, Sequence
from functools import partial

from wattledger.energy.balance import Energies, unknown
from wattledger.energy.home_quantities import Roles
from wattledger.energy.netting import Netting, set_off
from wattledger.energy.record import MINUTE_S
from wattledger.energy.record_columns import Series, series_from
from wattledger.energy.windows import window_energies, window_sums

Minute = tuple[int, int]
"""What one quantity imported and exported in a minute, phases added."""
_COVERED = (MINUTE_S, MINUTE_S)

_energies = partial(tuple.__new__, Energies)
"""Of a tuple, without a Python call for each of 1440."""


def in_minutes(
    series: Sequence[Series], edges: Sequence[int], netting: Netting, roles: Roles
) -> list[Energies]:
    """Minute buckets: a record that is longer than a minute is in none of them.

    Of a minute that mains and a plant have, and the home has no more, it gives what
    `window_energies` gives for one record of each, without the sums in between.
    """
    by_phase = netting is Netting.PHASE
    parts: list[Energies] = []
    placed = [_placed(one, list(edges[:-1])) for one in series]
    for start, minute in zip(edges, zip(*placed, strict=True), strict=False):
        if not roles.are_plain or None in minute:
            parts.append(_of_some(start, minute, netting, roles))
            continue
        (imported, exported), (produced, drawn) = minute
        if not by_phase:
            imported, exported = set_off(imported, exported)
            produced, _ = set_off(produced, drawn)
        used, own = imported - exported + produced, max(produced - exported, 0)
        flows = (imported, exported, produced)
        parts.append(_energies((flows, used, own, own, produced, _COVERED, MINUTE_S)))
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


def _of_some(
    start: int, minute: Sequence[Minute | None], netting: Netting, roles: Roles
) -> Energies:
    """A minute of any home, of which any quantity may lack."""
    if not any(minute):
        return unknown(roles)
    series = list(_series_of(start, minute))
    return window_energies(window_sums(start, series, roles), netting, roles)


def _series_of(start: int, minute: Sequence[Minute | None]) -> Iterator[Series]:
    for one in minute:
        yield series_from([] if one is None else [(start, MINUTE_S, *one)])
