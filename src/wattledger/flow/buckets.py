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
from wattledger.energy.record import MINUTE_S, MinuteRecord

MANY_BUCKETS = 300
"""From here on the arithmetic is done beside the event loop: live streams would wait for it."""

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


@dataclass(frozen=True, slots=True)
class Stretch:
    """Both meters' records of a span, sorted, solar oriented."""

    grid: list[MinuteRecord]
    solar: list[MinuteRecord]


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
    pairs = zip(_placed(stretch.grid, edges), _placed(stretch.solar, edges), strict=True)
    for grid, solar in pairs:
        if grid is None or solar is None:
            parts.append(_of_one(grid, solar, netting, roles))
            continue
        _, grid_s, ia, ib, ic, ea, eb, ec = grid
        _, solar_s, pa, pb, pc, da, db, dc = solar
        imported, exported, produced = ia + ib + ic, ea + eb + ec, pa + pb + pc
        if not by_phase:
            net, produced = imported - exported, produced - da - db - dc
            imported, exported = (net, 0) if net > 0 else (0, -net)
            if produced < 0:
                produced = 0
        own = produced - exported if produced > exported else 0
        used = imported + produced - exported
        covered = (grid_s, solar_s, grid_s)
        parts.append(_energies((imported, exported, produced, used, own, produced, *covered)))
    return parts


def _placed(records: Sequence[MinuteRecord], edges: Sequence[int]) -> list[MinuteRecord | None]:
    """For each bucket its record; usually every minute has one."""
    minutes = [record for record in records if record[1] <= MINUTE_S]
    starts = [record[0] for record in minutes]
    wanted = list(edges[:-1])
    if starts == wanted:
        return [*minutes]
    return list(map(dict(zip(starts, minutes, strict=True)).get, wanted))


def _of_one(
    grid: MinuteRecord | None, solar: MinuteRecord | None, netting: Netting, roles: Roles
) -> Energies:
    """A minute that at most one meter has."""
    if grid is not None:
        imported, exported = _record_netted(grid, netting)
        consumed, common_s = (None, 0) if roles.solar else (imported - exported, grid.period_s)
        return Energies(imported, exported, None, consumed, None, None, grid.period_s, 0, common_s)
    if solar is None:
        return UNKNOWN
    produced, _ = _record_netted(solar, netting)
    return Energies(produced_dmwh=produced, solar_s=solar.period_s)


def _record_netted(record: MinuteRecord, netting: Netting) -> tuple[int, int]:
    _, _, ia, ib, ic, ea, eb, ec = record
    imported, exported = ia + ib + ic, ea + eb + ec
    if netting is Netting.PHASE:
        return imported, exported
    return max(imported - exported, 0), max(exported - imported, 0)
