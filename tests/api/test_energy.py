"""Energy: values counted by hand, calendar edges, gaps, coverage, caching."""

import csv
import io
from typing import Any

import httpx
import pytest

from tests.api.conftest import NOON, client_of, local
from tests.fakes.clock import ManualClock
from tests.fakes.home import GRID, MAINS, PLANT, SOLAR, MemoryHome, production_negative
from wattledger.api.energy_json import Energy
from wattledger.energy.meter import MeterLabel

DAY = local("2026-11-21T00:00:00")


async def ask(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    Energy.model_validate_json(answer.content)
    document: dict[str, Any] = answer.json()
    return document


async def test_one_quarter_counted_by_hand(home: MemoryHome, client: httpx.AsyncClient) -> None:
    # grid: 10 minutes of 6 Wh in, 5 of 2 Wh out -> net 50; solar: 15 minutes of 3 Wh -> 45
    home.book(GRID, DAY, [6.0] * 10)
    home.book(GRID, DAY + 600, [0.0] * 5, exported_wh=2.0)
    home.book(SOLAR, DAY, [3.0] * 15)
    day = await ask(client, "/energy/2026-11-21")
    assert day["period"] == "2026-11-21"
    assert (day["start"], day["end"]) == ("2026-11-21T00:00:00+02:00", "2026-11-22T00:00:00+02:00")
    assert (day["resolution"], day["netting"], day["buckets_netting"]) == ("quarter",) * 3
    assert day["time_zone"] == "Europe/Helsinki"
    assert (day["previous"], day["next"], day["source"]) == ("2026-11-20", "2026-11-22", "local")
    assert day["week"] == "2026-W47"
    assert day["totals"] == {
        "imported_wh": 50.0,
        "exported_wh": 0.0,
        "produced_wh": 45.0,
        "discharged_wh": None,
        "charged_wh": None,
        "consumed_wh": 95.0,
        "self_consumed_wh": 45.0,
        "self_supplied_wh": 45.0,
        "self_consumption_pct": 100.0,
        "self_sufficiency_pct": 47.37,
        "coverage_pct": 1.04,
        "grid_coverage_pct": 1.04,
        "solar_coverage_pct": 1.04,
        "battery_coverage_pct": None,
        "loads": [],
    }
    buckets = day["buckets"]
    assert buckets.pop("loads") == []
    assert {len(column) for column in buckets.values()} == {96}
    assert buckets["start"][:2] == ["2026-11-21T00:00:00+02:00", "2026-11-21T00:15:00+02:00"]
    assert [buckets[name][0] for name in ("imported_wh", "consumed_wh", "coverage_pct")] == [
        50.0,
        95.0,
        100.0,
    ]
    assert [column[1] for name, column in buckets.items() if name != "start"] == [
        *[None] * 8,
        *[0.0] * 3,
        None,
    ]


@pytest.mark.parametrize(
    ("netting", "imported_wh", "exported_wh", "own_wh"),
    [
        # Two quarters: the first nets to +50, the second to -20.
        ("phase", 60.0, 30.0, 60.0),
        ("minute", 60.0, 30.0, 60.0),
        ("quarter", 50.0, 20.0, 70.0),
        ("hour", 30.0, 0.0, 90.0),
    ],
)
async def test_each_netting(
    home: MemoryHome,
    client: httpx.AsyncClient,
    netting: str,
    imported_wh: float,
    exported_wh: float,
    own_wh: float,
) -> None:
    home.book(GRID, DAY, [6.0] * 10)
    home.book(GRID, DAY + 600, [0.0] * 5, exported_wh=2.0)
    home.book(GRID, DAY + 900, [0.0] * 10, exported_wh=2.0)
    home.book(SOLAR, DAY, [3.6] * 25)
    totals = (await ask(client, f"/energy/2026-11-21?netting={netting}"))["totals"]
    assert (totals["imported_wh"], totals["exported_wh"]) == (imported_wh, exported_wh)
    assert totals["produced_wh"] == 90.0
    assert totals["consumed_wh"] == 120.0
    assert totals["self_consumed_wh"] == own_wh


async def test_energies_are_exact_to_a_tenth_of_a_milliwatt_hour(
    home: MemoryHome, client: httpx.AsyncClient
) -> None:
    home.book(GRID, DAY, [0.0001, 0.0002, 1.2345])
    answer = await client.get("/energy/2026-11-21?resolution=minute")
    assert '"imported_wh":[0.0001,0.0002,1.2345,null,' in answer.text
    assert answer.json()["totals"]["imported_wh"] == 1.2348


@pytest.mark.parametrize(
    ("day", "quarters", "hours", "first_after"),
    [
        ("2026-03-29", 92, 23, ("2026-03-29T02:45:00+02:00", "2026-03-29T04:00:00+03:00")),
        ("2025-10-26", 100, 25, ("2025-10-26T03:45:00+03:00", "2025-10-26T03:00:00+02:00")),
    ],
)
async def test_days_of_23_and_25_hours(
    home: MemoryHome,
    client: httpx.AsyncClient,
    day: str,
    quarters: int,
    hours: int,
    first_after: tuple[str, str],
) -> None:
    home.book(GRID, local(f"{day}T00:00:00"), [1.0] * hours * 60)
    by_quarter = await ask(client, f"/energy/{day}")
    starts = by_quarter["buckets"]["start"]
    assert len(starts) == quarters
    at = starts.index(first_after[0])
    assert starts[at + 1] == first_after[1]
    assert by_quarter["totals"]["imported_wh"] == hours * 60
    assert by_quarter["buckets"]["imported_wh"] == [15.0] * quarters
    assert len((await ask(client, f"/energy/{day}?resolution=hour"))["buckets"]["start"]) == hours
    by_minute = await ask(client, f"/energy/{day}?resolution=minute")
    assert len(by_minute["buckets"]["start"]) == hours * 60
    assert by_minute["buckets_netting"] == "minute"


async def test_buckets_go_up_to_now_and_the_current_period_has_no_next(
    home: MemoryHome, client: httpx.AsyncClient
) -> None:
    home.book(GRID, local("2026-11-22T00:00:00"), [1.0] * 719)
    home.book(SOLAR, local("2026-11-22T00:00:00"), [1.0] * 719)
    today = await ask(client, "/energy/today")
    assert today["period"] == "2026-11-22"
    assert (today["previous"], today["next"]) == ("2026-11-21", None)
    assert today["end"] == "2026-11-23T00:00:00+02:00"
    assert today["buckets"]["start"][-1] == "2026-11-22T12:00:00+02:00"
    assert today["totals"]["coverage_pct"] == 100.0
    month = await ask(client, "/energy/this-month")
    assert (month["period"], month["next"]) == ("2026-11", None)
    assert len(month["buckets"]["start"]) == 22
    assert month["buckets"]["imported_wh"][-1] == 719.0
    assert month["buckets"]["imported_wh"][0] is None
    assert (await ask(client, "/energy/yesterday"))["next"] == "2026-11-22"


async def test_every_kind_of_period(home: MemoryHome, client: httpx.AsyncClient) -> None:
    home.book(GRID, local("2024-06-15T10:00:00"), [1.0])
    expected = {
        "2024-W24": ("day", 7, "2024-W23", "2024-W25"),
        "2024-06": ("day", 30, "2024-05", "2024-07"),
        "2024": ("month", 12, "2023", "2025"),
        "all": ("year", 3, None, None),
    }
    for text, (resolution, count, previous, following) in expected.items():
        answer = await ask(client, f"/energy/{text}")
        assert answer["resolution"] == resolution
        assert len(answer["buckets"]["start"]) == count
        assert (answer["previous"], answer["next"]) == (previous, following)
        assert answer["totals"]["imported_wh"] == 1.0
    everything = await ask(client, "/energy/all")
    assert everything["start"] == "2024-01-01T00:00:00+02:00"
    assert everything["buckets"]["imported_wh"] == [1.0, None, None]


async def test_before_the_first_minute_there_is_nothing_known(
    home: MemoryHome, client: httpx.AsyncClient
) -> None:
    home.book(GRID, DAY, [1.0])
    year = await ask(client, "/energy/2012")
    assert {value for name, value in year["totals"].items() if name.endswith("_wh")} == {None}
    assert year["totals"]["coverage_pct"] == 0.0
    assert year["buckets"]["imported_wh"] == [None] * 12


async def test_a_span_has_civil_edges_and_clipped_ends(
    home: MemoryHome, client: httpx.AsyncClient
) -> None:
    home.book(GRID, DAY, [1.0] * 180)
    path = "/energy?from=2026-11-21T00:10:00%2B02:00&to=2026-11-21T01:20:00%2B02:00"
    span = await ask(client, f"{path}&resolution=hour")
    assert span["period"] is span["week"] is span["previous"] is span["next"] is None
    assert span["buckets"]["start"] == ["2026-11-21T00:10:00+02:00", "2026-11-21T01:00:00+02:00"]
    assert span["buckets"]["imported_wh"] == [50.0, 20.0]
    # A plus that was not escaped comes as a space.
    plain = await ask(client, path.replace("%2B", "+"))
    assert plain["resolution"] == "quarter"
    assert plain["buckets"]["imported_wh"] == [5.0, 15.0, 15.0, 15.0, 15.0, 5.0]
    days = await ask(client, "/energy?from=2026-11-20&to=2026-11-22&resolution=day")
    assert days["buckets"]["imported_wh"] == [None, 180.0]


async def test_one_meter_homes(clock: ManualClock) -> None:
    alone = MemoryHome(clock, labels=[MAINS])
    alone.book(GRID, DAY, [2.0] * 15)
    async with client_of(alone) as client:
        totals = (await ask(client, "/energy/2026-11-21"))["totals"]
    assert totals["produced_wh"] is totals["self_consumed_wh"] is None
    assert totals["self_consumption_pct"] is totals["self_sufficiency_pct"] is None
    assert (totals["imported_wh"], totals["consumed_wh"]) == (30.0, 30.0)
    assert totals["solar_coverage_pct"] is None
    assert totals["coverage_pct"] == totals["grid_coverage_pct"] == 1.04


async def test_production_counted_as_negative(clock: ManualClock) -> None:
    home = MemoryHome(clock, labels=[MAINS, production_negative()])
    home.book(SOLAR, DAY, [0.0] * 15, exported_wh=4.0)
    async with client_of(home) as client:
        totals = (await ask(client, "/energy/2026-11-21"))["totals"]
    assert totals["produced_wh"] == 60.0
    assert totals["imported_wh"] is totals["consumed_wh"] is None
    assert (totals["grid_coverage_pct"], totals["solar_coverage_pct"]) == (0.0, 1.04)


async def test_home_energies_come_from_common_minutes(
    home: MemoryHome, client: httpx.AsyncClient
) -> None:
    # The home draws 0.5 kW, the plant gives 4 kW, 7 solar minutes are missing: 8 are common.
    home.book(GRID, DAY, [0.0] * 15, exported_wh=3500 / 60)
    home.book(SOLAR, DAY, [4000 / 60] * 8)
    buckets = (await ask(client, "/energy/2026-11-21"))["buckets"]
    assert buckets["exported_wh"][0] == pytest.approx(875, abs=0.01)
    assert buckets["produced_wh"][0] == pytest.approx(533.33, abs=0.01)
    assert buckets["consumed_wh"][0] == pytest.approx(500 / 60 * 8, abs=0.01)
    assert buckets["coverage_pct"][0] == buckets["solar_coverage_pct"][0] == 53.33
    assert buckets["grid_coverage_pct"][0] == 100.0


async def test_what_lacks_one_minute_is_not_called_whole(
    home: MemoryHome, client: httpx.AsyncClient
) -> None:
    home.book(GRID, DAY, [1.0] * 1439)
    day = await ask(client, "/energy/2026-11-21")
    assert day["totals"]["grid_coverage_pct"] == 99.93


async def test_a_closed_complete_period_may_be_kept_and_the_rest_is_asked_again(
    clock: ManualClock,
) -> None:
    home = MemoryHome(clock, labels=[MAINS])
    home.book(GRID, DAY, [1.0] * (24 + 12) * 60)
    async with client_of(home) as client:
        closed = await client.get("/energy/2026-11-21")
        yesterday = await client.get("/energy/yesterday")
        today = await client.get("/energy/today")
        again = await client.get(
            "/energy/2026-11-21", headers={"If-None-Match": f'"x", W/{closed.headers["etag"]}'}
        )
        home.book(GRID, NOON, [5.0])
        later = await client.get("/energy/today", headers={"If-None-Match": today.headers["etag"]})
    assert closed.headers["cache-control"] == "private, no-cache"
    assert yesterday.headers["cache-control"] == "private, no-cache"
    assert today.headers["cache-control"] == "private, no-cache"
    assert yesterday.content == closed.content
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == closed.headers["etag"]
    assert later.status_code == 200
    assert later.headers["etag"] != today.headers["etag"]


async def test_csv_with_decimal_commas(home: MemoryHome, client: httpx.AsyncClient) -> None:
    home.book(GRID, DAY, [1.5] * 15)
    answer = await client.get("/energy/2026-11-21.csv?resolution=hour&decimal=comma")
    header, first, second, *_ = answer.text.split("\r\n")
    assert header.split(";")[:2] == ["start", "imported_wh"]
    start, *numbers = first.split(";")
    assert start == "2026-11-21T00:00:00+02:00"
    assert numbers == ["22,5", "0,0", "", "", "", "0,0", "25,0", "0,0"]
    assert second.split(";")[1] == ""
    wrong = await client.get("/energy/2026-11-21.csv?decimal=dot")
    assert wrong.status_code == 422


async def test_csv(home: MemoryHome, client: httpx.AsyncClient) -> None:
    home.book(GRID, DAY, [1.5] * 15)
    answer = await client.get("/energy/2026-11-21.csv?resolution=hour")
    assert answer.headers["content-type"].startswith("text/csv")
    assert 'filename="wattledger-2026-11-21.csv"' in answer.headers["content-disposition"]
    assert "etag" in answer.headers
    assert answer.text.count("\r\n") == 25
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 24
    assert rows[0] == {
        "start": "2026-11-21T00:00:00+02:00",
        "imported_wh": "22.5",
        "exported_wh": "0.0",
        "produced_wh": "",
        "consumed_wh": "",
        "self_consumed_wh": "",
        "coverage_pct": "0.0",
        "grid_coverage_pct": "25.0",
        "solar_coverage_pct": "0.0",
    }
    assert rows[1]["imported_wh"] == ""


@pytest.mark.parametrize("rolled_up", [True, False])
async def test_the_same_numbers_with_and_without_roll_ups(
    clock: ManualClock, rolled_up: bool
) -> None:
    home = MemoryHome(clock, labels=[MAINS, PLANT], rolled_up=rolled_up)
    for minute in range(0, 2 * 1440 + 700, 7):
        home.book(GRID, DAY - 86_400 + 60 * minute, [minute % 11], exported_wh=minute % 5)
        home.book(SOLAR, DAY - 86_400 + 60 * minute, [minute % 3])
    async with client_of(home) as client:
        month = await ask(client, "/energy/2026-11")
        quarters = await ask(client, "/energy/2026-11?resolution=quarter")
    assert month["totals"] == quarters["totals"]
    assert sum(filter(None, month["buckets"]["imported_wh"])) == pytest.approx(
        sum(filter(None, quarters["buckets"]["imported_wh"]))
    )


@pytest.mark.parametrize("netting", ["phase", "minute"])
@pytest.mark.parametrize("labels", [[MAINS, PLANT], [MAINS, production_negative()], [MAINS]])
async def test_minutes_add_up_to_their_day(
    clock: ManualClock, netting: str, labels: list[MeterLabel]
) -> None:
    home = MemoryHome(clock, labels=labels)
    for minute in range(1440):
        if minute % 13:
            home.book(GRID, DAY + 60 * minute, [minute % 7], exported_wh=minute % 5)
        if minute % 17:
            home.book(SOLAR, DAY + 60 * minute, [minute % 3], exported_wh=minute % 4)
    async with client_of(home) as client:
        day = await ask(client, f"/energy/2026-11-21?resolution=minute&netting={netting}")
    for name, column in day["buckets"].items():
        if name.endswith("_wh"):
            known = [value for value in column if value is not None]
            assert day["totals"][name] == (pytest.approx(sum(known)) if known else None), name
