"""The meter's own clock: off, absent, back again."""

import pytest

from tests.shelly.kit import NOON, eventually, fetched, linked, ours, pretend
from wattledger.energy.errors import MeterUnreachable
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.spans import Span
from wattledger.shelly.meter_clock import MeterClock
from wattledger.simulator.clock import SimClock

NO_TIME = "the meter has no time yet"


@pytest.mark.parametrize("off_s", [-3600.0, 7.5, 86_400.0])
async def test_a_clock_that_is_off_is_seen(off_s: float) -> None:
    async with pretend(clock_off_s=off_s) as device:
        meter = ours(device, off_s=2.0)
        async with linked(meter):
            assert meter.clock_offset_s == pytest.approx(off_s - 2.0, abs=1.0)
            device.clock.advance(4)
            await eventually(lambda: meter.clock_offset_s == pytest.approx(off_s - 2.0, abs=0.01))


async def test_a_meter_without_time_says_so_and_measures() -> None:
    async with pretend() as device:
        await device.reboot(finds_time=False)
        meter = ours(device, ask_time_every_s=0.05)
        async with linked(meter) as heard:
            assert meter.clock_offset_s is None
            assert [*meter.faults] == [Fault(FaultKind.NO_TIME, NO_TIME)]
            assert (await meter.read_power(60.0)).active_power_w is not None
            with pytest.raises(MeterUnreachable, match=NO_TIME):
                await meter.read_counters()
            device.clock.advance(120)
            entries = await fetched(meter, Span(NOON - 120, NOON + 600))
            assert [entry.record.start for entry in entries] == [NOON - 120, NOON - 60]
            assert heard.entries == []

            device.find_time()
            await eventually(lambda: meter.clock_offset_s is not None)
            assert meter.clock_offset_s == pytest.approx(0.0, abs=1.0)
            assert not meter.faults


async def test_a_clock_that_steps_is_followed() -> None:
    async with pretend() as device:
        meter = ours(device, ask_time_every_s=0.05)
        async with linked(meter):
            device.clock.advance(4)
            device.set_clock_off(500.0)
            device.clock.advance(4)
            await eventually(lambda: meter.clock_offset_s == pytest.approx(500.0, abs=1.0))


async def test_pushes_before_the_time_is_known_are_left_out() -> None:
    async with pretend(SimClock(NOON, rate=300.0)) as device:
        await device.reboot(finds_time=False)
        meter = ours(device)
        async with linked(meter) as heard:
            await eventually(lambda: device.core.uptime_s() > 130)
            assert heard.entries == []
            assert heard.counters == []


def test_a_meters_clock_prefers_frames_to_whole_seconds() -> None:
    clock = MeterClock()
    assert clock.now_s(10.0) is None
    clock.told(1_750_000_000, 10.0)
    assert clock.now_s(11.0) == 1_750_000_001
    clock.stamped(1_750_000_002.7, 12.0)
    clock.told(1_750_000_003, 13.0)
    assert clock.now_s(13.0) == pytest.approx(1_750_000_003.7, abs=1e-6)
    clock.told(1_750_000_103, 113.0)
    assert clock.now_s(113.0) == 1_750_000_103


@pytest.mark.parametrize("stamp", [None, 1.61, 1e9, 4e9])
def test_a_stamp_that_is_none_takes_the_time_away(stamp: float | None) -> None:
    clock = MeterClock()
    clock.stamped(1_750_000_000.0, 10.0)
    clock.told(stamp, 20.0)
    assert clock.now_s(20.0) is None
    assert clock.has_no_time
    clock.stamped(1_750_000_030.0, 40.0)
    assert clock.now_s(40.0) == 1_750_000_030
