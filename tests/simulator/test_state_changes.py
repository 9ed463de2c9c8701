"""Reboots, lost time, wrong clocks and other profiles: what they do to records and registers."""

import asyncio
from contextlib import suppress

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.simulator.kit import (
    NOON,
    Socket,
    get,
    meter,
    post,
    result,
    socket_to,
    standing_clock,
)
from wattledger.simulator.clock import SimClock
from wattledger.simulator.feeds.synthetic import ConstantFeed
from wattledger.simulator.meter import PretendMeter
from wattledger.simulator.quirks import Quirks


async def test_a_reboot_loses_the_running_minute_and_counts_on() -> None:
    clock = standing_clock(NOON + 20)
    feed = ConstantFeed((3600.0, 0.0, 0.0))
    async with meter(clock, feed=feed, history_from=NOON - 120) as device:
        async with socket_to(device) as socket:
            down = asyncio.create_task(device.reboot(down_s=10.0))
            with pytest.raises(ConnectionClosed):
                await socket.receive()
        with pytest.raises(httpx.ConnectError):
            await get(device, "/shelly")
        clock.advance(10.0)
        await down
        clock.advance(31.0)
        assert (await result(device, "Sys.GetStatus"))["uptime"] == 31
        page = await result(device, "EMData.GetData", id=0, ts=0)
        [block] = page["data"]
        assert block["ts"] == NOON - 120
        assert [row[0] for row in block["values"]] == [60, 60, 30]
        assert (await result(device, "EMData.GetStatus", id=0))["total_act"] == 30


async def test_a_longer_outage_is_a_gap() -> None:
    clock = standing_clock(NOON + 20)
    async with meter(clock, history_from=NOON - 120) as device:
        down = asyncio.create_task(device.reboot(down_s=180.0))
        await asyncio.sleep(0)
        clock.advance(180.0)
        await down
        clock.advance(61.0)
        records = await result(device, "EMData.GetRecords", id=0)
        assert [(block["ts"], block["records"]) for block in records["data_blocks"]] == [
            (NOON - 120, 2),
            (NOON + 180, 1),
        ]


async def test_a_reboot_may_leave_two_records_of_its_minute() -> None:
    clock = standing_clock(NOON + 20)
    feed = ConstantFeed((3600.0, 0.0, 0.0))
    quirks = Quirks(saves_minute_on_reboot=True)
    async with meter(clock, feed=feed, history_from=NOON - 60, quirks=quirks) as device:
        await device.reboot()
        clock.advance(41.0)
        page = await result(device, "EMData.GetData", id=0, ts=0)
        assert [(block["ts"], [row[0] for row in block["values"]]) for block in page["data"]] == [
            (NOON - 60, [60, 20]),
            (NOON, [40]),
        ]
        assert (await result(device, "EMData.GetStatus", id=0))["total_act"] == 60


async def test_a_reboot_by_a_call_answers_first() -> None:
    async with meter(SimClock(NOON, rate=100.0)) as device:
        async with socket_to(device) as socket:
            await socket.call("Shelly.Reboot")
            await closed(socket)
        await answering(device)
        assert (await result(device, "Sys.GetStatus"))["uptime"] < 30


async def closed(socket: Socket) -> None:
    with suppress(ConnectionClosed):
        while True:
            await socket.receive()


async def answering(device: PretendMeter) -> None:
    async with asyncio.timeout(300):
        while True:
            try:
                await get(device, "/shelly")
            except httpx.ConnectError:
                await asyncio.sleep(0.005)
            else:
                return


async def test_without_the_time_everything_counts_from_the_boot() -> None:
    clock = standing_clock(NOON + 20)
    async with meter(clock, history_from=NOON - 60) as device:
        await device.reboot(finds_time=False)
        async with socket_to(device) as socket:
            status = await socket.call("Sys.GetStatus")
            assert (status["time"], status["unixtime"], status["last_sync_ts"]) == (None,) * 3
            clock.advance(61.0)
            event = await socket.notification("emdata:0")
            assert event["params"]["ts"] == 61
            assert event["params"]["events"][0]["data"]["ts"] == 0
        records = await result(device, "EMData.GetRecords", id=0)
        assert records["data_blocks"][0] == {"ts": 0, "period": 60, "records": 1}
        device.find_time()
        assert (await result(device, "Sys.GetStatus"))["unixtime"] == NOON + 81
        clock.advance(60.0)
        page = await result(device, "EMData.GetData", id=0, ts=1_600_000_000)
        assert [block["ts"] for block in page["data"]] == [NOON - 60, NOON + 60]


async def test_time_may_be_lost_while_running_and_no_energy_with_it() -> None:
    clock = standing_clock(NOON + 20)
    feed = ConstantFeed((3600.0, 0.0, 0.0))
    async with meter(clock, feed=feed, history_from=NOON) as device:
        device.lose_time()
        clock.advance(100.0)
        device.find_time()
        clock.advance(61.0)
        assert (await result(device, "EMData.GetStatus", id=0))["total_act"] == 180
        page = await result(device, "EMData.GetData", id=0, ts=0)
        assert sum(row[0] for block in page["data"] for row in block["values"]) == 180


@pytest.mark.parametrize("off_s", [-90.0, -7.5, 30.0, 3600.0])
async def test_a_clock_that_is_off_stamps_what_it_shows(off_s: float) -> None:
    clock = standing_clock(NOON)
    feed = ConstantFeed((3600.0, 0.0, 0.0))
    async with meter(clock, feed=feed, clock_off_s=off_s) as device, socket_to(device) as socket:
        status = await socket.call("Sys.GetStatus")
        assert status["unixtime"] == int(NOON + off_s)
        clock.advance(3.0)
        assert (await socket.receive())["params"]["ts"] == NOON + 3 + off_s
        clock.advance(120.0)
        page = await result(device, "EMData.GetData", id=0, ts=0)
        [block] = page["data"]
        assert block["ts"] % 60 == 0
        assert block["ts"] == (NOON + off_s) // 60 * 60
        assert block["values"][1][0] == 60


async def test_a_clock_put_right_goes_on_without_losing_energy() -> None:
    clock = standing_clock(NOON)
    feed = ConstantFeed((3600.0, 0.0, 0.0))
    async with meter(clock, feed=feed, clock_off_s=1000.0) as device:
        clock.advance(130.0)
        device.set_clock_off(0.0)
        clock.advance(111.0)
        assert (await result(device, "EMData.GetStatus", id=0))["total_act"] == 240


async def test_a_switched_profile_has_counters_and_records_of_its_own() -> None:
    clock = standing_clock(NOON + 1)
    async with meter(clock, history_from=NOON - 600) as device:
        clock.advance(60.0)
        triphase = await result(device, "EMData.GetStatus", id=0)
        assert triphase["total_act"] > 0
        await device.switch_profile("monophase")
        assert (await get(device, "/shelly")).json()["profile"] == "monophase"
        status = await result(device, "Shelly.GetStatus")
        assert {"em1:0", "em1data:2"} <= set(status)
        assert {"em:0", "emdata:0"}.isdisjoint(status)
        assert status["em1data:0"]["total_act_energy"] == 0
        assert status["sys"]["cfg_rev"] == 32
        assert (await result(device, "EM1Data.GetRecords", id=0))["data_blocks"] == []
        refused = await get(device, "/rpc/EM.GetStatus?id=0")
        assert refused.json() == {"code": 404, "message": "No handler for EM.GetStatus"}
        await device.switch_profile("triphase")
        assert await result(device, "EMData.GetStatus", id=0) == triphase


async def test_a_call_switches_the_profile() -> None:
    async with meter(SimClock(NOON, rate=100.0)) as device:
        before = await result(device, "Shelly.SetProfile", name="triphase")
        assert before == {"profile_was": "triphase"}
        async with socket_to(device) as socket:
            assert await socket.call("Shelly.SetProfile", name="monophase") == before
            await closed(socket)
        await answering(device)
        assert (await result(device, "Shelly.GetDeviceInfo"))["profile"] == "monophase"
        refused = await post(device, "/rpc/Shelly.SetProfile", {"name": "biphase"})
        assert refused.json()["code"] == -103
