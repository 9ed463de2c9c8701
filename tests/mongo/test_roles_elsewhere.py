"""A home of everything, seen from elsewhere: by one that knows its roles, and one that does not."""

from pathlib import Path
from typing import Any

import pytest

from tests.asking import get
from tests.fakes.clock import FastClock
from tests.house.test_roles import (
    BEGIN,
    END,
    LOADS,
    MAINS,
    NOW,
    TOTALS,
    WORDS,
    pretended,
    told,
    until_booked,
)
from tests.mongo.house import serving, until_true
from tests.mongo.server import ReplicaSet
from wattledger.mongo.connection import Address
from wattledger.simulator.clock import SimClock
from wattledger.simulator.meter import PretendMeter


async def test_a_server_elsewhere_shows_all_of_it_or_says_what_it_does_not_know(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    """All of it by hand; then a part of it has a role that only a newer version knows."""
    clock = SimClock(NOW, rate=0)
    async with (
        pretended(clock) as meters,
        serving(address, FastClock(clock), tmp_path, meters=meters) as home,
    ):
        await until_booked(home, END + 240)
        await until_true(home, "/site", lambda a: a["mongodb"]["state"] == "up_to_date")
        async with serving(address) as elsewhere:
            await until_true(elsewhere, "/health", lambda a: a["parts"][1]["ok"])
            power = await until_true(elsewhere, "/power", lambda a: a["home_w"] is not None)
            await shows_all(elsewhere, power)
    with mongod.client() as client:
        renamed = {"$set": {"sources.$[car].role": "wind"}}
        client[address.database]["sites"].update_one(
            {}, renamed, array_filters=[{"car.name": "car"}]
        )
    async with serving(address) as elsewhere:
        await until_true(elsewhere, "/health", lambda a: a["parts"][1]["ok"])
        await shows_no_balance(elsewhere)


async def shows_all(elsewhere: str, power: dict[str, Any]) -> None:
    of_roles = [power[f"{name}_w"] for name in ("grid", "solar", "battery", "home")]
    assert of_roles == [-240, 1_020, -180, 600]
    assert [one["name"] for one in power["loads"]] == ["heat pump", "car"]
    for netting in ("phase", "minute", "quarter", "hour"):
        for resolution in ("minute", "quarter", "day"):
            parameters = {"netting": netting, "resolution": resolution}
            found = await get(elsewhere, "/energy/2026-03-28", **parameters)
            assert found["source"] == "mongodb"
            wanted = dict(zip(WORDS, TOTALS[netting], strict=True))
            assert told(found["totals"]) == pytest.approx(wanted), (netting, resolution)
            loads = {one["name"]: one["consumed_wh"] for one in found["totals"]["loads"]}
            assert loads == LOADS


async def shows_no_balance(elsewhere: str) -> None:
    """What it knows is there; what would be of everything is not."""
    totals = (await get(elsewhere, "/energy/2026-03-28"))["totals"]
    assert totals["produced_wh"] == TOTALS["quarter"][2]
    assert [totals[f"{word}_wh"] for word in WORDS[5:]] == [None] * 3
    assert [one["name"] for one in totals["loads"]] == ["heat pump"]
    power = await get(elsewhere, "/power")
    assert power["home_w"] is None
    site = await get(elsewhere, "/site")
    assert [fault["kind"] for fault in site["faults"]] == ["newer_home"]


async def test_what_a_meter_has_no_channel_for_is_null_elsewhere_too(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    """A meter of two channels at the mains: a is bought, b is the car, c is said to be a sauna."""
    clock = SimClock(NOW, rate=0)
    device = PretendMeter(
        feed=MAINS, clock=clock, mac="A0DD6C000009", history_from=BEGIN, model="SPEM-002CEBEU50"
    )
    async with device:
        names = {"mains": ("grid", "a"), "car": ("load", "b"), "sauna": ("load", "c")}
        meters = [
            {"name": name, "role": role, "phases": [phase], "host": device.address}
            for name, (role, phase) in names.items()
        ]
        async with serving(address, FastClock(clock), tmp_path, meters=meters) as home:
            await until_booked(home, END + 240)
            await until_true(home, "/site", lambda a: a["mongodb"]["state"] == "up_to_date")
            async with serving(address) as elsewhere:
                await until_true(elsewhere, "/health", lambda a: a["parts"][1]["ok"])
                power = await until_true(elsewhere, "/power", lambda a: a["home_w"] is not None)
                assert [one["active_power_w"] for one in power["loads"]] == [-600, None]
                for resolution in ("minute", "quarter", "day"):
                    found = await get(elsewhere, "/energy/2026-03-28", resolution=resolution)
                    used = [one["consumed_wh"] for one in found["totals"]["loads"]]
                    assert used == [-150, None], resolution
