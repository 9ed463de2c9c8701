"""Parts of an answer: a minute's energies at once, and each part with its coverage.

A day by minute has 1440 buckets, so what is done for one of them counts.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, ParamSpec, TypeVar

from wattledger.energy.balance import UNKNOWN, Energies, Roles
from wattledger.energy.coverage import Coverage, Elapsed, coverage_of
from wattledger.energy.netting import Netting
from wattledger.energy.record import MINUTE_S
from wattledger.energy.series import Series

MANY_BUCKETS = 300
"""From here on the arithmetic is done beside the event loop: live streams would wait for it."""

Minute = tuple[int, int]
"""What one meter imported and exported in a minute, phases added."""
_COVERED = (MINUTE_S, MINUTE_S, MINUTE_S)

P = ParamSpec("P")
T = TypeVar("T")


class Bucket(NamedTuple):
    """One bucket of an answer."""

    start: int
    end: int
    energies: Energies
    coverage: Coverage


_energies = partial(tuple.__new__, Energies)
"""Of a tuple, without a Python call for each of 1440."""


@dataclass(frozen=True, slots=True)
class Buckets:
    """An answer's buckets as the columns they are written in; one is made when it is looked at."""

    edges: Sequence[int]
    energies: Sequence[Energies]
    coverage: Sequence[Coverage]

    @property
    def starts(self) -> Sequence[int]:
        return self.edges[:-1]

    def __len__(self) -> int:
        return len(self.energies)

    def __getitem__(self, index: int) -> Bucket:
        at = range(len(self))[index]
        return Bucket(self.edges[at], self.edges[at + 1], self.energies[at], self.coverage[at])

    def __iter__(self) -> Iterator[Bucket]:
        return map(Bucket, self.edges, self.edges[1:], self.energies, self.coverage)


class Stretch(NamedTuple):
    """Both roles' records of a span, solar oriented."""

    grid: Series
    solar: Series


async def beside(count: int, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Does the work in a thread where there is much of it."""
    if count < MANY_BUCKETS:
        return work(*args, **kwargs)
    return await asyncio.to_thread(work, *args, **kwargs)


def with_coverage(
    edges: Sequence[int], parts: Sequence[Energies], elapsed: Elapsed, roles: Roles
) -> Buckets:
    """The parts with their coverage; buckets long past share theirs with those before like them."""
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
    return Buckets(edges, parts, column)


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
            net = imported - exported
            imported, exported = (net, 0) if net > 0 else (0, -net)
            produced = produced - drawn if produced > drawn else 0
        own = produced - exported if produced > exported else 0
        used = imported + produced - exported
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
    imported, exported = minute
    if netting is Netting.PHASE:
        return minute
    return max(imported - exported, 0), max(exported - imported, 0)
