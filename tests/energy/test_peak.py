from dataclasses import replace

import pytest

from tests.energy.pricing import ALWAYS, KWH
from wattledger.energy.demand import Demand
from wattledger.energy.peak import Peak, Running
from wattledger.energy.tariff import DemandFee

FEE = DemandFee("power", ALWAYS, 3_600, 10**7, count_windows=2, threshold_kw_e7=8 * KWH)
RUNNING = Running(0, 3_600, 1_800, 3 * KWH)


def test_what_flows_now_goes_on_to_the_windows_end() -> None:
    """3 kWh so far, and half an hour of 4 kW."""
    assert RUNNING.projected_w(4_000) == 5_000
    assert RUNNING.projected_w(-4_000) == 3_000
    assert RUNNING.projected_w(None) is None
    assert replace(RUNNING, end=900, booked_to=900).projected_w(4_000) == 12_000


@pytest.mark.parametrize(
    ("highest_kw", "room_wh"), [([], 5_000), ([13], 5_000), ([13, 10], 7_000), ([5, 2], 5_000)]
)
def test_the_room_is_up_to_the_lowest_that_counts_or_the_threshold(
    highest_kw: list[int], room_wh: float
) -> None:
    highest = [Demand(at, power * KWH, True) for at, power in enumerate(highest_kw)]
    assert Peak(FEE, highest, RUNNING).room_wh == room_wh


def test_above_it_there_is_none() -> None:
    assert Peak(FEE, [], replace(RUNNING, imported_dmwh=9 * KWH)).room_wh == 0
