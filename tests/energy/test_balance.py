"""consumed, self_consumed and the percentages, from the time that both meters have."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.energy.making import (
    HOME,
    MIDNIGHT,
    blocks_of,
    energies_of,
    meter_records,
    minutes,
    one_window,
    quarters_of,
    record,
    sums_of,
    window_of,
    within_span,
)
from tests.fakes.energies import home_energies, six_of
from wattledger.energy.balance import UNKNOWN, Energies, balanced, summed
from wattledger.energy.home_quantities import GRID, Roles
from wattledger.energy.netting import NOTHING, MeterSums, Netting, added
from wattledger.energy.record import MinuteRecord
from wattledger.energy.record_alignment import Block
from wattledger.energy.role import Role
from wattledger.energy.windows import joined, window_energies

WH = 10_000
energy = st.integers(0, 1_000)
record_pairs = st.tuples(meter_records(periods=(60, 300)), meter_records(periods=(60, 300)))
Records = list[MinuteRecord]


@given(energy, energy, energy)
def test_own_use_is_clamped_as_written(imported: int, exported: int, produced: int) -> None:
    consumed, own, supplied, _ = balanced(imported, exported, produced, 0, 0)
    assert own == supplied
    assert consumed == imported + produced - exported
    assert own == max(0, min(produced - exported, produced, max(consumed, 0)))


def test_a_home_with_a_plant_by_the_quarter() -> None:
    """0.5 kW used, 4 kW produced, all minutes there: 125 Wh used, all of them own."""
    grid = minutes(MIDNIGHT, 15, exported=3_500 * WH // 60)
    solar = minutes(MIDNIGHT, 15, imported=4_000 * WH // 60)
    energies = energies_of(grid, solar, Netting.QUARTER)
    assert energies.consumed_dmwh == pytest.approx(125 * WH, abs=30)
    assert energies.self_consumed_dmwh == energies.consumed_dmwh
    assert energies.self_sufficiency_pct == 100
    assert energies.self_consumption_pct == pytest.approx(12.5, abs=0.01)


def test_missing_solar_minutes_do_not_turn_the_home_negative() -> None:
    """The same quarter without seven solar minutes: what eight common minutes say, not -342 Wh."""
    grid = minutes(MIDNIGHT, 15, exported=3_500 * WH // 60)
    solar = minutes(MIDNIGHT, 8, imported=4_000 * WH // 60)
    for netting in Netting:
        energies = energies_of(grid, solar, netting)
        assert energies.flows_dmwh[1] == pytest.approx(875 * WH, abs=30)
        assert energies.flows_dmwh[2] == pytest.approx(533.3 * WH, rel=1e-3)
        assert energies.consumed_dmwh == pytest.approx(125 * WH * 8 / 15, abs=30)
        assert energies.self_consumed_dmwh == energies.consumed_dmwh
        assert (energies.covered_s[0], energies.covered_s[1], energies.common_s) == (900, 480, 480)


def test_what_the_plant_draws_at_night_was_bought_and_is_used() -> None:
    grid = minutes(MIDNIGHT, 15, imported=210)
    solar = minutes(MIDNIGHT, 15, exported=10)
    energies = energies_of(grid, solar, Netting.QUARTER)
    assert six_of(energies)[:5] == (3_150, 0, 0, 3_150, 0)
    assert energies.self_consumption_pct is None
    assert energies.self_sufficiency_pct == 0


def test_consumption_is_never_clamped() -> None:
    """A meter that disagrees shows: more sold than produced is a negative home."""
    window = one_window(MeterSums(900, 0, 500, 0), MeterSums(900, 300, 0, 300))
    energies = window_energies(window, Netting.QUARTER, HOME)
    assert (energies.consumed_dmwh, energies.self_consumed_dmwh) == (-200, 0)
    assert energies.self_sufficiency_pct is None
    assert energies.self_consumption_pct == 0


@given(record_pairs)
def test_own_use_never_exceeds_production_or_consumption(pair: tuple[Records, Records]) -> None:
    for netting in Netting:
        energies = energies_of(*pair, netting)
        if energies.self_consumed_dmwh is None:
            assert energies.consumed_dmwh is energies.common_produced_dmwh is None
            assert energies.common_s == 0
        else:
            assert 0 <= energies.self_consumed_dmwh <= (energies.common_produced_dmwh or 0)
            for share in (energies.self_consumption_pct, energies.self_sufficiency_pct):
                assert share is None or share >= 0


@given(record_pairs)
def test_own_use_by_record_is_that_of_each_block(pair: tuple[Records, Records]) -> None:
    expected = {Netting.PHASE: 0, Netting.MINUTE: 0}
    for block in blocks_of(*pair):
        for netting in expected:
            imported, exported = block.sums[0].netted(netting)
            expected[netting] += balanced(
                imported, exported, block.sums[1].netted(netting)[0], 0, 0
            ).self_consumed_dmwh
    for netting, own in expected.items():
        assert (energies_of(*pair, netting).self_consumed_dmwh or 0) == own


@given(st.lists(st.tuples(*[energy] * 12), max_size=15))
def test_aligned_records_fold_as_any_others_do(rows: list[tuple[int, ...]]) -> None:
    grid = [MinuteRecord(MIDNIGHT + 60 * i, 60, *row[:6]) for i, row in enumerate(rows)]
    solar = [MinuteRecord(MIDNIGHT + 60 * i, 60, *row[6:]) for i, row in enumerate(rows)]
    own = {Netting.PHASE: 0, Netting.MINUTE: 0}
    both: tuple[MeterSums, MeterSums] = NOTHING, NOTHING
    for block in blocks_of(grid, solar):
        both = added(both[0], block.sums[0]), added(both[1], block.sums[1])
        for netting in own:
            imported, exported = block.sums[0].netted(netting)
            own[netting] += balanced(
                imported, exported, block.sums[1].netted(netting)[0], 0, 0
            ).self_consumed_dmwh
    window = window_of(MIDNIGHT, grid, solar)
    assert window.balanced == both == (window.own[0], window.own[1])
    assert (window.own_use.consumed_phase_dmwh, window.own_use.consumed_minute_dmwh) == tuple(
        own.values()
    )
    # One record more on one side takes the general path over the same minutes.
    longer = window_of(MIDNIGHT, [*grid, record(MIDNIGHT + 900)], solar)
    assert longer.balanced == both
    assert longer[5:] == window[5:]


@given(record_pairs)
def test_a_joined_window_is_the_window_of_all_its_records(pair: tuple[Records, Records]) -> None:
    assume(any(pair))
    whole = joined(MIDNIGHT, quarters_of(*pair))
    at_once = window_of(MIDNIGHT, *pair)
    assert (whole.own[0], whole.own[1], whole.balanced) == (
        at_once.own[0],
        at_once.own[1],
        at_once.balanced,
    )
    assert whole[5:] == at_once[5:]


def test_one_window_joined_only_moves_its_start() -> None:
    window = window_of(MIDNIGHT + 900, minutes(MIDNIGHT + 900, 2, 5), minutes(MIDNIGHT + 900, 2))
    assert joined(MIDNIGHT, [window]) == window._replace(start=MIDNIGHT)
    assert joined(MIDNIGHT, []).own == ()


@given(record_pairs, st.integers(0, 4))
def test_a_span_split_at_a_window_edge_sums_to_the_span(
    pair: tuple[Records, Records], quarter: int
) -> None:
    cut = MIDNIGHT + 900 * quarter
    for netting in (Netting.PHASE, Netting.MINUTE, Netting.QUARTER):
        assert summed(_split(pair, cut, netting)) == energies_of(*pair, netting)


@given(st.tuples(meter_records(length_s=9_000), meter_records(length_s=9_000)), st.integers(0, 3))
def test_a_span_split_at_an_hour_edge_sums_to_the_span(
    pair: tuple[Records, Records], hour: int
) -> None:
    for netting in Netting:
        parts = _split(pair, MIDNIGHT + 3_600 * hour, netting)
        assert summed(parts) == energies_of(*pair, netting)


@given(record_pairs, st.integers(-5, 3_700))
def test_a_span_split_anywhere_keeps_its_balance(
    pair: tuple[Records, Records], offset_s: int
) -> None:
    for netting in Netting:
        parts = summed(_split(pair, MIDNIGHT + offset_s, netting))
        whole = energies_of(*pair, netting)
        assert _balance(parts) == _balance(whole)
        assert (parts.covered_s[0], parts.covered_s[1]) == (whole.covered_s[0], whole.covered_s[1])
    phase = summed(_split(pair, MIDNIGHT + offset_s, Netting.PHASE))
    assert phase.flows_dmwh == energies_of(*pair, Netting.PHASE).flows_dmwh


@given(st.tuples(*[meter_records(length_s=1_800, periods=(60,))] * 2), st.integers(-5, 1_900))
def test_by_record_a_span_split_anywhere_sums_to_the_span_in_everything(
    pair: tuple[Records, Records], offset_s: int
) -> None:
    for netting in (Netting.PHASE, Netting.MINUTE):
        parts = _split(pair, MIDNIGHT + offset_s, netting)
        assert summed(parts) == energies_of(*pair, netting)


def _split(pair: tuple[Records, Records], cut: int, netting: Netting) -> list[Energies]:
    grid, solar = pair
    return [
        energies_of(within_span(grid, *span), within_span(solar, *span), netting)
        for span in ((0, cut), (cut, 2**31))
    ]


def _balance(energies: Energies) -> int:
    return (energies.flows_dmwh[0] or 0) - (energies.flows_dmwh[1] or 0)


@given(meter_records())
def test_an_absent_plant_is_absent_and_the_home_is_the_grid(grid: Records) -> None:
    for netting in Netting:
        energies = energies_of(grid, [], netting, roles=Roles.of(solar=False))
        assert energies.flows_dmwh[2] is energies.self_consumed_dmwh is None
        assert energies.self_consumption_pct is energies.self_sufficiency_pct is None
        assert energies.consumed_dmwh == (_balance(energies) if grid else None)
        assert energies.common_s == energies.covered_s[0]


def test_a_plant_alone_knows_nothing_of_the_home() -> None:
    energies = energies_of(
        [], minutes(MIDNIGHT, 3, 100), Netting.QUARTER, roles=Roles.of(grid=False)
    )
    assert energies == home_energies(produced_dmwh=300, solar_s=180)


def test_a_silent_plant_leaves_the_home_unknown() -> None:
    energies = energies_of(minutes(MIDNIGHT, 3, 100), [], Netting.QUARTER)
    assert energies == home_energies(imported_dmwh=300, exported_dmwh=0, grid_s=180)


def test_minutes_that_never_meet_leave_the_home_unknown() -> None:
    energies = energies_of(
        minutes(MIDNIGHT, 2, 100), minutes(MIDNIGHT + 120, 2, 70), Netting.QUARTER
    )
    assert energies == home_energies(200, 0, 140, None, None, None, 120, 120, 0)


def test_percentages_come_from_sums_and_not_from_means() -> None:
    much = home_energies(0, 900, 1_000, 100, 100, 1_000, 900, 900, 900)
    little = home_energies(90, 0, 10, 100, 10, 10, 900, 900, 900)
    day = summed([much, little])
    assert day.self_consumption_pct == pytest.approx(100 * 110 / 1_010)
    assert day.self_sufficiency_pct == pytest.approx(100 * 110 / 200)


def test_mains_come_first() -> None:
    assert Roles.of(solar=False).mains == GRID
    assert home_energies(imported_dmwh=7, exported_dmwh=5).imported_dmwh == 7


def test_shares_are_between_nothing_and_all() -> None:
    """As a battery makes of a day: more used than produced, less supplied than nothing."""
    energies = Energies(consumed_dmwh=100, self_supplied_dmwh=-1, common_produced_dmwh=100)
    assert energies.self_sufficiency_pct == 0
    assert energies._replace(self_supplied_dmwh=101).self_sufficiency_pct == 100
    assert energies._replace(self_consumed_dmwh=101).self_consumption_pct == 100
    assert energies._replace(self_consumed_dmwh=-1).self_consumption_pct == 0


def test_what_a_stretch_does_not_tell_covers_nothing() -> None:
    """As one that was added up for a home of fewer quantities."""
    known = home_energies(1, 2, 3, 2, 1, 3, 60, 60, 60)
    whole = summed([known, Energies((5,), covered_s=(60,)), known])
    assert whole == home_energies(7, 4, 6, 4, 2, 6, 180, 120, 120)


def test_the_sum_of_nothing_is_unknown() -> None:
    assert summed([]) == UNKNOWN
    assert summed([UNKNOWN, UNKNOWN]) == UNKNOWN
    known = home_energies(1, 2, 3, 2, 1, 3, 60, 60, 60)
    assert summed([UNKNOWN, known, UNKNOWN]) == known


def test_a_block_is_both_meters() -> None:
    grid, solar = minutes(MIDNIGHT, 1, 5), minutes(MIDNIGHT, 1, 3)
    (block,) = blocks_of(grid, solar)
    assert block == Block(MIDNIGHT, (sums_of(grid), sums_of(solar)))


def test_own_use_depends_on_what_is_netted() -> None:
    """Phase a sells what phase b buys; the next minute buys what this one sold."""
    grid = [MinuteRecord(MIDNIGHT, 60, 0, 300, 0, 500, 0, 0), record(MIDNIGHT + 60, 60, 900)]
    solar = [record(MIDNIGHT, 60, 600), record(MIDNIGHT + 60, 60, 0)]
    own = {n: energies_of(grid, solar, n).self_consumed_dmwh for n in Netting}
    assert own == {
        Netting.PHASE: 100,
        Netting.MINUTE: 400,
        Netting.QUARTER: 600,
        Netting.HOUR: 600,
    }


def test_a_home_without_a_plant_uses_what_it_buys_less_what_it_sells() -> None:
    grid = [record(MIDNIGHT, 60, 900, 20), record(MIDNIGHT + 60, 60, 0, 30)]
    energies = energies_of(grid, [], Netting.MINUTE, roles=Roles.of(solar=False))
    assert energies == home_energies(880, 30, None, 850, None, None, 120, 0, 120)


def test_the_smallest_energy_counts() -> None:
    """0.1 mWh produced beside 0.1 mWh exported is no own use; of two, one is."""
    grid = [MinuteRecord(MIDNIGHT, 60, 0, 0, 0, 1, 0, 0)]
    for produced, own in ((1, 0), (2, 1)):
        solar = [MinuteRecord(MIDNIGHT, 60, produced, 0, 0, 0, 0, 0)]
        for netting in Netting:
            assert energies_of(grid, solar, netting).self_consumed_dmwh == own
    assert Energies(self_consumed_dmwh=1, common_produced_dmwh=1).self_consumption_pct == 100
    assert Energies(self_supplied_dmwh=1, consumed_dmwh=1).self_sufficiency_pct == 100


def test_an_empty_window_of_a_home_without_a_plant_is_unknown() -> None:
    empty = window_of(MIDNIGHT, [], [])
    for netting in Netting:
        assert window_energies(empty, netting, Roles.of(solar=False)) == UNKNOWN


def test_what_another_role_s_meter_counted_tells_nothing_of_a_home_without_mains() -> None:
    window = window_of(MIDNIGHT, minutes(MIDNIGHT, 3, 100), [])
    assert window_energies(window, Netting.QUARTER, Roles.of(grid=False)).consumed_dmwh is None


def test_a_home_has_both_meters_unless_it_is_said_otherwise() -> None:
    assert Roles() == Roles()
    assert Roles.of(solar=False).has(Role.GRID)
    assert Roles.of(grid=False).has(Role.SOLAR)
