"""The quick way to the coverage of buckets against the plain one."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.energy.making import MIDNIGHT
from tests.fakes.energies import home_energies
from wattledger.energy.coverage import Elapsed, coverage_of, coverages
from wattledger.energy.energy_result import Buckets
from wattledger.energy.home_quantities import Roles

ROLES = [Roles(), Roles.of(grid=False), Roles.of(solar=False)]
LENGTHS = st.lists(st.sampled_from([60, 60, 900, 3_600]), min_size=1, max_size=30)
COVERED_S = st.sampled_from([0, 30, 60, 60, 600])


@given(
    lengths=LENGTHS,
    covered=st.lists(st.tuples(COVERED_S, COVERED_S, COVERED_S), min_size=30, max_size=30),
    grid_to=st.integers(-60, 40_000),
    solar_to=st.integers(-60, 40_000),
    roles=st.sampled_from(ROLES),
)
def test_shared_coverage_is_that_of_each_bucket(
    lengths: list[int],
    covered: list[tuple[int, int, int]],
    grid_to: int,
    solar_to: int,
    roles: Roles,
) -> None:
    edges = [MIDNIGHT]
    for length in lengths:
        edges.append(edges[-1] + length)
    parts = [
        home_energies(grid_s=grid_s, solar_s=solar_s, common_s=common_s)
        for grid_s, solar_s, common_s in covered[: len(lengths)]
    ]
    ends = MIDNIGHT + grid_to, MIDNIGHT + solar_to
    elapsed = Elapsed(ends, min(ends))
    buckets = Buckets(edges, parts, coverages(edges, parts, elapsed, roles))
    assert [(bucket.start, bucket.end) for bucket in buckets] == list(pairwise(edges))
    assert list(buckets.starts) == edges[:-1]
    assert len(buckets) == len(lengths)
    assert buckets[-1].end == edges[-1]
    assert [buckets[at] for at in range(len(buckets))] == list(buckets)
    assert [bucket.energies for bucket in buckets] == parts
    for bucket in buckets:
        start, end, part, coverage = bucket
        assert coverage == coverage_of(start, end, part, elapsed, roles)
