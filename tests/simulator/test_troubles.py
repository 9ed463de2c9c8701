"""Each fault does what it says, and ends."""

import asyncio
import json
from contextlib import suppress

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.simulator.kit import (
    NOON,
    Socket,
    get,
    meter,
    new_client,
    post,
    result,
    socket_to,
    standing_clock,
)
from wattledger.simulator.clock import SimClock
from wattledger.simulator.faults import GARBAGE, Garbage
from wattledger.simulator.meter import PretendMeter
from wattledger.simulator.plain_feeds import ConstantFeed
from wattledger.simulator.quirks import Quirks
from wattledger.simulator.troubles import COMMANDS


async def is_silent(work: object) -> bool:
    try:
        async with asyncio.timeout(0.1):
            await work  # type: ignore[misc]  # any awaitable
    except TimeoutError:
        return True
    return False


async def test_connections_are_dropped_without_a_farewell() -> None:
    async with meter() as device, socket_to(device) as socket:
        await socket.call("Sys.GetStatus")
        device.drop_connections()
        with pytest.raises(ConnectionClosed) as closed:
            await socket.receive()
        assert closed.value.rcvd is None
        assert (await get(device, "/shelly")).status_code == 200


async def test_connections_are_refused_until_they_are_not() -> None:
    async with meter() as device, socket_to(device) as socket:
        port = device.port
        await device.refuse_connections()
        with pytest.raises(ConnectionClosed):
            await socket.receive()
        with pytest.raises(httpx.ConnectError):
            await get(device, "/shelly")
        await device.refuse_connections(refused=False)
        assert device.port == port
        assert (await get(device, "/shelly")).status_code == 200


async def test_a_hanging_meter_accepts_and_is_silent() -> None:
    async with meter() as device, socket_to(device) as socket:
        await socket.call("Sys.GetStatus")
        device.hang()
        assert await is_silent(socket.call("Sys.GetStatus"))
        assert await is_silent(await socket.connection.ping())
        device.clock.advance(60.0)
        assert await is_silent(socket.receive())
        with pytest.raises(httpx.ReadTimeout):
            await get(device, "/shelly", timeout=0.1)
        await device.recover()
        assert (await get(device, "/shelly")).status_code == 200
        assert "mac" in await socket.call("Sys.GetStatus")


async def test_a_slow_answer_lets_others_pass() -> None:
    async with meter() as device, socket_to(device) as socket:
        device.answer_slowly(0.2, "EMData.GetData")
        slow = await socket.send("EMData.GetData", id=0, ts=0)
        quick = await socket.send("EM.GetStatus", id=0)
        assert [(await socket.receive())["id"] for _ in range(2)] == [quick, slow]
        device.answer_slowly(0.0, "EMData.GetData")
        assert "data" in await socket.call("EMData.GetData", id=0, ts=0)


async def test_everything_may_be_slow() -> None:
    async with meter() as device:
        device.answer_slowly(5.0)
        with pytest.raises(httpx.ReadTimeout):
            await get(device, "/shelly", timeout=0.1)


async def test_half_a_frame_and_the_connection_ends() -> None:
    async with meter() as device, socket_to(device) as socket:
        device.half_frame()
        with pytest.raises(ConnectionClosed):
            await socket.ask("EM.GetStatus", id=0)
        device.half_frame()
        with pytest.raises(httpx.RemoteProtocolError):
            await get(device, "/rpc/EM.GetStatus?id=0")
        assert (await get(device, "/shelly")).status_code == 200


@pytest.mark.parametrize("kind", list(GARBAGE))
async def test_garbage_instead_of_an_answer(kind: Garbage) -> None:
    async with meter() as device, socket_to(device) as socket:
        device.garble_replies(kind)
        await socket.send("Sys.GetStatus")
        assert await socket.connection.recv() == GARBAGE[kind]
        assert "mac" in await socket.call("Sys.GetStatus")
        device.garble_replies(kind, times=2)
        for _ in range(2):
            payload = GARBAGE[kind]
            body = payload.encode() if isinstance(payload, str) else payload
            assert (await get(device, "/shelly")).content == body
        assert (await get(device, "/shelly")).json()["mac"] == device.identity.mac


@pytest.mark.parametrize("kind", list(GARBAGE))
async def test_garbage_out_of_the_blue(kind: Garbage) -> None:
    async with meter() as device, socket_to(device) as socket:
        await socket.call("Sys.GetStatus")
        device.push_garbage(kind)
        assert await socket.connection.recv() == GARBAGE[kind]


@pytest.mark.parametrize("code", [401, 429, 503])
async def test_calls_fail_as_often_as_ordered(code: int) -> None:
    async with meter() as device, socket_to(device) as socket:
        device.fail_calls(code, times=2, method="EM.GetStatus")
        assert "mac" in await socket.call("Sys.GetStatus")
        assert (await socket.ask("EM.GetStatus", id=0))["error"]["code"] == code
        assert (await get(device, "/rpc/EM.GetStatus?id=0")).status_code == code
        device.fail_calls(code)
        frame = {"id": 1, "method": "Sys.GetStatus"}
        assert (await post(device, "/rpc", frame)).status_code == code
        assert (await get(device, "/rpc/EM.GetStatus?id=0")).status_code == 200


async def test_a_refusal_out_of_order_brings_a_challenge() -> None:
    async with meter() as device, socket_to(device) as socket:
        device.fail_calls(401)
        error = (await socket.ask("Sys.GetStatus"))["error"]
        assert json.loads(error["message"])["realm"] == device.identity.id


async def test_answers_with_wrong_ids() -> None:
    async with meter() as device, socket_to(device) as socket:
        device.answer_wrong_ids()
        number = await socket.send("Sys.GetStatus")
        assert (await socket.receive())["id"] != number
        assert "mac" in await socket.call("Sys.GetStatus")


async def test_pushes_stop_and_calls_go_on() -> None:
    clock = standing_clock()
    async with meter(clock) as device, socket_to(device) as socket:
        await socket.call("Sys.GetStatus")
        device.stop_pushing()
        clock.advance(61.0)
        assert await is_silent(socket.receive())
        await socket.call("EM.GetStatus", id=0)
        device.stop_pushing(stopped=False)
        clock.advance(3.0)
        assert "em:0" in (await socket.receive())["params"]


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
    async with asyncio.timeout(5):
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
        assert refused.json()["code"] == -109


async def test_errors_are_shown_only_while_they_are_there() -> None:
    async with meter() as device, socket_to(device) as socket:
        assert "errors" not in await socket.call("EM.GetStatus", id=0)
        device.show_errors("em:0", ["phase_sequence"])
        assert (await socket.receive())["params"]["em:0"]["errors"] == ["phase_sequence"]
        assert (await socket.call("EM.GetStatus", id=0))["errors"] == ["phase_sequence"]
        device.show_errors("em:0", [])
        assert (await socket.receive())["params"]["em:0"]["errors"] is None
        assert "errors" not in await socket.call("EM.GetStatus", id=0)


async def order(device: PretendMeter, fault: str, **params: object) -> httpx.Response:
    async with new_client() as client:
        url = f"http://127.0.0.1:{device.control_port}/pretend/{fault}"
        return await client.post(url, json=params)


async def test_faults_can_be_ordered_from_another_process() -> None:
    async with meter(control_port=0) as device:
        assert (await order(device, "fail_calls", code=503)).status_code == 200
        assert (await get(device, "/shelly")).status_code == 503
        assert (await order(device, "set_clock_off", seconds=60)).status_code == 200
        assert (await result(device, "Sys.GetStatus"))["unixtime"] == NOON + 60
        assert (await order(device, "refuse_connections")).status_code == 200
        with pytest.raises(httpx.ConnectError):
            await get(device, "/shelly")
        assert (await order(device, "hang")).status_code == 200
        assert (await order(device, "recover")).status_code == 200
        assert (await get(device, "/shelly")).status_code == 200


async def test_unknown_faults_and_arguments_are_told() -> None:
    async with meter(control_port=0) as device:
        unknown = await order(device, "explode")
        assert unknown.status_code == 404
        assert "reboot" in unknown.json()["message"]
        assert (await order(device, "hang", much=1)).status_code == 400
        assert (await order(device, "push_garbage", kind="glitter")).status_code == 400
        assert (await order(device, "_begin")).status_code == 404
        async with new_client() as client:
            url = f"http://127.0.0.1:{device.control_port}/shelly"
            assert (await client.get(url)).status_code == 404
    assert "recover" in COMMANDS


async def test_recovery_ends_every_fault_of_the_line() -> None:
    async with meter() as device:
        device.answer_slowly(9.0)
        device.half_frame(9)
        device.garble_replies("text", 9)
        device.fail_calls(503, 9)
        device.answer_wrong_ids(9)
        await device.refuse_connections()
        await device.recover()
        assert (await get(device, "/shelly")).json()["mac"] == device.identity.mac
