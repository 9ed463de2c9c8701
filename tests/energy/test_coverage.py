import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.energy.making import HOME, MIDNIGHT
from tests.fakes.energies import home_energies
from wattledger.energy.balance import Energies
from wattledger.energy.coverage import Coverage, Elapsed, Newest, coverage_of, elapsed_at
from wattledger.energy.home_quantities import GRID, SOLAR, Quantity, Roles
from wattledger.energy.role import Role

HOUR_S = 3_600
AN_HOUR_AGO = Elapsed((MIDNIGHT + HOUR_S, MIDNIGHT + HOUR_S), MIDNIGHT + HOUR_S)


def covered(grid_s: int, solar_s: int, common_s: int) -> Energies:
    return home_energies(grid_s=grid_s, solar_s=solar_s, common_s=common_s)


@pytest.mark.parametrize(
    ("after_s", "settled_s"),
    [(149.0, 0), (150.0, 0), (150.1, 60), (209.9, 60), (210.0, 60), (211.0, 120)],
)
def test_a_minute_is_elapsed_when_it_ended_more_than_90_s_ago(
    after_s: float, settled_s: int
) -> None:
    elapsed = elapsed_at(MIDNIGHT + after_s, [Newest(), Newest()], HOME)
    assert elapsed == Elapsed((MIDNIGHT + settled_s, MIDNIGHT + settled_s), MIDNIGHT + settled_s)


def test_a_booked_minute_is_elapsed_at_once() -> None:
    now = MIDNIGHT + 600
    settled = MIDNIGHT + 480
    assert elapsed_at(now, [Newest(now), Newest()], HOME) == Elapsed((now, settled), settled)
    assert elapsed_at(now, [Newest(now - 60), Newest(now)], HOME) == Elapsed(
        (now - 60, now), now - 60
    )
    assert elapsed_at(now, [Newest(MIDNIGHT)] * 2, HOME) == Elapsed((settled, settled), settled)


@pytest.mark.parametrize(
    ("after_s", "settled_s"), [(390.0, 0), (390.1, 300), (690.0, 300), (690.1, 600)]
)
def test_a_record_of_five_minutes_is_elapsed_when_it_ended_more_than_90_s_ago(
    after_s: float, settled_s: int
) -> None:
    newest = [Newest(MIDNIGHT + 300), Newest(MIDNIGHT, 300)]
    to = MIDNIGHT + settled_s
    elapsed = elapsed_at(MIDNIGHT + after_s, newest, HOME)
    assert (elapsed.to[1], elapsed.common_to) == (to, to)
    assert elapsed.to[0] == max(MIDNIGHT + 300, MIDNIGHT + (after_s - 90.1) // 60 * 60)


def test_a_complete_hour_is_a_hundred_percent() -> None:
    coverage = coverage_of(
        MIDNIGHT, MIDNIGHT + HOUR_S, covered(3_600, 3_600, 3_600), AN_HOUR_AGO, HOME
    )
    assert coverage == Coverage(100.0, (100.0, 100.0))


def test_each_meter_and_the_common_minutes_have_their_own_share() -> None:
    coverage = coverage_of(
        MIDNIGHT, MIDNIGHT + HOUR_S, covered(3_600, 1_800, 900), AN_HOUR_AGO, HOME
    )
    assert coverage == Coverage(25.0, (100.0, 50.0))


def test_what_is_still_to_come_is_not_missing() -> None:
    """Half an hour into the hour, all booked up to now."""
    now = MIDNIGHT + 1_800
    elapsed = elapsed_at(now + 20, [Newest(now), Newest(now - 60)], HOME)
    coverage = coverage_of(MIDNIGHT, MIDNIGHT + HOUR_S, covered(1_800, 1_740, 1_740), elapsed, HOME)
    assert coverage == Coverage(100.0, (100.0, 100.0))


def test_without_a_record_nothing_is_covered() -> None:
    nothing = Coverage(0.0, (0.0, 0.0))
    assert coverage_of(MIDNIGHT, MIDNIGHT + 900, Energies(), AN_HOUR_AGO, HOME) == nothing
    tomorrow = MIDNIGHT + 86_400
    assert coverage_of(tomorrow, tomorrow + 900, Energies(), AN_HOUR_AGO, HOME) == nothing


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (Roles.of(grid=True, solar=False), Coverage(50.0, (50.0, None))),
        (Roles.of(grid=False, solar=True), Coverage(25.0, (None, 25.0))),
        (Roles.of(grid=False, solar=False), Coverage(0.0, (None, None))),
    ],
)
def test_an_absent_role_has_no_coverage(roles: Roles, expected: Coverage) -> None:
    part = covered(1_800, 900, 0)
    assert coverage_of(MIDNIGHT, MIDNIGHT + HOUR_S, part, AN_HOUR_AGO, roles) == expected


@pytest.mark.parametrize(
    ("since_s", "own_pct"), [(0, 0.0), (HOUR_S - 60, 0.0), (HOUR_S, None), (HOUR_S + 60, None)]
)
def test_what_begins_when_a_bucket_ends_is_not_lacking_in_it(
    since_s: int, own_pct: float | None
) -> None:
    roles = Roles((GRID, Quantity(Role.SOLAR, since=MIDNIGHT + since_s)))
    coverage = coverage_of(MIDNIGHT, MIDNIGHT + HOUR_S, covered(3_600, 0, 0), AN_HOUR_AGO, roles)
    assert coverage.own_pct == (100.0, own_pct)


def test_a_bucket_that_is_to_come_lacks_all_of_what_begins_with_it() -> None:
    start = MIDNIGHT + HOUR_S
    roles = Roles((GRID, Quantity(Role.SOLAR, since=start)))
    coverage = coverage_of(start, start + HOUR_S, covered(0, 0, 0), AN_HOUR_AGO, roles)
    assert coverage.own_pct == (0.0, 0.0)


def test_without_a_balance_the_least_of_what_is_balanced_is_told() -> None:
    roles = Roles((Quantity(Role.GRID, since=None), SOLAR, Quantity(Role.BATTERY)))
    elapsed = Elapsed((MIDNIGHT + HOUR_S,) * 3, MIDNIGHT + HOUR_S)
    for solar_s, battery_s in ((1_800, 900), (900, 1_800)):
        part = Energies(covered_s=(0, solar_s, battery_s), common_s=0)
        coverage = coverage_of(MIDNIGHT, MIDNIGHT + HOUR_S, part, elapsed, roles)
        assert coverage == Coverage(25.0, (None, solar_s / 36, battery_s / 36))


def test_the_common_time_is_that_of_what_is_balanced() -> None:
    """A part of the home that is late holds back nothing, nor does a plant that is not there."""
    roles = Roles((GRID, Quantity(Role.SOLAR, since=None), Quantity(Role.LOAD, "pump")))
    now = MIDNIGHT + 600
    elapsed = elapsed_at(now, [Newest(now), Newest(), Newest()], roles)
    assert elapsed == Elapsed((now, now - 120, now - 120), now)


@given(st.integers(0, 7_200), st.integers(0, 7_200), st.integers(-3_600, 7_200))
def test_a_share_is_never_outside_0_to_100(covered_s: int, length_s: int, elapsed_s: int) -> None:
    elapsed = Elapsed((MIDNIGHT + elapsed_s, MIDNIGHT + elapsed_s), MIDNIGHT + elapsed_s)
    part = covered(covered_s, covered_s, covered_s)
    coverage = coverage_of(MIDNIGHT, MIDNIGHT + length_s, part, elapsed, HOME)
    assert 0 <= coverage.common_pct <= 100
    assert (coverage.common_pct == 0) == (covered_s == 0)
