"""Relatives of the Pro 3EM in a home: records of five minutes, two channels; sums by hand."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.asking import get, new_client
from tests.house.inside import iso, serving
from tests.house.truth import KnownFeed, expected
from wattledger.simulator.clock import SimClock
from wattledger.simulator.meter import PretendMeter
from wattledger.simulator.quirks import Quirks

RATE = 240.0
START = 1_774_735_200 - 900
"""A quarter of an hour."""
BEGIN = START - 3 * 3_600
NUMBERS = ("imported_wh", "exported_wh")


def truth(feed: KnownFeed, end: int, phases: int = 3) -> dict[int, Any]:
    """Its minutes, of so many phases."""
    minutes = {}
    for start in range(BEGIN, end, 60):
        energies = feed.registers(start)
        lacking = (0,) * (3 - phases)
        minutes[start] = (*energies[:phases], *lacking, *energies[3 : 3 + phases], *lacking)
    return minutes


async def until(url: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    async with asyncio.timeout(300):
        while True:
            (meter,) = (await get(url, "/meters"))["meters"]
            if holds(meter):
                return dict(meter)
            await asyncio.sleep(0.1)


def is_booked(meter: dict[str, Any], to: int) -> bool:
    booked_to = meter["booked_to"]
    return (
        booked_to is not None
        and datetime.fromisoformat(booked_to).timestamp() >= to
        and not meter["missing"]
        and not meter["to_fetch_minutes"]
    )


async def sums_by_hand(url: str, minutes: dict[int, Any], end: int) -> None:
    """The answer by quarters, and in all, is what the definitions give."""
    nothing = dict.fromkeys(minutes, (0,) * 6)
    for netting in ("quarter", "hour", "phase"):
        answer = await get(
            url, "/energy", resolution="quarter", netting=netting,
            **{"from": iso(BEGIN), "to": iso(end)},
        )  # fmt: skip
        wanted = expected(minutes, nothing, netting, lambda start: start // 3_600)
        for name in NUMBERS:
            assert answer["totals"][name] == pytest.approx(wanted[name] / 10_000, abs=1e-4)
        if netting == "hour":
            continue  # quarters of it are parts of windows
        for place, start in enumerate(range(BEGIN, end, 900)):
            part = {at: minutes[at] for at in range(start, start + 900, 60)}
            wanted = expected(part, nothing, netting, lambda _: 0)
            for name in NUMBERS:
                assert answer["buckets"][name][place] == pytest.approx(wanted[name] / 10_000)
            assert answer["buckets"]["coverage_pct"][place] == 100
        assert answer["totals"]["coverage_pct"] == 100


@pytest.mark.parametrize(
    ("options", "phases", "called"),
    [
        ({"model": "S3EM-003CXCEU63"}, 3, "Shelly 3EM-63 Gen3"),
        ({"model": "SPEM-002CEBEU50", "password": "secret"}, 2, "Shelly Pro EM-50"),
        ({"quirks": Quirks(calls_itself="S4EM-002CXCEU")}, 3, "S4EM-002CXCEU"),
    ],
)
async def test_each_is_booked_fetched_again_after_an_outage_and_audited(
    tmp_path: Path, options: dict[str, Any], phases: int, called: str
) -> None:
    clock, feed = SimClock(START, rate=RATE), KnownFeed(7)
    device = PretendMeter(feed=feed, clock=clock, mac="A0DD6CA0C27C", history_from=BEGIN, **options)
    async with device, serving(tmp_path, clock, {"grid": device}) as url:
        await until(url, lambda meter: is_booked(meter, START))
        await device.refuse_connections()
        await clock.wait_until(clock.now() + 1_200)
        await device.refuse_connections(refused=False)
        end = int(clock.now()) // 900 * 900 + 900
        meter = await until(url, lambda meter: is_booked(meter, end))
        await sums_by_hand(url, truth(feed, end, phases), end)
        power = (await get(url, "/power"))["meters"][0]
        line = await audited(url)
    assert meter["model_name"] == called
    assert meter["phases"] == ["a", "b", "c"][:phases]
    if power["state"] == "live":
        assert [phase["phase"] for phase in power["phases"]] == meter["phases"]
    kinds = {fault["kind"] for fault in meter["faults"]}
    assert ("unknown_model" in kinds) == called.startswith("S4EM")
    assert not {"no_meter", "absurd_records", "profile_doubtful"} & kinds
    for name in NUMBERS:
        assert abs(line["difference"][name]) <= 0.1, line
        assert line["counted"][name] > 0


async def test_a_record_of_five_minutes_that_runs_is_not_missing(tmp_path: Path) -> None:
    """The clock stands at four and a half minutes of it; the other meter has three more minutes."""
    clock, feed = SimClock(START + 270, rate=0), KnownFeed(3)
    grid, solar = (
        PretendMeter(feed=feed, clock=clock, mac=f"A0DD6CA0C27{n}", model=model, history_from=BEGIN)
        for n, model in enumerate(("SPEM-003CEBEU", "S3EM-003CXCEU63"))
    )
    async with grid, solar, serving(tmp_path, clock, {"grid": grid, "solar": solar}) as url:
        async with asyncio.timeout(300):
            while not await are_booked(url, [START + 240, START]):
                await asyncio.sleep(0.1)
        span = {"from": iso(BEGIN), "to": iso(START + 900)}
        totals = (await get(url, "/energy", **span))["totals"]
    shares = [totals[f"{name}coverage_pct"] for name in ("", "grid_", "solar_")]
    assert shares == [100, 100, 100]


async def test_what_a_meter_has_no_channel_for_is_null_and_not_nothing(tmp_path: Path) -> None:
    """Two channels: mains on a, a plant on b, and a car on c, which it does not have."""
    clock, feed = SimClock(START + 30, rate=0), KnownFeed(7)
    async with PretendMeter(
        feed=feed, clock=clock, mac="A0DD6CA0C27C", history_from=BEGIN, model="SPEM-002CEBEU50"
    ) as device:
        sources = [
            {"name": name, "role": role, "host": device.address, "phases": phases}
            for name, role, *phases in (("mains", "grid", "a"), ("roof", "solar", "b"),
                                        ("car", "load", "c"))
        ]  # fmt: skip
        async with serving(tmp_path, clock, sources) as url:
            meter = await until(url, lambda meter: is_booked(meter, START))
            assert "no_such_phase" in {fault["kind"] for fault in meter["faults"]}
            async with asyncio.timeout(300):
                while (power := await get(url, "/power"))["grid_w"] is None:
                    await asyncio.sleep(0.1)
            assert power["loads"][0]["active_power_w"] is None
            assert power["solar_w"] == power["meters"][0]["phases"][1]["active_power_w"]
            assert power["home_w"] == pytest.approx(power["grid_w"] + power["solar_w"])
            await has_no_car(url)
        await device.refuse_connections()
        async with serving(tmp_path, clock, sources) as url:  # what it lacks is remembered
            await has_no_car(url)


async def has_no_car(url: str) -> None:
    for resolution in ("minute", "quarter", "hour"):
        span = {"from": iso(BEGIN), "to": iso(START), "resolution": resolution}
        answer = await get(url, "/energy", **span)
        (total,), (column,) = answer["totals"]["loads"], answer["buckets"]["loads"]
        assert (total["consumed_wh"], total["coverage_pct"]) == (None, 0)
        assert set(column["consumed_wh"]) == {None}
        assert answer["totals"]["solar_coverage_pct"] == answer["totals"]["coverage_pct"] == 100
    async with new_client() as client:
        day = (await client.get(f"{url}/energy/2026-03-28.csv")).text
    head, *lines = [line.split(",") for line in day.split("\r\n")[:-1]]
    assert {line[head.index("consumed_wh car")] for line in lines} == {""}


async def are_booked(url: str, to: list[int]) -> bool:
    meters = (await get(url, "/meters"))["meters"]
    return all(is_booked(meter, end) for meter, end in zip(meters, to, strict=True))


async def audited(url: str) -> dict[str, Any]:
    """The audit, once readings at two instants are compared with every minute between them."""
    async with asyncio.timeout(300):
        while True:
            (line,) = (await get(url, "/audit", period="all"))["meters"]
            is_compared = line["compared_to"] not in (None, line["compared_from"])
            if is_compared and not line["missing_minutes"]:
                return dict(line)
            await asyncio.sleep(0.2)
