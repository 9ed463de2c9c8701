"""Each fault does what it says, and ends."""

import asyncio
import json

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.asking import new_client
from tests.simulator.kit import (
    NOON,
    get,
    meter,
    post,
    result,
    socket_to,
    standing_clock,
)
from wattledger.simulator.fault_commands import COMMANDS
from wattledger.simulator.fault_switches import GARBAGE, Garbage
from wattledger.simulator.hardware import Profile
from wattledger.simulator.meter import PretendMeter
from wattledger.simulator.quirks import Quirks


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
            await get(device, "/shelly", timeout=httpx.Timeout(60, read=0.1))
        await device.recover()
        assert (await get(device, "/shelly")).status_code == 200
        assert "mac" in await socket.call("Sys.GetStatus")


async def test_a_slow_answer_lets_others_pass() -> None:
    async with meter() as device, socket_to(device) as socket:
        device.answer_slowly(1.0, "EMData.GetData")
        slow = await socket.send("EMData.GetData", id=0, ts=0)
        quick = await socket.send("EM.GetStatus", id=0)
        assert [(await socket.receive())["id"] for _ in range(2)] == [quick, slow]
        device.answer_slowly(0.0, "EMData.GetData")
        assert "data" in await socket.call("EMData.GetData", id=0, ts=0)


async def test_everything_may_be_slow() -> None:
    async with meter() as device:
        device.answer_slowly(5.0)
        with pytest.raises(httpx.ReadTimeout):
            await get(device, "/shelly", timeout=httpx.Timeout(60, read=0.1))


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


@pytest.mark.parametrize("profile", ["triphase", "monophase"])
async def test_live_values_may_be_null(profile: Profile) -> None:
    clock = standing_clock(NOON + 1)
    async with meter(clock, profile=profile, history_from=NOON - 60) as device:
        em = "em1:1" if profile == "monophase" else "em:0"
        sound = (await result(device, "Shelly.GetStatus"))[em]
        device.show_nulls()
        status = (await result(device, "Shelly.GetStatus"))[em]
        assert list(status) == list(sound)
        assert all(value in (None, [], "factory") for key, value in status.items() if key != "id")
        await device.recover()
        assert (await result(device, "Shelly.GetStatus"))[em] == sound


async def test_after_a_boot_the_components_may_be_empty_for_a_while() -> None:
    clock = standing_clock()
    async with meter(clock, quirks=Quirks(empty_status_s=5.0)) as device:
        status = await result(device, "Shelly.GetStatus")
        assert (status["em:0"], status["emdata:0"]) == ({}, {})
        assert status["sys"]["unixtime"] == NOON
        clock.advance(5.0)
        assert (await result(device, "Shelly.GetStatus"))["em:0"]["id"] == 0


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
