"""Parts of an answer: a minute's energies at once, and each part with its coverage.

A day by minute has 1440 buckets, so what is done for one of them counts.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, ParamSpec, TypeVar

from wattledger.energy.balance import Energies, Roles, balanced
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
) -> list[Bucket]:
    """The parts with their coverage; buckets long past share theirs with others like them."""
    settled = min(elapsed.grid_to, elapsed.solar_to, elapsed.common_to)
    known: dict[tuple[int, ...], Coverage] = {}
    buckets: list[Bucket] = []
    for (start, end), part in zip(pairwise(edges), parts, strict=True):
        alike = (end - start, part.grid_s, part.solar_s, part.common_s)
        coverage = known.get(alike) if end <= settled else None
        if coverage is None:
            coverage = coverage_of(start, end, part, elapsed, roles)
            if end <= settled:
                known[alike] = coverage
        buckets.append(Bucket(start, end, part, coverage))
    return buckets


def in_minutes(
    stretch: Stretch, edges: Sequence[int], netting: Netting, roles: Roles
) -> list[Energies]:
    """Minute buckets: a record that is longer than a minute is in none of them."""
    grid = {record.start: record for record in stretch.grid if record.period_s <= MINUTE_S}
    solar = {record.start: record for record in stretch.solar if record.period_s <= MINUTE_S}
    return [
        _minute_energies(grid.get(start), solar.get(start), netting, roles) for start in edges[:-1]
    ]


def _minute_energies(
    grid: MinuteRecord | None, solar: MinuteRecord | None, netting: Netting, roles: Roles
) -> Energies:
    """What `window_energies` gives for one record of each, without the sums in between."""
    imported = exported = produced = consumed = own = common = None
    grid_s = solar_s = common_s = 0
    if grid is not None:
        imported, exported = _record_netted(grid, netting)
        grid_s = grid.period_s
    if solar is not None:
        produced, _ = _record_netted(solar, netting)
        solar_s = solar.period_s
    if imported is not None and exported is not None:
        if produced is not None:
            consumed, own = balanced(imported, exported, produced)
            common, common_s = produced, grid_s
        elif not roles.solar:
            consumed, common_s = imported - exported, grid_s
    return Energies(imported, exported, produced, consumed, own, common, grid_s, solar_s, common_s)


def _record_netted(record: MinuteRecord, netting: Netting) -> tuple[int, int]:
    _, _, ia, ib, ic, ea, eb, ec = record
    imported, exported = ia + ib + ic, ea + eb + ec
    if netting is Netting.PHASE:
        return imported, exported
    return max(imported - exported, 0), max(exported - imported, 0)
