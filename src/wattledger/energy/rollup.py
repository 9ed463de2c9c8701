"""Roll-ups: sums that are derived from minutes and can be rebuilt from them at any time.

A quarter-hour's roll-up is its `WindowSums`. A local day's is its energies under each netting: sums
of max() over windows are not linear, so they can't be had from one another, but days add up to
months.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from wattledger.energy.balance import Energies, summed, unknown
from wattledger.energy.home_quantities import Roles
from wattledger.energy.netting import Netting
from wattledger.energy.record import QUARTER_S
from wattledger.energy.record_columns import Series
from wattledger.energy.site import Site
from wattledger.energy.windows import WindowSums, energies_of_windows, joined, window_sums


@dataclass(frozen=True, slots=True)
class DaySums:
    """A local day's energies under each netting; `ordinal` is its proleptic Gregorian number."""

    ordinal: int
    energies: Mapping[Netting, Energies]


def quarter_sums(series: Sequence[Series], roles: Roles) -> list[WindowSums]:
    """Each quarter-hour that has a record of any quantity, all of them turned as they give."""
    cuts = [_quarters(one.starts) for one in series]
    return [
        window_sums(
            start,
            [one.part(*cut.get(start, (0, 0))) for one, cut in zip(series, cuts, strict=True)],
            roles,
        )
        for start in sorted(set().union(*cuts))
    ]


def _quarters(starts: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Where in a column the records of each quarter-hour stand, by its start."""
    found: dict[int, tuple[int, int]] = {}
    first = 0
    while first < len(starts):
        quarter = starts[first] // QUARTER_S * QUARTER_S
        end = bisect_left(starts, quarter + QUARTER_S, lo=first)
        found[quarter] = first, end
        first = end
    return found


def netting_windows(
    quarters: Iterable[WindowSums], netting: Netting, midnight: int
) -> Iterator[WindowSums]:
    """Quarters of one local day joined to windows of that netting; hours count from `midnight`."""
    if netting is not Netting.HOUR:
        yield from quarters
        return
    hours = groupby(quarters, lambda quarter: (quarter.start - midnight) // 3_600)
    for hour, windows in hours:
        yield joined(midnight + hour * 3_600, list(windows))


def day_energies(
    quarters: Sequence[WindowSums], netting: Netting, midnight: int, roles: Roles
) -> Energies:
    """The energies of (a part of) one local day under a netting."""
    windows = list(netting_windows(quarters, netting, midnight))
    return energies_of_windows(windows, netting, roles)


def energies_of(quarters: Sequence[WindowSums], netting: Netting, site: Site) -> Energies:
    """The energies of quarters in order, in windows of that netting."""
    roles = site.roles
    if netting is not Netting.HOUR:
        return energies_of_windows(quarters, netting, roles)
    calendar = site.calendar
    days = groupby(quarters, lambda quarter: calendar.ordinal_at(quarter.start))
    return summed(
        (
            day_energies(list(day), netting, calendar.start_of_ordinal(ordinal), roles)
            for ordinal, day in days
        ),
        unknown(roles),
    )


def day_sums(ordinal: int, quarters: Sequence[WindowSums], midnight: int, roles: Roles) -> DaySums:
    """A local day's roll-up from its quarters."""
    return DaySums(
        ordinal,
        {netting: day_energies(quarters, netting, midnight, roles) for netting in Netting},
    )
