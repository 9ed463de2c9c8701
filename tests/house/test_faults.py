"""Hours of pretend life with everything going wrong in turn: the books equal the meters' own
memory.
"""

import asyncio
import csv
import io
from datetime import datetime
from pathlib import Path

import pytest

from tests.asking import get, new_client
from tests.house.inside import iso, serving
from tests.house.truth import KnownFeed
from wattledger.simulator.clock import SimClock
from wattledger.simulator.meter import PretendMeter

RATE = 240.0
START = 1_774_734_000 + 600
"""2026-03-28 23:50 in Helsinki: the night in which its clocks go forward follows."""


async def remembered(meter: PretendMeter, end: int) -> dict[int, tuple[float, float]]:
    """What the meter itself says it counted up to `end`, by its own CSV: imported, exported, Wh."""
    async with new_client() as client:
        text = (
            await client.get(
                f"http://{meter.address}/emdata/0/data.csv",
                params={"ts": 0, "end_ts": end - 60, "add_keys": "true"},
            )
        ).text
    rows = {}
    for row in csv.DictReader(io.StringIO(text)):
        imported = sum(float(row[f"{phase}_total_act_energy"]) for phase in "abc")
        exported = sum(float(row[f"{phase}_total_act_ret_energy"]) for phase in "abc")
        rows[int(row["timestamp"])] = (round(imported, 4), round(exported, 4))
    return {start: energies for start, energies in rows.items() if start < end}


async def booked(url: str, start: int, end: int) -> dict[int, tuple[float, float]]:
    """The grid meter's minutes on the books, imported and exported, Wh."""
    found = {}
    for first in range(start, end, 3_600 * 12):
        answer = await get(
            url,
            "/energy",
            resolution="minute",
            netting="phase",
            **{"from": iso(first), "to": iso(min(first + 3_600 * 12, end))},
        )
        buckets = answer["buckets"]
        for text, imported, exported in zip(
            buckets["start"], buckets["imported_wh"], buckets["exported_wh"], strict=True
        ):
            if imported is not None:
                found[int(datetime.fromisoformat(text).timestamp())] = (imported, exported)
    return found


async def test_after_every_fault_the_books_equal_the_meters_memory(tmp_path: Path) -> None:
    clock = SimClock(START, rate=RATE)
    grid = PretendMeter(
        feed=KnownFeed(5), clock=clock, mac="A0DD6CA0C27C", history_from=START - 7_200
    )
    solar = PretendMeter(
        feed=KnownFeed(6), clock=clock, mac="84FCE6367400", history_from=START - 3_600
    )
    async with grid, solar, serving(tmp_path, clock, {"grid": grid, "solar": solar}) as url:
        for trouble in (
            grid.drop_connections,
            solar.drop_connections,
            grid.half_frame,
            lambda: solar.garble_replies("array"),
            lambda: grid.push_garbage("binary"),
            lambda: grid.answer_wrong_ids(3),
            lambda: solar.fail_calls(503, times=2),
            lambda: grid.fail_calls(-108, times=2, method="EMData.GetData"),
            lambda: grid.stop_pushing(stopped=True),
        ):
            await asyncio.sleep(1.5)
            trouble()
        await asyncio.sleep(1.5)
        await grid.recover()
        await grid.reboot(down_s=90.0)
        await solar.refuse_connections()
        await asyncio.sleep(3.0)
        await solar.refuse_connections(refused=False)
        await _complete(url, clock)
        end = int(clock.now()) // 60 * 60 - 300
        truth = await remembered(grid, end)
        on_books = await booked(url, START - 7_200, end)
        assert on_books == truth
        assert sum(imported for imported, _ in truth.values()) > 0
        solar_truth = await remembered(solar, end)
        totals = (
            await get(
                url,
                "/energy",
                netting="phase",
                resolution="day",
                **{"from": iso(START - 7_200), "to": iso(end)},
            )
        )["totals"]
        produced = sum(imported for imported, _ in solar_truth.values())
        assert totals["produced_wh"] == pytest.approx(produced, abs=1e-4)
        for line in (await get(url, "/audit", period="all"))["meters"]:
            assert line["contradicting_records"] == 0


async def _complete(url: str, clock: SimClock) -> None:
    """Until the meters have nothing left that the books lack; holes of their own stay."""
    since = clock.now()
    async with asyncio.timeout(300):
        while True:
            meters = (await get(url, "/meters"))["meters"]
            if all(
                meter["to_fetch_minutes"] == 0
                and datetime.fromisoformat(meter["booked_to"]).timestamp() > since
                and all(gap["reason"] != "outage" for gap in meter["missing"])
                for meter in meters
            ):
                return
            await asyncio.sleep(0.2)
