"""Servers without meters: what they show of a home, several at once, and what they leave alone."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.asking import get
from tests.mongo.house import (
    assert_is_what_the_meters_counted,
    serving,
    span_between,
    until_true,
)
from tests.mongo.kit import LABELS, PostingHome, beside, posting_home
from tests.mongo.server import ReplicaSet
from tests.store.builders import MAINS, PLANT, T0, both, record
from wattledger.energy.errors import ReplicaError
from wattledger.energy.meter import MeterId, MeterLabel
from wattledger.energy.power import MeterNow, MeterState
from wattledger.energy.power_reading import PhaseReading, PowerReading
from wattledger.mongo.connection import Address

END = T0 + 60 * 600
ASKED = span_between(T0, END)
SELECTION_S = 25
"""Less than the driver by itself waits for a server."""


class OffClock:
    """A machine's clock that is wrong by so many seconds."""

    def __init__(self, off_s: float) -> None:
        self._off_s = off_s

    def now_s(self) -> float:
        return time.time() + self._off_s

    def monotonic_s(self) -> float:
        return time.monotonic()


def told(label: MeterLabel, meter: MeterId, power_w: float) -> MeterNow:
    phase = PhaseReading(power_w / 3, 410.0, 231.2, 1.78, 0.97, 50.0)
    reading = PowerReading(meter, END, 0.0, power_w, (phase,) * 3)
    return MeterNow(label, MeterState.LIVE, 0.5, reading)


@asynccontextmanager
async def telling(home: PostingHome) -> AsyncIterator[None]:
    """The power now, as often as a home tells it at the most."""

    async def tell() -> None:
        while True:
            powers = zip(LABELS, (MAINS, PLANT), (250.0, 1_000.0), strict=True)
            with suppress(ReplicaError):
                await home.writer.put_power([told(*one) for one in powers])
            await asyncio.sleep(1.0)

    async with beside(tell()):
        yield


async def assert_shows(elsewhere: str) -> None:
    await until_true(elsewhere, "/health", lambda a: a["ok"])
    power = await until_true(elsewhere, "/power", lambda a: a["home_w"] is not None)
    assert power["home_w"] == pytest.approx(1_250)
    assert [meter["state"] for meter in power["meters"]] == ["live", "live"]
    assert all(0.5 <= meter["age_s"] < 10 for meter in power["meters"])
    assert abs(datetime.fromisoformat(power["at"]).timestamp() - OffClock(0).now_s()) < 10
    answer = await get(elsewhere, "/energy", **ASKED)
    assert answer["source"] == "mongodb"
    counters = {"grid": lambda at: record(at)[2:], "solar": lambda at: record(at, 1)[2:]}
    assert_is_what_the_meters_counted(answer, T0, END, counters)
    assert (await get(elsewhere, "/site"))["name"] == "Home"
    meters = (await get(elsewhere, "/meters"))["meters"]
    assert [meter["name"] for meter in meters] == ["mains", "solar"]
    assert [meter["to_post_minutes"] for meter in meters] == [None, None]
    health = await get(elsewhere, "/health")
    assert [part["name"] for part in health["parts"]] == ["meters", "mongodb"]


async def assert_away(elsewhere: str) -> None:
    """Without MongoDB there is nothing to show, and it says so."""
    health = await until_true(elsewhere, "/health", lambda a: "can't be reached" in str(a["parts"]))
    assert not health["ok"]


async def test_several_show_one_home_and_outlive_mongodbs_restart(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    async with posting_home(tmp_path / "books", address) as home, home.posting(), telling(home):
        await home.book(both(T0, 600))
        await home.maintain()
        await home.posted()
        owner = owner_of(mongod, address)
        assert owner
        # One by a clock that is right, one that is hours ahead, one that never was set.
        async with (
            serving(address, OffClock(0)) as one,
            serving(address, OffClock(5 * 3_600)) as ahead,
            serving(address, OffClock(-90 * 86_400)) as behind,
        ):
            servers = (one, ahead, behind)
            await asyncio.gather(*map(assert_shows, servers))
            await asyncio.to_thread(mongod.members[0].kill)
            await asyncio.gather(*map(assert_away, servers))
            await asyncio.to_thread(mongod.members[0].start)
            await asyncio.to_thread(mongod.wait_for_primary)
            await asyncio.gather(*map(assert_shows, servers))
        assert owner_of(mongod, address) == owner


async def test_stops_without_waiting_for_mongodb_that_is_gone(
    tmp_path: Path, mongod: ReplicaSet, address: Address
) -> None:
    async with posting_home(tmp_path / "books", address) as home, home.posting():
        await home.book(both(T0, 60))
        await home.posted()
    async with AsyncExitStack() as running:
        elsewhere = await running.enter_async_context(serving(address))
        await until_true(elsewhere, "/health", lambda a: a["parts"][1]["ok"])
        await asyncio.to_thread(mongod.members[0].kill)
        try:
            await until_true(elsewhere, "/health", lambda a: not a["parts"][1]["ok"])
            async with asyncio.timeout(SELECTION_S):
                await running.aclose()
        finally:
            await asyncio.to_thread(mongod.members[0].start)
            await asyncio.to_thread(mongod.wait_for_primary)


def owner_of(mongod: ReplicaSet, address: Address) -> str:
    """Who may post for the home; there is one lease, and nobody else asked for it."""
    with mongod.client() as client:
        (lease,) = client[address.database]["writers"].find()
    return str(lease["owner"])


async def assert_waits(elsewhere: str, why: str) -> None:
    """It says of itself how it is, and of everything else why there is nothing yet."""
    health = await until_true(elsewhere, "/health", lambda a: why in a["parts"][-1]["detail"])
    assert [(part["name"], part["ok"]) for part in health["parts"]] == [
        ("meters", False),
        ("mongodb", False),
    ]
    async with httpx.AsyncClient(timeout=300, base_url=elsewhere) as client:
        for path in ("/power", "/power/stream", "/energy/today", "/site", "/meters", "/nothing"):
            answer = await client.get(path)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            problem = answer.json()
            assert problem["type"] == "/problems/no-home"
            assert why in problem["detail"]


async def test_listens_at_once_and_waits_for_mongodb_and_then_for_a_home(
    tmp_path: Path, mongod: ReplicaSet
) -> None:
    address = Address(mongod.uri, f"wattledger_{uuid4().hex[:12]}", "home")
    await asyncio.to_thread(mongod.members[0].kill)
    async with serving(address, folder=tmp_path / "elsewhere") as elsewhere:
        try:
            await assert_waits(elsewhere, "MongoDB can't be reached")
        finally:
            await asyncio.to_thread(mongod.members[0].start)
            await asyncio.to_thread(mongod.wait_for_primary)
        await assert_waits(elsewhere, "no server with meters has posted for this home yet")
        with mongod.client() as client:
            assert address.database not in client.list_database_names()
        async with posting_home(tmp_path / "books", address) as home, home.posting(), telling(home):
            await home.book(both(T0, 600))
            await home.maintain()
            await home.posted()
            await assert_shows(elsewhere)
    assert not (tmp_path / "elsewhere").exists()
    with mongod.client() as client:
        client.drop_database(address.database)
