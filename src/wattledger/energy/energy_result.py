"""What is answered: from what the books have of a query to its energies and their coverage."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wattledger.energy.balance import Energies, summed, unknown
from wattledger.energy.books_snapshot import BooksSnapshot
from wattledger.energy.coverage import Coverage, coverage_of, coverages
from wattledger.energy.energy_query import EnergyQuery
from wattledger.energy.home_quantities import Roles
from wattledger.energy.minute_buckets import in_minutes
from wattledger.energy.record_columns import Series
from wattledger.energy.role import Role
from wattledger.energy.rollup import energies_of, quarter_sums
from wattledger.energy.site import Site
from wattledger.energy.windows import WindowSums


class Found(NamedTuple):
    """What the books have of a query, as coarse as its buckets allow: one of the three."""

    minutes: Sequence[Series] | None = None
    """Of buckets of a minute."""
    quarters: Sequence[WindowSums] = ()
    """Those with a record, in order; the query's edges may cut one."""
    parts: Sequence[Energies] = ()
    """Buckets of a day and more, added up."""
    day_records: int = 0
    """How many roll-ups of whole days the parts are made from."""


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


@dataclass(frozen=True, slots=True)
class EnergyResult:
    """The energies of a query: as a whole, and cut into buckets."""

    query: EnergyQuery
    roles: Roles
    """What the home measures, in the order in which energies stand."""
    totals: Energies
    coverage: Coverage
    buckets: Buckets
    complete: bool
    """Whether the span is over and all of it is booked, so that the answer will not change."""
    day_records: int
    """How many roll-ups of whole days it is made from."""
    source: str

    @property
    def parts(self) -> list[Energies]:
        """Of the whole and of each bucket."""
        return [self.totals, *self.buckets.energies]


def result_of(query: EnergyQuery, found: Found, home: BooksSnapshot, source: str) -> EnergyResult:
    """What was found of a query in the books of that name, added up."""
    site, roles = home.site, home.site.roles
    parts, whole = _energies(query, found, site)
    elapsed = home.elapsed(query.asked_at)
    return EnergyResult(
        query,
        roles,
        whole,
        coverage_of(query.start, query.end, whole, elapsed, roles),
        Buckets(query.edges, parts, coverages(query.edges, parts, elapsed, roles)),
        query.end <= query.asked_at and _is_whole(query, whole, roles),
        found.day_records,
        source,
    )


def _energies(query: EnergyQuery, found: Found, site: Site) -> tuple[Sequence[Energies], Energies]:
    """(each bucket's, the whole span's); the whole is netted as asked in any case."""
    parts, quarters = found.parts, found.quarters
    if found.minutes:
        parts = in_minutes(found.minutes, query.edges, query.buckets_netting, site.roles)
        quarters = quarter_sums(found.minutes, site.roles)
    elif not parts:
        parts = _in_buckets(query, quarters, site)
    if query.parts_add_up:
        return parts, summed(parts, unknown(site.roles))
    return parts, energies_of(quarters, query.netting, site)


def _in_buckets(query: EnergyQuery, quarters: Sequence[WindowSums], site: Site) -> list[Energies]:
    parts: list[Energies] = []
    netting = query.buckets_netting
    index = 0
    for end in query.edges[1:]:
        first = index
        while index < len(quarters) and quarters[index].start < end:
            index += 1
        parts.append(energies_of(quarters[first:index], netting, site))
    return parts


def _is_whole(query: EnergyQuery, whole: Energies, roles: Roles) -> bool:
    """Whether every second is booked; coverage says 100 while the last minutes are under way."""
    if roles.has(Role.GRID):
        return whole.common_s >= query.end - query.start
    parts = zip(roles.quantities, whole.covered_s, strict=True)
    return all(
        covered_s >= query.end - max(query.start, quantity.since)
        for quantity, covered_s in parts
        if quantity.since is not None
    )
