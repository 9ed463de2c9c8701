"""The parts of an answer, each with its coverage."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, ParamSpec, TypeVar

from wattledger.energy.balance import Energies, Roles
from wattledger.energy.coverage import Coverage, Elapsed, coverage_of

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
