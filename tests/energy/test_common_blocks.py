"""What both meters tile together, against a slow search through all spans."""

from collections.abc import Sequence

from hypothesis import given

from tests.energy.making import (
    MIDNIGHT,
    blocks_of,
    meter_records,
    minutes,
    record,
    sums_of,
    window_of,
)
from wattledger.energy.netting import NOTHING, added
from wattledger.energy.record import MinuteRecord
from wattledger.energy.record_alignment import Block


def inside(records: Sequence[MinuteRecord], start: int, end: int) -> list[MinuteRecord]:
    return [r for r in records if start <= r.start and r.end <= end]


def tiles(records: Sequence[MinuteRecord], start: int, end: int) -> bool:
    return sum(r.period_s for r in inside(records, start, end)) == end - start


def slow_blocks(grid: Sequence[MinuteRecord], solar: Sequence[MinuteRecord]) -> list[Block]:
    """From every common start the nearest common end up to which neither has a hole."""
    starts = sorted({r.start for r in grid} & {r.start for r in solar})
    ends = sorted({r.end for r in grid} & {r.end for r in solar})
    blocks = []
    for start in starts:
        tiled = (e for e in ends if e > start and tiles(grid, start, e) and tiles(solar, start, e))
        end = next(tiled, None)
        if end is not None:
            ours, theirs = inside(grid, start, end), inside(solar, start, end)
            blocks.append(Block(start, (sums_of(ours), sums_of(theirs))))
    return blocks


@given(meter_records(), meter_records())
def test_blocks_are_those_of_a_slow_search(
    grid: list[MinuteRecord], solar: list[MinuteRecord]
) -> None:
    assert blocks_of(grid, solar) == slow_blocks(grid, solar)


@given(meter_records(length_s=1_800, periods=(60, 300)), meter_records(length_s=900))
def test_a_window_sums_its_blocks(grid: list[MinuteRecord], solar: list[MinuteRecord]) -> None:
    window = window_of(MIDNIGHT, grid, solar)
    common_grid = common_solar = NOTHING
    for block in slow_blocks(grid, solar):
        common_grid = added(common_grid, block.sums[0])
        common_solar = added(common_solar, block.sums[1])
    assert window.balanced == (common_grid, common_solar)
    assert (window.own[0], window.own[1]) == (sums_of(grid), sums_of(solar))
    everything = (common_grid, common_solar) == (window.own[0], window.own[1])
    assert (window.common is None) == everything


def test_five_minutes_meet_one_of_five() -> None:
    grid, solar = minutes(MIDNIGHT, 5, imported=7), [record(MIDNIGHT, 300, imported=50)]
    assert blocks_of(grid, solar) == [Block(MIDNIGHT, (sums_of(grid), sums_of(solar)))]
    assert blocks_of(solar, grid) == [Block(MIDNIGHT, (sums_of(solar), sums_of(grid)))]


def test_a_hole_or_an_early_end_leaves_the_longer_record_alone() -> None:
    solar = [record(MIDNIGHT, 300, imported=50)]
    holed = [*minutes(MIDNIGHT, 2), *minutes(MIDNIGHT + 180, 2)]
    assert not blocks_of(holed, solar)
    assert not blocks_of(solar, holed)
    assert not blocks_of(minutes(MIDNIGHT, 3), solar)
    assert not blocks_of(solar, minutes(MIDNIGHT, 3))


def test_three_minutes_and_five_meet_after_a_quarter_hour() -> None:
    threes = [record(MIDNIGHT + 180 * i, 180, imported=1) for i in range(5)]
    fives = [record(MIDNIGHT + 300 * i, 300, imported=1) for i in range(3)]
    assert blocks_of(threes, fives) == [Block(MIDNIGHT, (sums_of(threes), sums_of(fives)))]


def test_whoever_begins_later_the_common_minutes_are_found() -> None:
    early, late = minutes(MIDNIGHT, 3, imported=7), minutes(MIDNIGHT + 60, 3, imported=9)
    common = [
        Block(late[i].start, (sums_of(early[i + 1 : i + 2]), sums_of(late[i : i + 1])))
        for i in (0, 1)
    ]
    assert blocks_of(early, late) == common
    assert blocks_of(late, early) == [Block(b.start, b.sums[::-1]) for b in common]


def test_records_of_other_periods_that_meet_are_all_of_both() -> None:
    window = window_of(MIDNIGHT, minutes(MIDNIGHT, 5), [record(MIDNIGHT, 300, imported=50)])
    assert window.common is None


def test_equal_starts_with_other_periods_are_not_the_same_time() -> None:
    window = window_of(MIDNIGHT, [record(MIDNIGHT, 60, 7)], [record(MIDNIGHT, 300, 50)])
    assert window.balanced == (NOTHING, NOTHING)
    assert (window.own_use.consumed_phase_dmwh, window.own_use.consumed_minute_dmwh) == (0, 0)
