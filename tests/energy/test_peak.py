from dataclasses import replace

import pytest

from tests.energy.pricing import ALWAYS, KWH
from wattledger.energy.demand import Demand
from wattledger.energy.peak import Peak, Running
from wattledger.energy.tariff import DemandFee, Step

FEE = DemandFee("power", ALWAYS, 3_600, 10**7, count_windows=2, threshold_kw_e7=8 * KWH)
RUNNING = Running(0, 3_600, 1_800, 3 * KWH)


def test_what_flows_now_goes_on_to_the_windows_end() -> None:
    """3 kWh so far, and half an hour of 4 kW."""
    assert RUNNING.projected_w(4_000) == 5_000
    assert RUNNING.projected_w(-4_000) == 3_000
    assert RUNNING.projected_w(None) is None
    assert replace(RUNNING, end=900, booked_to=900).projected_w(4_000) == 12_000
    assert Running(7_200, 10_800, 9_000, 3 * KWH).projected_w(4_000) == 5_000
    assert replace(RUNNING, booked_to=4_000).projected_w(4_000) == 3_000


def peak(fee: DemandFee, *highest_kw: int, running: Running = RUNNING) -> Peak:
    """Windows of an earlier day."""
    highest = [Demand(-86_400 + at, power * KWH, True) for at, power in enumerate(highest_kw)]
    return Peak(fee, highest, running)


@pytest.mark.parametrize(
    ("highest_kw", "room_wh"),
    [((), 5_000), ((13,), 0), ((13, 10), 7_000), ((5, 2), 8_000), ((13, 2), 0), ((9, 2), 4_000)],
)
def test_the_room_is_up_to_where_the_mean_is_above_the_threshold_and_more_than_it_was(
    highest_kw: tuple[int, ...], room_wh: float
) -> None:
    assert peak(FEE, *highest_kw).room_wh == room_wh


def test_what_runs_already_among_the_highest_is_counted_once() -> None:
    highest = [Demand(0, 3 * KWH, False), Demand(-3_600, 2 * KWH, True)]
    assert Peak(FEE, highest, RUNNING).room_wh == 16_000 - 2_000 - 3_000


def test_of_different_days_a_second_window_of_today_takes_the_place_of_the_first() -> None:
    fee = replace(FEE, distinct_days=True, threshold_kw_e7=0)
    highest = [Demand(0, 9 * KWH, True), Demand(-86_400, 6 * KWH, True)]
    later = Running(3_600, 7_200, 3_600, 3 * KWH)
    assert Peak(fee, highest, later).room_wh == 6_000


def test_a_window_that_counts_half_has_twice_the_room_and_one_that_does_not_count_any() -> None:
    assert peak(FEE, running=replace(RUNNING, weight_e7=KWH // 2)).room_wh == 13_000
    assert peak(FEE, running=replace(RUNNING, weight_e7=0)).room_wh is None


def test_with_steps_the_room_is_up_to_the_next_one() -> None:
    steps = tuple(Step(edge * KWH, KWH) for edge in (0, 5, 10))
    fee = replace(FEE, count_windows=1, threshold_kw_e7=0, steps=steps)
    assert [peak(fee, highest).room_wh for highest in (4, 5, 12)] == [2_000, 7_000, None]
    above = replace(fee, threshold_kw_e7=2 * KWH)
    assert [peak(above, highest).room_wh for highest in (1, 6, 7)] == [4_000, 4_000, 9_000]


def test_above_it_there_is_none() -> None:
    assert Peak(FEE, [], replace(RUNNING, imported_dmwh=9 * KWH)).room_wh == 0
