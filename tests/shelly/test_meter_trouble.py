"""What goes wrong on the way: each ends in a new connection, and never in an old value."""

import asyncio
import logging
from typing import Any

import pytest

from tests.shelly.kit import (
    MAC,
    NOON,
    a_minute_passes,
    eventually,
    fetched,
    linked,
    ours,
    pretend,
    running,
)
from wattledger.energy.errors import MeterError, MeterRefused, MeterUnreachable, ProtocolError
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter_binding import WrongMeter
from wattledger.energy.spans import Span
from wattledger.shelly.backoff import Backoff
from wattledger.simulator.fault_switches import Garbage
from wattledger.simulator.feeds.synthetic import ConstantFeed


async def test_a_cut_connection_comes_back() -> None:
    async with pretend() as device:
        meter = ours(device)
        async with linked(meter) as heard:
            device.drop_connections()
            await heard.until_connected(2)
            assert len(heard.reasons) == 1
            assert (await meter.read_power(60.0)).active_power_w is not None
            assert meter.faults == ()


async def test_a_call_in_flight_ends_with_its_connection() -> None:
    async with pretend() as device:
        meter = ours(device)
        async with linked(meter) as heard:
            device.answer_slowly(3600, "EM.GetStatus")
            async with asyncio.TaskGroup() as group:
                poll = group.create_task(_failure(meter.read_power(3600)))
                await asyncio.sleep(0.05)
                device.drop_connections()
                await heard.until_disconnected()
                async with asyncio.timeout(300):
                    assert isinstance(await poll, MeterUnreachable)


async def _failure(asked: Any) -> Exception | None:
    try:
        await asked
    except MeterError as error:
        return error
    return None


async def test_half_a_frame_is_no_frame() -> None:
    async with pretend() as device:
        meter = ours(device)
        async with linked(meter) as heard:
            device.half_frame()
            assert isinstance(await _failure(meter.read_power(60.0)), MeterError)
            await heard.until_connected(2)
            assert (await meter.read_power(60.0)).active_power_w is not None


@pytest.mark.parametrize("kind", ["text", "array", "number", "binary"])
async def test_garbage_closes_the_connection_and_is_counted(kind: Garbage) -> None:
    async with pretend() as device:
        meter = ours(device)
        async with linked(meter) as heard:
            first = await meter.read_power(60.0)
            device.garble_replies(kind)
            with pytest.raises(ProtocolError):
                await meter.read_power(60.0)
            await heard.until_connected(2)
            assert meter.babble_count == 1
            device.clock.advance(1)
            second = await meter.read_power(60.0)
            assert second.at == first.at + 1
            assert second.phases[0].active_power_w != first.phases[0].active_power_w


async def test_garbage_pushed_closes_the_connection() -> None:
    async with pretend() as device:
        meter = ours(device)
        async with linked(meter) as heard:
            device.push_garbage("array")
            await heard.until_connected(2)
            assert heard.reasons == ["a frame that is no object"]


async def test_an_answer_with_another_id_is_nobodys() -> None:
    async with pretend() as device:
        meter = ours(device)
        async with linked(meter) as heard:
            device.answer_wrong_ids()
            with pytest.raises(MeterUnreachable):
                await meter.read_power(0.1)
            assert (await meter.read_power(60.0)).active_power_w is not None
            assert heard.reasons == []


async def test_a_hanging_meter_is_dropped_by_the_watchdog() -> None:
    async with pretend() as device:
        meter = ours(device, silence_s=0.2)
        async with linked(meter) as heard:
            device.hang()
            await heard.until_disconnected()
            assert heard.reasons == ["silent for 0.2 s"]
            with pytest.raises(MeterUnreachable):
                await meter.read_power(0.1)
            await device.recover()
            await heard.until_connected(2)


async def test_a_closed_port_is_tried_again() -> None:
    async with pretend() as device:
        meter = ours(device)
        async with linked(meter) as heard:
            await device.refuse_connections()
            await eventually(lambda: any("refused" in fault.detail for fault in meter.faults))
            assert len(heard.reasons) == 1
            await device.refuse_connections(refused=False)
            await heard.until_connected(2)


async def test_a_reboot_is_lived_through() -> None:
    async with pretend() as device:
        meter = ours(device)
        async with linked(meter) as heard:
            await device.reboot()
            await heard.until_connected(2)
            assert (await meter.read_power(60.0)).active_power_w is not None


async def test_a_switched_profile_is_found_on_reconnect() -> None:
    feed = ConstantFeed((10.0, 20.0, -5.0))
    async with pretend(feed=feed) as device:
        meter = ours(device)
        async with linked(meter) as heard:
            await device.switch_profile("monophase")
            await heard.until_connected(2)
            assert [identity.profile for identity in heard.identities] == ["triphase", "monophase"]
            reading = await meter.read_power(60.0)
            assert [phase.active_power_w for phase in reading.phases] == [10.0, 20.0, -5.0]
            await a_minute_passes(device, heard)
            await a_minute_passes(device, heard)
            truth = feed.minute(NOON + 60)
            record = heard.entries[-1].record
            assert record.start == NOON + 60
            assert record[2:5] == tuple(phase.imported_dmwh for phase in truth)
            assert record[5:8] == tuple(phase.exported_dmwh for phase in truth)


async def test_a_wrong_meter_is_left_and_tried_again() -> None:
    async with pretend() as device:
        meter = ours(device)
        async with running(meter) as heard:
            heard.refused = "this is the solar meter"
            await heard.until(lambda: heard.refusals >= 2)
            assert [*meter.faults] == [Fault(FaultKind.OTHER_METER, "this is the solar meter")]
            with pytest.raises(MeterUnreachable, match="this is the solar meter"):
                await meter.read_power(60.0)
            heard.refused = None
            await heard.until_connected()
            assert heard.reasons == []
            assert meter.faults == ()


async def test_another_meter_at_the_address_gives_no_records() -> None:
    async with pretend() as device:
        meter = ours(device)
        async with linked(meter):
            device.identity = type(device.identity)("FFEEDDCCBBAA")
            with pytest.raises(MeterUnreachable, match="another meter"):
                await fetched(meter, Span(NOON - 60, NOON))


async def test_states_are_logged_once_and_by_name(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "wattledger")
    async with pretend() as device:
        meter = ours(device)
        async with linked(meter) as heard:
            await device.refuse_connections()
            await heard.until_disconnected()
            await asyncio.sleep(0.3)
            await device.refuse_connections(refused=False)
            await heard.until_connected(2)
    lines = [record.getMessage() for record in caplog.records]
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert all(line.startswith("mains: ") for line in lines)
    assert sum(f"connected to {MAC}" in line for line in lines) == 2
    assert sum("no connection" in line for line in warnings) == 1


def test_each_trouble_has_its_own_wait() -> None:
    meter = ours(pretend(), wrong_meter_s=60.0)
    backoff = Backoff(1.0, 60.0, lambda _, most: most)
    assert meter._wait_s(MeterRefused("wrong password", 300.0), backoff) == 300.0
    assert meter._wait_s(WrongMeter("exchanged"), backoff) == 60.0
    assert meter._wait_s(MeterUnreachable("away"), backoff) == 1.0
    assert meter._wait_s(ProtocolError("garbage"), backoff) == 2.0
    assert meter.babble_count == 1
