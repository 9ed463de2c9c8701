"""Answers of a home with a battery and parts of its own, by hand."""

import csv
from io import StringIO

import httpx
import pytest

from tests.api.test_energy import DAY, ask
from tests.fakes.clock import ManualClock
from tests.fakes.home import GRID, MAINS, METERS, PLANT, SOLAR, MemoryHome
from wattledger.energy.meter import MeterLabel, Role

BATTERY, PUMP = MeterLabel.of("battery", Role.BATTERY), MeterLabel.of('pump, "old"', Role.LOAD)


@pytest.fixture
def home(clock: ManualClock) -> MemoryHome:
    made = MemoryHome(clock, labels=(MAINS, PLANT, BATTERY, PUMP))
    made.book(GRID, DAY, [2.0] * 15)
    made.book(SOLAR, DAY, [3.0] * 15)
    made.book(METERS[Role.BATTERY], DAY, [0.0] * 15, exported_wh=1.0)
    made.book(METERS[Role.LOAD], DAY, [1.5] * 15)
    return made


async def test_energy_has_the_battery_in_the_balance_and_parts_beside_it(
    client: httpx.AsyncClient,
) -> None:
    answer = await ask(client, "/energy/2026-11-21")
    totals, buckets = answer["totals"], answer["buckets"]
    assert (totals["discharged_wh"], totals["charged_wh"]) == (0.0, 15.0)
    # bought 30, produced 45, charged 15: 60 used, of which 30 were bought.
    assert (totals["consumed_wh"], totals["self_consumed_wh"]) == (60.0, 45.0)
    assert (totals["self_supplied_wh"], totals["self_sufficiency_pct"]) == (30.0, 50.0)
    assert totals["battery_coverage_pct"] == 1.04
    assert totals["loads"] == [{"name": 'pump, "old"', "consumed_wh": 22.5, "coverage_pct": 1.04}]
    (pump,) = buckets["loads"]
    assert (pump["consumed_wh"][:2], pump["coverage_pct"][:2]) == ([22.5, None], [100.0, 0.0])
    assert (buckets["charged_wh"][:2], buckets["battery_coverage_pct"][0]) == ([15.0, None], 100.0)


async def test_csv_has_a_column_for_each_part(client: httpx.AsyncClient) -> None:
    text = (await client.get("/energy/2026-11-21.csv")).text
    header, first, *_ = csv.reader(StringIO(text, newline=""))
    row = dict(zip(header, first, strict=True))
    assert header[-1] == 'consumed_wh pump, "old"'
    assert row[header[-1]] == "22.5"
    assert (row["charged_wh"], row["self_supplied_wh"]) == ("15.0", "30.0")
    assert row["battery_coverage_pct"] == "100.0"


async def test_power_is_that_of_all_that_gives_and_takes(
    home: MemoryHome, client: httpx.AsyncClient
) -> None:
    for name, power_w in (("mains", 100.0), ("solar", 300.0), ("battery", -50.0)):
        home.read(name, power_w)
    home.read('pump, "old"', 80.0)
    power = (await client.get("/power")).json()
    assert (power["battery_w"], power["home_w"]) == (-50.0, 350.0)
    assert power["loads"] == [{"name": 'pump, "old"', "active_power_w": 80.0, "state": "live"}]
    home.board.disconnected("battery")
    power = (await client.get("/power")).json()
    assert (power["battery_w"], power["home_w"]) == (None, None)
