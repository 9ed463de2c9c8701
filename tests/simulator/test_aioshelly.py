"""The client of Home Assistant takes the pretend meter for a real one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession
from aioshelly.common import ConnectionOptions, get_info
from aioshelly.exceptions import InvalidAuthError
from aioshelly.rpc_device import RpcDevice, RpcUpdateType

from tests.simulator.kit import MAC, NOON, meter, standing_clock
from wattledger.simulator.feeds.synthetic import SineFeed
from wattledger.simulator.meter import PretendMeter

PASSWORD = "correct horse"
VARIANTS: list[dict[str, Any]] = [
    {},
    {"firmware": "1.1.0"},
    {"profile": "monophase"},
    {"password": PASSWORD},
    {"password": PASSWORD, "firmware": "2.0.0"},
    {"model": "SPEM-002CEBEU50"},
    {"model": "S3EM-002CXCEU50"},
]


class Updates:
    """What the library told its subscriber, to be waited for."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[RpcUpdateType] = asyncio.Queue()

    def __call__(self, device: RpcDevice, kind: RpcUpdateType) -> None:
        self._queue.put_nowait(kind)

    async def until(self, kind: RpcUpdateType) -> None:
        async with asyncio.timeout(300):
            while await self._queue.get() is not kind:
                pass


@asynccontextmanager
async def client_of(device: PretendMeter, password: str | None) -> AsyncIterator[RpcDevice]:
    options = ConnectionOptions(
        "127.0.0.1",
        username=None if password is None else "admin",
        password=password,
        port=device.port,
        device_mac=MAC,
    )
    async with ClientSession() as session:
        client = await RpcDevice.create(session, None, options)
        try:
            yield client
        finally:
            await client.shutdown()


@pytest.mark.parametrize("options", VARIANTS)
async def test_it_initializes_gets_updates_and_pages_the_history(options: dict[str, Any]) -> None:
    clock = standing_clock(NOON + 1)
    of_channels = {"profile", "model"} & {*options}
    em, data = ("em1", "em1data") if of_channels else ("em", "emdata")
    updates = Updates()
    async with (
        meter(clock, history_from=NOON - 3600, **options) as device,
        client_of(device, options.get("password")) as client,
    ):
        client.subscribe_updates(updates)
        await client.initialize()
        assert client.shelly["mac"] == MAC
        assert {f"{em}:0", f"{data}:0"} <= set(client.status)
        assert f"{em}:0" in client.config

        before = client.status[f"{em}:0"].copy()
        clock.advance(3.0)
        await updates.until(RpcUpdateType.STATUS)
        assert client.status[f"{em}:0"].keys() == before.keys()
        assert client.status[f"{em}:0"] != before
        clock.advance(57.0)
        await updates.until(RpcUpdateType.EVENT)
        assert client.event is not None
        assert client.event["events"][0]["component"] == f"{data}:0"

        kind = "EM1Data" if of_channels else "EMData"
        assert await stamps_of(client, kind) == [*range(NOON - 3600, NOON + 1, 60)]


async def stamps_of(client: RpcDevice, kind: str) -> list[int]:
    stamps: list[int] = []
    ts = NOON - 3600
    while ts:
        page = await client.call_rpc(f"{kind}.GetData", {"id": 0, "ts": ts})
        for block in page["data"]:
            assert len(block["values"][0]) == len(page["keys"])
            stamps += [
                block["ts"] + index * block["period"] for index in range(len(block["values"]))
            ]
        ts = page.get("next_record_ts", 0)
    return stamps


async def test_it_reads_the_device_info_without_a_password() -> None:
    async with meter(password=PASSWORD) as device, ClientSession() as session:
        info = await get_info(session, "127.0.0.1", MAC, port=device.port)
    assert info["auth_en"] is True


@pytest.mark.parametrize("firmware", ["1.7.5", "2.0.0"])
async def test_it_is_told_that_its_password_is_wrong(firmware: str) -> None:
    async with (
        meter(password=PASSWORD, firmware=firmware) as device,
        client_of(device, "wrong") as client,
    ):
        with pytest.raises(InvalidAuthError):
            await client.initialize()


async def test_it_notices_a_reboot() -> None:
    updates = Updates()
    async with meter() as device, client_of(device, None) as client:
        client.subscribe_updates(updates)
        await client.initialize()
        await device.reboot()
        await updates.until(RpcUpdateType.DISCONNECTED)
        await client.initialize()
        await updates.until(RpcUpdateType.INITIALIZED)


async def test_its_many_calls_agree_with_the_feed() -> None:
    clock = standing_clock(NOON)
    async with meter(clock, feed=SineFeed()) as device, client_of(device, None) as client:
        await client.initialize()
        for _ in range(5):
            status = await client.call_rpc("EM.GetStatus", {"id": 0})
            assert status["total_act_power"] == round(sum(SineFeed().power_w(clock.now())), 3)
            clock.advance(1.0)
