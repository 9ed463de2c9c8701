"""The registers move once a minute, by exactly what the minute's record says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulator.kit import NOON, meter, result, standing_clock
from wattledger.simulator.clock import SimClock
from wattledger.simulator.feeds.synthetic import SineFeed
from wattledger.simulator.memory.core import Core
from wattledger.simulator.memory.counters import Counters, shown_wh
from wattledger.simulator.memory.history import Era
from wattledger.simulator.meter import PretendMeter


async def registers(device: PretendMeter) -> dict[str, float]:
    shown: dict[str, float] = await result(device, "EMData.GetStatus", id=0)
    return shown


async def test_they_stand_still_within_a_minute_and_move_with_its_record() -> None:
    clock = standing_clock(NOON + 1)
    async with meter(clock, history_from=NOON - 3600) as device:
        before = await registers(device)
        clock.advance(59.6)
        assert await registers(device) == before
        clock.advance(0.1)
        after = await registers(device)
        [block] = (await result(device, "EMData.GetData", id=0, ts=NOON))["data"]
        row = block["values"][0]
        for index, phase in enumerate("abc"):
            for offset, name in ((0, "total_act_energy"), (2, "total_act_ret_energy")):
                moved = after[f"{phase}_{name}"] - before[f"{phase}_{name}"]
                assert moved == pytest.approx(row[16 * index + offset], abs=0.01)


async def test_they_begin_with_what_they_are_given() -> None:
    counters = Counters([10_000, 20_050, 30_000], [0, 1, 5_000_000])
    async with meter(counters=counters, history_from=NOON - 3600) as device:
        assert await registers(device) == {
            "id": 0,
            "a_total_act_energy": 1,
            "a_total_act_ret_energy": 0,
            "b_total_act_energy": 2,
            "b_total_act_ret_energy": 0,
            "c_total_act_energy": 3,
            "c_total_act_ret_energy": 500,
            "total_act": 6,
            "total_act_ret": 500,
        }
    assert counters.imported_dmwh == [10_000, 20_050, 30_000]


async def test_after_days_they_agree_with_the_sum_of_the_records_to_a_count() -> None:
    clock = standing_clock(NOON)
    feed = SineFeed()
    async with meter(clock, feed=feed) as device:
        clock.advance(2 * 86_400.0 + 1)
        shown = await registers(device)
        minutes = [feed.minute(NOON + 60 * index) for index in range(2 * 1440)]
        for index, phase in enumerate("abc"):
            imported = sum(minute[index].imported_dmwh for minute in minutes)
            exported = sum(minute[index].exported_dmwh for minute in minutes)
            assert shown[f"{phase}_total_act_energy"] == shown_wh(imported)
            assert shown[f"{phase}_total_act_ret_energy"] == shown_wh(exported)


async def test_a_reset_zeroes_them_and_keeps_the_history() -> None:
    clock = standing_clock(NOON + 1)
    counters = Counters([10_000_000] * 3, [10_000] * 3)
    async with meter(clock, counters=counters, history_from=NOON - 600) as device:
        await result(device, "EMData.ResetCounters", id=0)
        assert set((await registers(device)).values()) == {0}
        [block] = (await result(device, "EMData.GetRecords", id=0))["data_blocks"]
        assert block["records"] == 10


@settings(deadline=None)
@given(st.integers(0, 59_999), st.lists(st.integers(1, 400_000), min_size=1, max_size=12))
def test_however_often_it_is_asked_the_sum_is_that_of_the_records(
    begin_ms: int, steps_ms: list[int]
) -> None:
    clock = SimClock(NOON + begin_ms / 1000, rate=0.0)
    feed = SineFeed()
    core = Core(feed, clock, memory_days=1.0)
    core.open_era(Era("triphase", core.true_ms(), 0, 60))
    for step_ms in steps_ms:
        clock.advance(step_ms / 1000)
        core.settle()
    records = [record for run in core.runs() for record in core.records_of(run)]
    for phase in range(3):
        imported = sum(record.phases[phase].imported_dmwh for record in records)
        assert core.registers.imported_dmwh[phase] == imported
