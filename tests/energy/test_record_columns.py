"""Records as columns: nothing of them is lost but the phases."""

from hypothesis import given
from hypothesis import strategies as st

from tests.energy.making import MIDNIGHT, meter_records, minutes
from wattledger.energy.record import MinuteRecord, apart
from wattledger.energy.record_columns import Series, merged_series, series_of


@given(meter_records(), st.integers(0, 70), st.integers(0, 70))
def test_a_series_is_its_records_with_their_phases_added(
    records: list[MinuteRecord], first: int, end: int
) -> None:
    series = series_of(records)
    rows = [(r.start, r.period_s, sum(r[2:5]), sum(r[5:8])) for r in records]
    assert list(zip(*series, strict=True)) == rows
    assert series.part(first, end) == series_of(records[first:end])


def test_a_plant_may_be_wired_either_way() -> None:
    counted = series_of([MinuteRecord(MIDNIGHT, 60, 1, 2, 3, 40, 50, 60)])
    assert counted.turned() == Series([MIDNIGHT], [60], [150], [6])
    assert counted.turned().turned() == counted


def test_a_series_may_be_of_some_phases() -> None:
    records = [MinuteRecord(MIDNIGHT, 60, 1, 2, 3, 40, 50, 60)]
    assert series_of(records, ["b"]) == Series([MIDNIGHT], [60], [2], [50])
    assert series_of(records, ["a", "c"]) == Series([MIDNIGHT], [60], [4], [100])
    assert series_of(records, ["c", "b", "a"]) == series_of(records)


def test_a_series_may_be_cut_by_time() -> None:
    series = series_of([MinuteRecord(MIDNIGHT + at, 60, at, 0, 0, 0, 0, 0) for at in (0, 60, 120)])
    assert series.between(0, None) is series
    assert series.between(MIDNIGHT + 60, None).starts == [MIDNIGHT + 60, MIDNIGHT + 120]
    assert series.between(0, MIDNIGHT + 60).starts == [MIDNIGHT]


@given(meter_records(), meter_records())
def test_meters_of_one_role_never_count_the_same_second(
    one: list[MinuteRecord], other: list[MinuteRecord]
) -> None:
    """As `apart` has it of their records."""
    both = sorted([*one, *other], key=lambda record: record.start)
    assert merged_series([series_of(one), series_of(other)]) == series_of(apart(both))


def test_of_two_that_start_together_the_first_named_meter_s_stands() -> None:
    ours, brought = series_of(minutes(MIDNIGHT, 3, 10)), series_of(minutes(MIDNIGHT, 4, 99))
    assert merged_series([ours, brought]).imported_dmwh == [10, 10, 10, 99]
    assert merged_series([brought, ours]).imported_dmwh == [99] * 4
    assert merged_series([ours]) is ours
    assert merged_series([]) == series_of([])
