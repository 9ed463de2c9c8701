"""A home with a battery, made of one of two meters: it bears the same load under the same sun."""

from functools import cache

import pytest

from tests.simulator.feeds.test_household import MIDSUMMER, assert_agrees
from wattledger.simulator.feeds.battery_home import (
    CAPACITY_DMWH,
    FIRST_DMWH,
    MOST_DMWH_A_MINUTE,
    BatteryHome,
)
from wattledger.simulator.feeds.demo_home import demo_home
from wattledger.simulator.feeds.household import Household

DAY = range(MIDSUMMER, MIDSUMMER + 86_400, 60)


@cache
def measured() -> Household:
    return demo_home()


@cache
def large() -> BatteryHome:
    return BatteryHome(measured(), 30, "shared")


def test_what_is_used_is_what_is_used_without_a_battery() -> None:
    (day,) = measured().days(DAY.start, DAY.stop)
    for (start, mains), (_, sun) in zip(day.mains, day.solar, strict=True):
        used = [mains[p] - mains[p + 3] + sun[p] - sun[p + 3] for p in range(3)]
        nets = large().nets(start)
        balanced = ("mains", "roof", "shed", "battery")
        assert [sum(nets[name][p] for name in balanced) for p in range(3)] == used
        pump, car, nothing = nets["shared"]
        assert pump >= 0
        assert car >= 0
        assert pump + car <= sum(max(one, 0) for one in used)
        assert nothing == 0


def test_the_battery_holds_no_more_than_it_can() -> None:
    stored = FIRST_DMWH
    for start in DAY:
        given = sum(large().nets(start)["battery"])
        assert abs(given) < MOST_DMWH_A_MINUTE + 3
        stored -= given
        assert 0 <= stored < CAPACITY_DMWH + 3
    assert stored != FIRST_DMWH


@pytest.mark.parametrize("name", ["mains", "roof", "shed", "battery", "shared"])
def test_seconds_minutes_and_bulk_tell_one_story(name: str) -> None:
    (rows,) = large().days(DAY.start, DAY.stop)
    for index in (0, 400, 720, 1_100):
        feed = large().feed(name)
        assert_agrees(feed, DAY[index])
        start, energies = rows[name][index]
        minute = feed.minute(start)
        assert start == DAY[index]
        assert energies == (
            *(phase.imported_dmwh for phase in minute),
            *(phase.exported_dmwh for phase in minute),
        )


def test_each_part_may_have_a_meter_of_its_own_and_there_may_be_one_plant() -> None:
    nets, more = BatteryHome(measured()).nets(DAY[720]), large().nets(DAY[720])
    assert [*nets] == ["mains", "roof", "battery", "heat pump", "car"]
    assert nets["roof"] == tuple(map(sum, zip(more["roof"], more["shed"], strict=True)))
    assert (nets["heat pump"][0], nets["car"][0]) == more["shared"][:2]
