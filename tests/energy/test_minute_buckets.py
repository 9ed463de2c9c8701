"""The quick way to a minute's energies against the plain one; and the rule of netting itself."""

from hypothesis import given
from hypothesis import strategies as st

from tests.energy.making import MIDNIGHT, meter_records, minutes, record, window_of
from wattledger.energy.home_quantities import Roles
from wattledger.energy.minute_buckets import in_minutes
from wattledger.energy.netting import Netting, meter_sums, set_off
from wattledger.energy.record import MinuteRecord
from wattledger.energy.record_columns import Series, series_of
from wattledger.energy.role import Role
from wattledger.energy.windows import window_energies

ROLES = [Roles(), Roles.of(grid=False), Roles.of(solar=False)]
MINUTES = meter_records(length_s=1_200, periods=(60, 300))
ENERGY = st.integers(0, 10**12)


@given(imported=ENERGY, exported=ENERGY)
def test_what_went_both_ways_leaves_its_difference_on_one_side(
    imported: int, exported: int
) -> None:
    left, given_back = set_off(imported, exported)
    assert left - given_back == imported - exported
    assert min(left, given_back) == 0
    series = Series([MIDNIGHT], [60], [imported], [exported])
    assert meter_sums(series).minute_imported_dmwh == left


@given(
    grid=MINUTES,
    solar=MINUTES,
    netting=st.sampled_from([Netting.PHASE, Netting.MINUTE]),
    roles=st.sampled_from(ROLES),
)
def test_a_minute_is_the_window_of_its_records(
    grid: list[MinuteRecord], solar: list[MinuteRecord], netting: Netting, roles: Roles
) -> None:
    grid, solar = grid if roles.has(Role.GRID) else [], solar if roles.has(Role.SOLAR) else []
    edges = range(MIDNIGHT, MIDNIGHT + 1_201, 60)
    parts = in_minutes([series_of(grid), series_of(solar)], edges, netting, roles)
    for start, part in zip(edges, parts, strict=False):
        mine, plant = (
            [record for record in records if record.start == start and record.period_s == 60]
            for records in (grid, solar)
        )
        assert part == window_energies(window_of(start, mine, plant, roles), netting, roles)
    assert len(parts) == 20


def test_a_record_that_is_longer_than_a_minute_or_of_another_one_is_in_none() -> None:
    edges = [MIDNIGHT, MIDNIGHT + 60, MIDNIGHT + 120]
    plant = series_of(minutes(MIDNIGHT, 2))
    elsewhere = series_of([*minutes(MIDNIGHT, 1, 5), *minutes(MIDNIGHT + 180, 1, 7)])
    longer = series_of([*minutes(MIDNIGHT, 1, 5), record(MIDNIGHT + 60, 300, 7)])
    for grid in (elsewhere, longer):
        parts = in_minutes([grid, plant], edges, Netting.MINUTE, Roles())
        assert [one.imported_dmwh for one in parts] == [5, None]
