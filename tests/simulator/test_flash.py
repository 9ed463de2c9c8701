"""A pretend meter that is started again goes on as if it had never stopped."""

from pathlib import Path
from typing import Any

import pytest

from tests.simulator.kit import NOON, meter, result, standing_clock
from wattledger.simulator.clock import SimClock
from wattledger.simulator.feeds.synthetic import SineFeed
from wattledger.simulator.memory.counters import Counters


async def shown(at: float, **options: Any) -> tuple[Any, Any, Any]:
    async with meter(standing_clock(at), **options) as device:
        return (
            await result(device, "EMData.GetStatus", id=0),
            await result(device, "EMData.GetRecords", id=0),
            (await result(device, "Sys.GetStatus"))["uptime"],
        )


def read(path: Path) -> str:
    return path.read_text()


def write(path: Path, text: str) -> None:
    path.write_text(text)


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.fixture
def flash(tmp_path: Path) -> Path:
    return tmp_path / "meter.json"


async def test_missed_hours_are_counted_as_if_it_had_run(flash: Path) -> None:
    begin: dict[str, Any] = {"history_from": NOON - 600, "counters": Counters([7] * 3, [9] * 3)}
    clock = standing_clock(NOON + 17)
    async with meter(clock, state_path=flash, **begin):
        clock.advance(100.0)
    kept = await shown(NOON + 9000, state_path=flash)

    clock = standing_clock(NOON + 17)
    async with meter(clock, **begin) as device:
        clock.advance(9000.0 - 17)
        assert kept[0] == await result(device, "EMData.GetStatus", id=0)
        assert kept[1] == await result(device, "EMData.GetRecords", id=0)
        assert kept[2] == (await result(device, "Sys.GetStatus"))["uptime"]


async def test_a_process_that_was_killed_loses_no_count(flash: Path) -> None:
    clock = standing_clock(NOON)
    async with meter(clock, state_path=flash):
        clock.advance(3600.0)
        at_the_kill = read(flash)
    in_order = await shown(NOON + 7200, state_path=flash)
    write(flash, at_the_kill)
    assert await shown(NOON + 7200, state_path=flash) == in_order


async def test_holes_resets_and_profiles_are_remembered(flash: Path) -> None:
    clock = standing_clock(NOON)
    async with meter(clock, history_from=NOON - 600, state_path=flash) as device:
        device.lose_history(NOON - 300, NOON - 180)
        await device.switch_profile("monophase")
        clock.advance(120.0)
        await device.switch_profile("triphase")
        clock.advance(3600.0)
        device.reset_counters()
        before = (
            await result(device, "EMData.GetStatus", id=0),
            await result(device, "EMData.GetRecords", id=0),
        )
    assert (await shown(clock.now(), state_path=flash))[:2] == before


async def test_a_state_from_the_future_is_not_taken(flash: Path) -> None:
    async with meter(standing_clock(NOON + 3600), state_path=flash):
        pass
    counters, records, uptime = await shown(NOON, state_path=flash)
    assert (counters["total_act"], records["data_blocks"], uptime) == (0, [], 0)


async def test_a_broken_state_is_not_taken(flash: Path) -> None:
    write(flash, '{"saved_at":')
    assert (await shown(NOON, state_path=flash))[2] == 0


async def test_without_a_file_nothing_is_kept(tmp_path: Path) -> None:
    clock = SimClock(NOON, rate=0.0)
    async with meter(clock, feed=SineFeed()):
        clock.advance(60.0)
    assert names_in(tmp_path) == []
