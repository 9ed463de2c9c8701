from itertools import pairwise

import pytest
from hypothesis import given

from tests.energy.making import MIDNIGHT, meter_records, minutes, record
from wattledger.energy.errors import BadRecord
from wattledger.energy.meter import Production, Role, Source, given_power_w
from wattledger.energy.record import (
    EARLIEST_S,
    LATEST_S,
    Counters,
    MinuteRecord,
    apart,
    check_record,
    goes_on,
    newest_end,
    of_one_role,
)
from wattledger.energy.spans import Span

MOST_IN_A_MINUTE_DMWH = 20_000_000
"""120 kW for a minute: 2 kWh."""


@pytest.mark.parametrize(
    "good",
    [
        record(MIDNIGHT, 60, MOST_IN_A_MINUTE_DMWH, MOST_IN_A_MINUTE_DMWH),
        record(MIDNIGHT, 180),
        record(MIDNIGHT, 300, 5 * MOST_IN_A_MINUTE_DMWH),
        record(MIDNIGHT, 900, 15 * MOST_IN_A_MINUTE_DMWH),
        record(EARLIEST_S + 20),
        record(LATEST_S),
    ],
)
def test_what_a_meter_can_count_passes_unchanged(good: MinuteRecord) -> None:
    assert check_record(good) is good


@pytest.mark.parametrize("period_s", [-60, 0, 1, 59, 61, 90, 120, 240, 450, 1_800, 3_600])
def test_a_period_is_whole_minutes_that_divide_a_quarter_hour(period_s: int) -> None:
    with pytest.raises(BadRecord, match=f"a period of {period_s} s"):
        check_record(record(MIDNIGHT, period_s))


@pytest.mark.parametrize(("off_s", "period_s"), [(1, 60), (59, 60), (60, 300), (300, 900)])
def test_a_start_is_aligned_to_its_period(off_s: int, period_s: int) -> None:
    with pytest.raises(BadRecord, match="not aligned"):
        check_record(record(MIDNIGHT + off_s, period_s))


@pytest.mark.parametrize("start", [0, -60, EARLIEST_S - 40, LATEST_S + 60])
def test_a_clock_that_was_never_set_or_ran_away_books_nothing(start: int) -> None:
    with pytest.raises(BadRecord, match="outside 2020-09 to 2038-01"):
        check_record(record(start))


@pytest.mark.parametrize("position", range(2, 8))
@pytest.mark.parametrize("energy_dmwh", [-1, MOST_IN_A_MINUTE_DMWH + 1])
def test_no_phase_counts_backwards_or_beyond_its_fuse(position: int, energy_dmwh: int) -> None:
    values = [MIDNIGHT, 60, 0, 0, 0, 0, 0, 0]
    values[position] = energy_dmwh
    with pytest.raises(BadRecord, match="on one phase"):
        check_record(MinuteRecord(*values))


def test_a_record_ends_a_period_after_its_start() -> None:
    assert record(MIDNIGHT, 300).end == MIDNIGHT + 300


def test_given_power_is_positive_whichever_way_what_gives_is_wired() -> None:
    for role in (Role.SOLAR, Role.BATTERY):
        usual, turned = (Source("roof", role, production) for production in Production)
        assert given_power_w(2300.1, usual) == 2300.1
        assert given_power_w(-2300.1, turned) == 2300.1
        assert str(given_power_w(0.0, turned)) == "0.0"


def test_what_gives_nothing_is_never_turned() -> None:
    for role in (Role.GRID, Role.LOAD):
        assert given_power_w(-2300.1, Source("mains", role, Production.NEGATIVE)) == -2300.1


@given(meter_records(), meter_records())
def test_two_meters_of_one_role_never_count_the_same_second(
    one: list[MinuteRecord], other: list[MinuteRecord]
) -> None:
    both = sorted([*one, *other], key=lambda counted: counted.start)
    kept = apart(both)
    assert all(earlier.end <= later.start for earlier, later in pairwise(kept))
    # Greedy: whatever was left out overlaps something that stands.
    left_out = [counted for counted in both if counted not in kept]
    assert all(any(k.start <= r.start < k.end for k in kept) for r in left_out)


def test_one_meter_s_records_all_stand_and_the_first_of_two_wins() -> None:
    ours, brought = minutes(MIDNIGHT, 3, 10), minutes(MIDNIGHT, 4, 99)
    assert apart(ours) == ours
    both = [counted for pair in zip(ours, brought, strict=False) for counted in pair]
    assert apart([*both, brought[3]]) == [*ours, brought[3]]


@pytest.mark.parametrize("at", range(6))
def test_counters_go_on_where_none_fell_and_none_moved_by_more_than_a_phase_carries(
    at: int,
) -> None:
    """Of a whole minute more than lies between the readings: they are rounded to minutes."""
    before = Counters(MIDNIGHT, (500, 500, 500, 500, 500, 500))

    def after(moved_dmwh: int, minutes: int = 1) -> Counters:
        values = [500] * 6
        values[at] += moved_dmwh
        a, b, c, d, e, f = values
        return Counters(MIDNIGHT + 60 * minutes, (a, b, c, d, e, f))

    assert goes_on(before, after(0))
    assert goes_on(before, after(1))
    assert not goes_on(before, after(-1))
    # 120 kW for two minutes are 4 kWh.
    assert goes_on(before, after(40_000_000))
    assert not goes_on(before, after(40_000_001))
    # 3.6 kW: a tenth of a Wh a second.
    assert goes_on(before, after(1_800_000, minutes=2), limit_w=3_600)
    assert not goes_on(before, after(1_800_001, minutes=2), limit_w=3_600)


def test_what_no_phase_can_carry_is_told_in_wh() -> None:
    with pytest.raises(BadRecord, match=r"an energy of 2000.0001 Wh in 60 s on one phase"):
        check_record(MinuteRecord(MIDNIGHT, 60, 20_000_001, 0, 0, 0, 0, 0))


def test_meters_of_one_role_are_told_by_start_whatever_their_periods() -> None:
    old = [record(MIDNIGHT, 900), record(MIDNIGHT + 1_800, 60)]
    new = [record(MIDNIGHT + 900, 60), record(MIDNIGHT + 960, 60), record(MIDNIGHT + 1_800, 60, 9)]
    assert of_one_role([old, new]) == [old[0], *new[:2], old[1]]
    assert of_one_role([new]) == new


@pytest.mark.parametrize(
    ("booked", "gaps", "end"),
    [
        (None, [], None),
        (Span(MIDNIGHT - 600, MIDNIGHT + 300), [], MIDNIGHT + 300),
        (Span(MIDNIGHT - 600, MIDNIGHT + 360), [], MIDNIGHT),
        (
            Span(MIDNIGHT - 600, MIDNIGHT + 86_400),
            [Span(MIDNIGHT - 300, MIDNIGHT + 3_600)],
            MIDNIGHT - 300,
        ),
        (
            Span(MIDNIGHT - 600, MIDNIGHT + 86_400),
            [Span(MIDNIGHT + 60, MIDNIGHT + 3_600)],
            MIDNIGHT,
        ),
        (Span(MIDNIGHT + 3_600, MIDNIGHT + 86_400), [], MIDNIGHT + 86_400),
        (Span(MIDNIGHT, MIDNIGHT + 86_400), [], MIDNIGHT + 86_400),
        (Span(MIDNIGHT - 600, MIDNIGHT + 359), [], MIDNIGHT + 359),
    ],
)
def test_minutes_that_are_dated_ahead_are_no_newest_ones(
    booked: Span | None, gaps: list[Span], end: int | None
) -> None:
    """Unless there are no others: then the clock may be behind."""
    assert newest_end(booked, MIDNIGHT + 59.0, gaps) == end
