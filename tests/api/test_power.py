"""Power now: what the document says of live, stale, silent and absent meters."""

from typing import Any

import httpx
import pytest

from tests.api.conftest import client_of
from tests.fakes.clock import ManualClock
from tests.fakes.home import MAINS, MemoryHome
from wattledger.api.power_json import Power, RecentPower


async def test_home_is_the_sum_of_grid_and_solar(
    home: MemoryHome, client: httpx.AsyncClient
) -> None:
    home.read("mains", -1234.5, age_s=0.4)
    home.read("solar", 2300.1, age_s=0.1)
    answer = await client.get("/power")
    assert answer.status_code == 200
    power: Any = Power.model_validate_json(answer.content, strict=False)
    assert (power.grid_w, power.solar_w, power.home_w) == (-1234.5, 2300.1, 1065.6)
    assert power.at == "2026-11-22T12:00:00.000+02:00"
    mains, solar = power.meters
    assert (mains.name, mains.role, mains.state.value) == ("mains", "grid", "live")
    assert mains.age_s == 0.4
    assert mains.at == "2026-11-22T11:59:59.600+02:00"
    assert [phase.phase for phase in solar.phases] == ["a", "b", "c"]
    assert solar.phases[0].model_dump() == {
        "phase": "a",
        "role": "solar",
        "active_power_w": 766.7,
        "apparent_power_va": 410.0,
        "voltage_v": 231.2,
        "current_a": 1.78,
        "power_factor": 0.97,
        "frequency_hz": 50.0,
    }
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("age_s", "state"), [(9.9, "live"), (10.0, "stale"), (60.0, "offline")])
async def test_a_silent_meter_is_null_never_its_last_value(
    home: MemoryHome, client: httpx.AsyncClient, age_s: float, state: str
) -> None:
    home.read("mains", 500.0, age_s=age_s)
    home.read("solar", 100.0, age_s=9.0)
    power = (await client.get("/power")).json()
    mains = power["meters"][0]
    assert mains["state"] == state
    assert mains["age_s"] == age_s
    expected = 500.0 if state == "live" else None
    assert mains["active_power_w"] == power["grid_w"] == expected
    assert power["solar_w"] == 100.0
    assert power["home_w"] == (600.0 if state == "live" else None)
    if state != "live":
        assert {value for phase in mains["phases"] for value in list(phase.values())[2:]} == {None}


async def test_before_the_first_reading_everything_is_unknown(client: httpx.AsyncClient) -> None:
    power = (await client.get("/power")).json()
    assert power["grid_w"] is power["solar_w"] is power["home_w"] is None
    assert [(meter["state"], meter["age_s"], meter["at"]) for meter in power["meters"]] == [
        ("offline", None, None)
    ] * 2


async def test_two_moments_have_no_sum(home: MemoryHome, client: httpx.AsyncClient) -> None:
    home.read("mains", 500.0, age_s=2.5)
    home.read("solar", 100.0)
    power = (await client.get("/power")).json()
    assert (power["grid_w"], power["solar_w"], power["home_w"]) == (500.0, 100.0, None)


async def test_with_the_grid_meter_alone_home_is_grid(clock: ManualClock) -> None:
    home = MemoryHome(clock, labels=[MAINS])
    home.read("mains", 432.1)
    async with client_of(home) as client:
        power = (await client.get("/power")).json()
    assert (power["grid_w"], power["solar_w"], power["home_w"]) == (432.1, None, 432.1)
    assert len(power["meters"]) == 1


async def test_fresh_asks_the_meters_first(home: MemoryHome, client: httpx.AsyncClient) -> None:
    assert (await client.get("/power")).json()["grid_w"] is None
    assert home.refreshed == []
    assert (await client.get("/power?fresh=true")).json()["grid_w"] == 777.0
    assert home.refreshed == [5.0]


async def test_recent_gives_columns_of_the_last_ticks(
    home: MemoryHome, client: httpx.AsyncClient, clock: ManualClock
) -> None:
    for second in range(5):
        home.read("mains", 100.0 + second)
        if second != 3:
            home.read("solar", 10.0, age_s=0 if second != 4 else 20.0)
        home.board.tick()
        clock.advance(1.0)
    recent: Any = RecentPower.model_validate_json(
        (await client.get("/power/recent?seconds=4")).content
    )
    assert recent.at[0] == "2026-11-22T12:00:01.000+02:00"
    assert recent.grid_w == [101.0, 102.0, 103.0, 104.0]
    assert recent.solar_w == [10.0, 10.0, 10.0, None]
    assert recent.home_w == [111.0, 112.0, 113.0, None]
    assert len((await client.get("/power/recent")).json()["at"]) == 5
