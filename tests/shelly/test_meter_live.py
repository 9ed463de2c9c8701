"""A sound meter: identity, live power, pushes, counters; both profiles, old and new firmware."""

import asyncio
from typing import Any

import pytest

from tests.shelly.kit import (
    MAC,
    NOON,
    PASSWORD,
    a_minute_passes,
    fetched,
    linked,
    ours,
    pretend,
    running,
)
from wattledger.energy.errors import MeterUnreachable
from wattledger.energy.fault import FaultKind
from wattledger.energy.record import Origin
from wattledger.energy.spans import Span
from wattledger.simulator.clock import SimClock
from wattledger.simulator.feeds.synthetic import ConstantFeed
from wattledger.simulator.quirks import Quirks

KINDS: dict[str, dict[str, Any]] = {
    "triphase": {},
    "monophase": {"profile": "monophase"},
    "0.14": {"firmware": "0.14.2"},
    "1.1 mixed numbers": {"firmware": "1.1.0", "quirks": Quirks(number_style="mixed")},
    "2.0": {"firmware": "2.0.0"},
    "protected 1.7": {"password": PASSWORD},
    "protected 1.7 monophase": {"password": PASSWORD, "profile": "monophase"},
    "protected 2.0": {"password": PASSWORD, "firmware": "2.0.0"},
    "protected 2.0.1": {"password": PASSWORD, "firmware": "2.0.1"},
    "protected 2.0 monophase": {
        "password": PASSWORD,
        "firmware": "2.0.0",
        "profile": "monophase",
    },
}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_meter_is_known_read_heard_and_paged(kind: str) -> None:
    options = KINDS[kind]
    feed = ConstantFeed((1000.0, 250.0, -50.0))
    async with pretend(feed=feed, **options) as device:
        meter = ours(device, options.get("password"))
        async with linked(meter) as heard:
            (identity,) = heard.identities
            assert identity.meter == MAC
            assert identity.firmware == device.firmware
            assert identity.profile == device.profile
            reading = await meter.read_power(60.0)
            assert reading.active_power_w == pytest.approx(1200.0)
            assert [phase.active_power_w for phase in reading.phases] == [1000.0, 250.0, -50.0]
            assert reading.meter == MAC
            assert reading.at == NOON + 30

            await a_minute_passes(device, heard)
            (entry,) = heard.entries
            assert entry.origin is Origin.PUSHED
            assert entry.record.start == NOON
            truth = feed.minute(NOON)
            assert entry.record[2:5] == tuple(phase.imported_dmwh for phase in truth)
            assert entry.record[5:8] == tuple(phase.exported_dmwh for phase in truth)
            assert entry.detail is not None
            assert entry.detail.max_power_w == (1000.0, 250.0, -50.0)
            assert heard.counters[0].at == NOON + 60

            entries = await fetched(meter, Span(NOON - 600, NOON + 60))
            assert [e.record.start for e in entries] == list(range(NOON - 600, NOON + 60, 60))
            assert entries[-1].record == entry.record
            assert {e.origin for e in entries} == {Origin.FETCHED}
            notes = [FaultKind.FIRMWARE_OLD] if kind == "0.14" else []
            assert [fault.kind for fault in meter.faults] == notes


@pytest.mark.parametrize("profile", ["triphase", "monophase"])
async def test_counters_agree_with_the_records(profile: str) -> None:
    async with pretend(profile=profile) as device:
        meter = ours(device)
        async with linked(meter) as heard:
            before = await meter.read_counters()
            await a_minute_passes(device, heard)
            device.clock.advance(5)
            after = await meter.read_counters()
    assert before.at == NOON
    assert after.at == NOON + 60
    assert heard.counters == [after]
    gained = [new - old for new, old in zip(after.values_dmwh, before.values_dmwh, strict=True)]
    assert gained == pytest.approx(list(heard.entries[0].record[2:]), abs=100)


async def test_counters_are_not_read_while_they_move() -> None:
    """The first seconds of a minute are waited out."""
    async with pretend(SimClock(NOON + 60, rate=1.0)) as device:
        meter = ours(device, counters_settle_s=0.4)
        async with linked(meter):
            counters = await meter.read_counters()
            into_minute_s = device.clock.now() % 60
    assert counters.at == NOON + 60
    assert into_minute_s >= 0.4


async def test_counters_answered_in_another_minute_are_asked_again() -> None:
    async with pretend() as device:
        meter = ours(device)
        async with linked(meter), asyncio.TaskGroup() as group:
            device.answer_slowly(2.0, "EMData.GetStatus")
            counters = group.create_task(meter.read_counters())
            await asyncio.sleep(0.05)
            device.clock.advance(60)
            device.answer_slowly(0.0, "EMData.GetStatus")
        assert counters.result().at == NOON + 60


async def test_both_channels_of_time_agree() -> None:
    async with pretend() as device:
        meter = ours(device, off_s=-100.0)
        async with linked(meter):
            assert meter.clock_offset_s == pytest.approx(100.0, abs=1.0)
            reading = await meter.read_power(60.0)
            assert reading.at == NOON + 30 - 100
            assert reading.received_s == NOON + 30


async def test_a_late_answer_is_nobodys() -> None:
    async with pretend(feed=ConstantFeed((1.0, 1.0, 1.0))) as device:
        meter = ours(device)
        async with linked(meter) as heard:
            device.answer_slowly(0.15, "EM.GetStatus")
            with pytest.raises(MeterUnreachable, match=r"within 0\.05 s"):
                await meter.read_power(0.05)
            reading = await meter.read_power(60.0)
            assert reading.active_power_w == pytest.approx(3.0)
            assert heard.reasons == []


async def test_the_deadline_covers_the_wait_for_another_poll() -> None:
    async with pretend() as device:
        meter = ours(device)
        async with linked(meter):
            device.answer_slowly(3600, "EM.GetStatus")
            first = asyncio.create_task(meter.read_power(3600))
            await asyncio.sleep(0)
            with pytest.raises(MeterUnreachable, match=r"within 0\.05 s"):
                await meter.read_power(0.05)
            assert not first.done()
            first.cancel()


async def test_nothing_is_read_without_a_connection() -> None:
    async with pretend() as device:
        meter = ours(device)
        for ask in (
            meter.read_power(60.0),
            meter.read_counters(),
            meter.stored_spans(),
            fetched(meter, Span(NOON - 60, NOON)),
        ):
            with pytest.raises(MeterUnreachable, match="not connected"):
                await ask
        assert meter.clock_offset_s is None
        assert [fault.kind for fault in meter.faults] == [FaultKind.CONNECTING]


async def test_slow_history_does_not_delay_the_poll() -> None:
    async with pretend() as device:
        meter = ours(device)
        async with linked(meter):
            device.answer_slowly(3600, "EMData.GetData")
            pages = asyncio.create_task(fetched(meter, Span(NOON - 360, NOON)))
            for _ in range(20):
                await meter.read_power(60.0)
                await asyncio.sleep(0.01)
            assert not pages.done()
            pages.cancel()


async def test_a_stop_leaves_no_connection_behind() -> None:
    async with pretend() as device:
        meter = ours(device)
        async with running(meter) as heard:
            await heard.until_connected()
        assert heard.reasons == ["stopped"]
        with pytest.raises(MeterUnreachable):
            await meter.read_power(60.0)


async def test_errors_of_the_meter_come_with_the_reading() -> None:
    async with pretend() as device:
        meter = ours(device)
        device.show_errors("em:0", ["phase_sequence"])
        async with linked(meter):
            assert (await meter.read_power(60.0)).errors == ("phase_sequence",)
