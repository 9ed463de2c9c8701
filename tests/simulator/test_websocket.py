import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.simulator.kit import NOON, captured, meter, socket_to, standing_clock
from wattledger.simulator.clock import SimClock
from wattledger.simulator.meter import PretendMeter


@pytest.fixture
def clock() -> SimClock:
    return standing_clock()


@pytest.fixture
async def device(clock: SimClock) -> AsyncIterator[PretendMeter]:
    async with meter(clock) as started:
        yield started


async def test_a_call_is_answered_by_its_id(device: PretendMeter) -> None:
    async with socket_to(device) as socket:
        first = await socket.send("EM.GetStatus", id=0)
        second = await socket.send("Sys.GetStatus")
        assert "a_act_power" in (await socket.answer(first))["result"]
        reply = await socket.answer(second)
        assert (reply["src"], reply["dst"]) == (device.identity.id, "test")
        assert reply["result"]["unixtime"] == NOON


async def test_an_error_is_in_the_frame(device: PretendMeter) -> None:
    async with socket_to(device) as socket:
        reply = await socket.ask("EM1.GetStatus", id=0)
    assert reply["error"] == {"code": 404, "message": "No handler for EM1.GetStatus"}


async def test_silent_until_a_request_with_a_src(device: PretendMeter, clock: SimClock) -> None:
    async with socket_to(device) as silent, socket_to(device) as known:
        await silent.answer(await silent.send_frame({"method": "Sys.GetStatus"}))
        await known.call("Sys.GetStatus")
        clock.advance(3.0)
        assert "em:0" in (await known.receive())["params"]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await silent.receive()


async def test_live_values_every_three_seconds(device: PretendMeter, clock: SimClock) -> None:
    real = captured("eddie-aiida/notifystatus_em0.json")
    async with socket_to(device) as socket:
        await socket.call("Sys.GetStatus")
        for count in (1, 2, 3):
            clock.advance(3.0)
            frame = await socket.receive()
            assert list(frame) == list(real)
            assert (frame["src"], frame["dst"]) == (device.identity.id, "test")
            assert frame["method"] == "NotifyStatus"
            assert frame["params"]["ts"] == NOON + 3 * count
            assert list(frame["params"]["em:0"]) == list(real["params"]["em:0"])


async def test_each_minute_the_record_and_then_the_registers(
    device: PretendMeter, clock: SimClock
) -> None:
    event = captured("eddie-aiida/notifyevent_emdata_data.json")
    status = captured("eddie-aiida/notifystatus_emdata0.json")
    async with socket_to(device) as socket:
        await socket.call("Sys.GetStatus")
        clock.advance(60.64)
        assert "em:0" in (await socket.receive())["params"]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await socket.receive()
        clock.advance(0.02)
        frame = await socket.receive()
        assert list(frame) == list(event)
        assert frame["params"]["ts"] == pytest.approx(NOON + 60.65, abs=0.02)
        [data] = frame["params"]["events"]
        assert list(data) == list(event["params"]["events"][0])
        assert (data["ts"], data["data"]["ts"], data["data"]["period"]) == (NOON, NOON, 60)
        assert len(data["data"]["values"][0]) == 51
        clock.advance(0.3)
        frame = await socket.receive()
        assert frame["params"]["ts"] == pytest.approx(NOON + 60.95, abs=0.02)
        assert list(frame["params"]["emdata:0"]) == list(status["params"]["emdata:0"])


async def test_the_pushed_record_is_the_fetched_one(device: PretendMeter, clock: SimClock) -> None:
    async with socket_to(device) as socket:
        await socket.call("Sys.GetStatus")
        clock.advance(61.0)
        event = (await socket.notification("emdata:0"))["params"]["events"][0]
        data = await socket.call("EMData.GetData", id=0, ts=NOON)
    assert data["data"] == [event["data"]]


async def test_a_monophase_meter_pushes_three_channels(clock: SimClock) -> None:
    async with meter(clock, profile="monophase") as device, socket_to(device) as socket:
        await socket.call("Sys.GetStatus")
        clock.advance(61.0)
        live = await socket.notification("em1:0")
        assert [*live["params"]] == ["ts", "em1:0", "em1:1", "em1:2"]
        names = ["id", "act_power", "aprt_power", "current", "freq", "pf", "voltage"]
        assert [*live["params"]["em1:1"]] == names
        events = (await socket.notification("em1data:2"))["params"]["events"]
        assert [event["component"] for event in events] == ["em1data:0", "em1data:1", "em1data:2"]
        assert [len(event["data"]["values"][0]) for event in events] == [14, 14, 14]
        clock.advance(0.3)
        registers = await socket.notification("em1data:2")
        assert [*registers["params"]] == ["ts", "em1data:0", "em1data:1", "em1data:2"]


async def test_a_fast_clock_pushes_every_minute_but_does_not_flood() -> None:
    async with meter(SimClock(NOON, rate=6000.0)) as device, socket_to(device) as socket:
        await socket.call("Sys.GetStatus")
        stamps: list[int] = []
        frames = 0
        async with asyncio.timeout(300):
            while len(stamps) < 60:
                frame = await socket.receive()
                frames += "em:0" in frame["params"]
                stamps += [event["ts"] for event in frame["params"].get("events", [])]
    assert stamps == [stamps[0] + 60 * index for index in range(len(stamps))]
    assert frames <= 8


async def test_what_is_no_request_is_ignored(device: PretendMeter) -> None:
    async with socket_to(device) as socket:
        for text in ("{", "[1]", "3", '{"id":1}'):
            await socket.connection.send(text)
        await socket.connection.send(b"\x00")
        assert (await socket.call("Sys.GetStatus"))["mac"] == device.identity.mac


async def test_pings_are_answered(device: PretendMeter) -> None:
    async with socket_to(device) as socket:
        await (await socket.connection.ping())


async def test_a_long_request_in_pieces_is_understood(device: PretendMeter) -> None:
    async with socket_to(device) as socket:
        text = json.dumps({"id": 1, "src": "test", "method": "Sys.GetStatus"})
        await socket.connection.send([text[:10], text[10:]])
        assert (await socket.answer(1))["result"]["mac"] == device.identity.mac


async def test_who_does_not_read_is_cut_off(device: PretendMeter) -> None:
    uri = f"ws://{device.address}/rpc"
    async with connect(uri, proxy=None, max_queue=1, close_timeout=0.1) as deaf:
        await deaf.send(json.dumps({"id": 1, "src": "deaf", "method": "Sys.GetStatus"}))
        async with asyncio.timeout(300), socket_to(device) as other:
            while len(device._listener.sessions) > 1:
                device._listener.push("NotifyStatus", {"ts": NOON, "padding": "x" * 100_000})
                await other.call("Sys.GetStatus")


async def test_a_websocket_elsewhere_is_refused(device: PretendMeter) -> None:
    with pytest.raises(InvalidStatus):
        async with connect(f"ws://{device.address}/other", proxy=None):
            pass


async def test_two_meters_live_in_the_same_moment() -> None:
    clock = standing_clock()
    async with (
        meter(clock, mac="A0DD6C000001") as grid,
        meter(clock, mac="A0DD6C000002") as solar,
        socket_to(grid) as one,
        socket_to(solar) as other,
    ):
        clock.advance(1234.5)
        assert await one.call("EM.GetStatus", id=0) == await other.call("EM.GetStatus", id=0)
        assert (await one.call("Sys.GetStatus"))["unixtime"] == NOON + 1234
