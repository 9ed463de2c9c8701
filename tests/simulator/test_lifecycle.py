"""Starting and stopping leaves nothing behind."""

import asyncio

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.simulator.kit import NOON, get, meter, result, socket_to, standing_clock
from wattledger.simulator.identity import Identity


def tasks_of_meters() -> list[str]:
    """The names of the functions of pretend meters that are still at work."""
    names = [getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks()]
    return [name for name in names if name.startswith(("Listener", "Pusher", "Ws", "_Actions"))]


async def test_a_stop_frees_the_port_and_ends_every_task() -> None:
    device = meter()
    await device.start()
    async with socket_to(device) as socket:
        await socket.call("Sys.GetStatus")
        device.answer_slowly(60.0, "EM.GetStatus")
        await socket.send("EM.GetStatus", id=0)
        await socket.call("Sys.GetStatus")
        assert "WsSession._reply" in tasks_of_meters()
        await device.stop()
        with pytest.raises(ConnectionClosed):
            await socket.receive()
    assert tasks_of_meters() == []
    with pytest.raises(httpx.ConnectError):
        await get(device, "/shelly")


async def test_a_meter_may_be_given_its_port() -> None:
    async with meter() as first:
        port = first.port
    again = meter()
    await again.start(port=port)
    async with again:
        assert again.address == f"127.0.0.1:{port}"
        assert (await get(again, "/shelly")).status_code == 200


async def test_a_stop_during_a_reboot_is_orderly() -> None:
    async with meter() as device:
        await result(device, "Shelly.Reboot")
        await asyncio.sleep(0)
        assert "_Actions._restart" in tasks_of_meters()
        device.clock.advance(1.0)
        await asyncio.sleep(0.01)
    assert tasks_of_meters() == []


async def test_a_boot_later_than_the_history_leaves_a_part_of_its_minute() -> None:
    clock = standing_clock(NOON + 601)
    async with meter(clock, history_from=NOON, started_at=NOON + 90) as device:
        [block] = (await result(device, "EMData.GetRecords", id=0))["data_blocks"]
        assert block == {"ts": NOON, "period": 60, "records": 10}
        page = await result(device, "EMData.GetData", id=0, ts=NOON, end_ts=NOON + 60)
        whole, part = (row[0] for row in page["data"][0]["values"])
        assert 0 < part < whole
        assert (await result(device, "Sys.GetStatus"))["uptime"] == 511


@pytest.mark.parametrize("mac", ["a0dd6ca0c27c", "A0:DD:6C:A0:C2:7C", "A0DD6C"])
def test_a_mac_has_twelve_digits(mac: str) -> None:
    with pytest.raises(ValueError, match="MAC"):
        Identity(mac)


def test_other_models_and_impossible_profiles_are_refused() -> None:
    with pytest.raises(ValueError, match="model"):
        Identity("A0DD6CA0C27C", model="SHEM-3")
    with pytest.raises(ValueError, match="monophase"):
        meter(firmware="1.0.8", profile="monophase")
