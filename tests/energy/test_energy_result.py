"""What is answered of a query; the quick way to the coverage of buckets against the plain one."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.energy.making import (
    MIDNIGHT,
    calendar_of,
    meter_records,
    minutes,
    quarters_of,
    record,
)
from tests.fakes.assigned import assigned
from tests.fakes.energies import home_energies
from wattledger.energy.balance import UNKNOWN, summed
from wattledger.energy.books_snapshot import BooksSnapshot
from wattledger.energy.coverage import Coverage, Elapsed, coverage_of, coverages
from wattledger.energy.energy_query import EnergyQuery, query_of_span
from wattledger.energy.energy_result import Buckets, EnergyResult, Found, result_of
from wattledger.energy.home_quantities import GRID as MAINS
from wattledger.energy.home_quantities import Quantity, Roles
from wattledger.energy.meter import MeterLabel, Role, Source
from wattledger.energy.netting import Netting
from wattledger.energy.period import Resolution
from wattledger.energy.record import MinuteRecord
from wattledger.energy.record_columns import series_of
from wattledger.energy.rollup import day_energies, energies_of
from wattledger.energy.site import Site
from wattledger.energy.spans import Span
from wattledger.energy.windows import window_energies

GRID, SOLAR = MeterLabel.of("mains", Role.GRID), MeterLabel.of("roof", Role.SOLAR)
HELSINKI = Site("Home", calendar_of("Europe/Helsinki"), Netting.QUARTER, (GRID, SOLAR))
KATHMANDU = Site("Home", calendar_of("Asia/Kathmandu"), Netting.HOUR, (GRID, SOLAR))
"""5:45 ahead: its hours begin at a quarter past."""
HOUR_S = 3_600
LATER = MIDNIGHT + 86_400


def of_span(
    start: int,
    end: int,
    resolution: Resolution,
    netting: Netting = Netting.QUARTER,
    now: float = LATER,
) -> EnergyQuery:
    return query_of_span(HELSINKI.calendar, Span(start, end), resolution, netting, now)


def answer(query: EnergyQuery, found: Found, site: Site = HELSINKI) -> EnergyResult:
    return result_of(query, found, BooksSnapshot(site, assigned(), {}), "store")


@given(
    meter_records(length_s=2 * HOUR_S),
    meter_records(length_s=2 * HOUR_S),
    st.sampled_from([Resolution.QUARTER, Resolution.HOUR, Resolution.DAY]),
    st.sampled_from(Netting),
)
def test_each_bucket_is_what_its_own_records_give(
    grid: list[MinuteRecord],
    solar: list[MinuteRecord],
    resolution: Resolution,
    netting: Netting,
) -> None:
    query = of_span(MIDNIGHT, MIDNIGHT + 2 * HOUR_S, resolution, netting)
    quarters = quarters_of(grid, solar)
    told = answer(query, Found(quarters=quarters))
    for start, end, energies, _ in told.buckets:
        inside = [one for one in quarters if start <= one.start < end]
        assert energies == energies_of(inside, query.buckets_netting, HELSINKI)
    assert told.totals == energies_of(quarters, netting, HELSINKI)
    assert told.parts == [told.totals, *told.buckets.energies]


def test_minutes_are_told_one_by_one_and_the_whole_is_netted_as_asked() -> None:
    grid = [record(MIDNIGHT, imported=300), record(MIDNIGHT + 60, exported=200)]
    series = [series_of(grid), series_of(minutes(MIDNIGHT, 2))]
    query = of_span(MIDNIGHT, MIDNIGHT + 180, Resolution.MINUTE)
    told = answer(query, Found(minutes=series))
    assert [one.flows_dmwh[:2] for one in told.buckets.energies] == [
        (300, 0),
        (0, 200),
        (None,) * 2,
    ]
    assert told.totals.flows_dmwh[:2] == (100, 0)


def test_what_comes_added_up_is_told_as_it_is() -> None:
    days = [home_energies(1, 2, 3), UNKNOWN]
    query = of_span(MIDNIGHT - 86_400, LATER, Resolution.DAY)
    told = answer(query, Found(parts=days, day_records=1))
    assert (list(told.buckets.energies), told.totals, told.day_records) == (days, days[0], 1)
    assert told.source == "store"


def test_of_buckets_that_are_alike_the_one_that_runs_is_told_as_far_as_it_has_come() -> None:
    """Half an hour of each hour is there, and half of the second one has elapsed at the mains."""
    half = home_energies(grid_s=1_800, solar_s=1_800, common_s=1_800)
    edges = [MIDNIGHT, MIDNIGHT + HOUR_S, MIDNIGHT + 2 * HOUR_S]
    for to in ((5_400, 7_200), (7_200, 5_400)):
        ends = (MIDNIGHT + to[0], MIDNIGHT + to[1])
        first, second = coverages(edges, [half, half], Elapsed(ends, min(ends)), Roles())
        assert first == Coverage(50.0, (50.0, 50.0))
        own_pct = [180_000 / (one - HOUR_S) for one in to]
        assert second == Coverage(100.0, tuple(own_pct))


def test_a_bucket_like_the_one_before_it_lacks_what_has_begun_with_it() -> None:
    mains_only = home_energies(grid_s=3_600)
    edges = range(MIDNIGHT, MIDNIGHT + 4 * HOUR_S, HOUR_S)
    roles = Roles((MAINS, Quantity(Role.SOLAR, since=MIDNIGHT + 2 * HOUR_S)))
    told = coverages(edges, [mains_only] * 3, Elapsed((LATER, LATER), LATER), roles)
    assert [one.own_pct for one in told] == [(100.0, None), (100.0, None), (100.0, 0.0)]


def booked(*, grid_s: int, common_s: int, now: float = LATER) -> EnergyResult:
    parts = [home_energies(grid_s=grid_s, solar_s=grid_s, common_s=common_s)]
    query = of_span(MIDNIGHT, MIDNIGHT + HOUR_S, Resolution.HOUR, now=now)
    return answer(query, Found(parts=parts))


def test_an_answer_is_complete_when_its_span_is_over_and_all_have_all_of_it() -> None:
    assert booked(grid_s=3_600, common_s=3_600).complete
    assert not booked(grid_s=3_600, common_s=3_540).complete
    assert booked(grid_s=3_600, common_s=3_600, now=MIDNIGHT + HOUR_S).complete
    assert not booked(grid_s=3_600, common_s=3_600, now=MIDNIGHT + HOUR_S - 1).complete


@pytest.mark.parametrize(
    ("pump_s", "car_s", "complete"),
    [(3_600, 600, True), (3_540, 600, False), (3_600, 540, False), (3_600, 3_600, True)],
)
def test_without_mains_it_is_complete_when_each_has_all_since_it_began(
    pump_s: int, car_s: int, complete: bool
) -> None:
    """Of the car there is nothing before ten to; the boiler came when the hour was over."""
    sinces = {"pump": 0, "car": MIDNIGHT + 3_000, "boiler": MIDNIGHT + HOUR_S}
    labels = [MeterLabel((Source(name, Role.LOAD, since=at),)) for name, at in sinces.items()]
    site = Site("Home", HELSINKI.calendar, Netting.QUARTER, tuple(labels))
    energies = summed([UNKNOWN])._replace(covered_s=(0, 0, pump_s, car_s, 0))
    query = of_span(MIDNIGHT, MIDNIGHT + HOUR_S, Resolution.HOUR)
    assert answer(query, Found(parts=[energies]), site).complete is complete


def test_an_hour_begins_where_the_home_s_day_has_it() -> None:
    """A quarter bought and one sold: in Kathmandu 00:15 to 01:15 of UTC is an hour."""
    utc_midnight = MIDNIGHT + 2 * HOUR_S
    for sold_at, bought in ((3, 200), (4, 200), (5, 300)):
        records = [
            record(utc_midnight + 900, 900, 300),
            record(utc_midnight + 900 * sold_at, 900, 0, 100),
        ]
        energies = energies_of(quarters_of(records, []), Netting.HOUR, KATHMANDU)
        assert energies.flows_dmwh[:2] == (bought, bought - 200)


def test_days_are_netted_one_by_one_by_their_own_hours() -> None:
    starts = range(MIDNIGHT, MIDNIGHT + 3 * 86_400, 900)
    quarters = quarters_of([record(at, 900, at % 7_000, at % 5_000) for at in starts], [])
    calendar = KATHMANDU.calendar
    by_day = [
        day_energies(
            [one for one in quarters if calendar.day_of(one.start) == day],
            Netting.HOUR,
            calendar.start_of(day),
            KATHMANDU.roles,
        )
        for day in calendar.days(starts[0], starts[-1])
    ]
    assert energies_of(quarters, Netting.HOUR, KATHMANDU) == summed(by_day)
    one_by_one = [window_energies(one, Netting.QUARTER, KATHMANDU.roles) for one in quarters]
    assert energies_of(quarters, Netting.QUARTER, KATHMANDU) == summed(one_by_one)


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
