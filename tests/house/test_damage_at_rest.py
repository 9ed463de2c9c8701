"""A number that changes on the disk under the running server is never told, and comes back by
itself.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.asking import get
from tests.house.inside import serving
from tests.house.test_faults import booked, remembered
from tests.house.truth import KnownFeed
from wattledger.simulator.clock import SimClock
from wattledger.simulator.meter import PretendMeter

RATE = 240.0
START = 1_774_734_000 + 600
HOUR = START // 3_600 * 3_600 - 2 * 3_600
"""An hour that is booked whole, of which a minute is damaged."""


async def until(url: str, path: str, holds: Callable[[Any], bool]) -> Any:
    async with asyncio.timeout(300):
        while True:
            answer = await get(url, path)
            if holds(answer):
                return answer
            await asyncio.sleep(0.05)


def is_fetched(answer: Any) -> bool:
    """All that the meters remember is booked; a minute that was pushed may be there before."""
    return all(
        not m["to_fetch_minutes"]
        and not m["missing"]
        and m["booked_from"]
        and datetime.fromisoformat(m["booked_from"]).timestamp() < HOUR
        for m in answer["meters"]
    )


def is_damaged(answer: Any) -> bool:
    grid = next(m for m in answer["meters"] if m["name"] == "grid")
    return "damaged_minutes" in {fault["kind"] for fault in grid["faults"]}


def has_no_damage(answer: Any) -> bool:
    reasons = {gap["reason"] for m in answer["meters"] for gap in m["missing"]}
    return not is_damaged(answer) and "damaged" not in reasons


def tells_of_damage(answer: Any) -> bool:
    return "store_damaged" in {fault["kind"] for fault in answer["faults"]}


async def test_a_minute_that_changed_on_the_disk(tmp_path: Path) -> None:
    clock = SimClock(START, rate=RATE)
    grid = PretendMeter(
        feed=KnownFeed(5), clock=clock, mac="A0DD6CA0C27C", history_from=START - 5 * 3_600
    )
    solar = PretendMeter(
        feed=KnownFeed(6), clock=clock, mac="84FCE6367400", history_from=START - 5 * 3_600
    )
    meters = {"grid": grid, "solar": solar}
    async with grid, solar, serving(tmp_path, clock, meters) as url:
        await until(url, "/meters", is_fetched)
        before = await booked(url, HOUR, HOUR + 3_600)
        assert len(before) == 60
        await grid.refuse_connections()  # so that it stays damaged until it was looked at
        _change(tmp_path / "books.sqlite", HOUR + 17 * 60)
        assert await booked(url, HOUR, HOUR + 3_600) == {}
        around = await booked(url, HOUR - 3_600, HOUR + 2 * 3_600)
        assert len(around) == 120
        answer = await until(url, "/meters", is_damaged)
        gaps = next(m["missing"] for m in answer["meters"] if m["name"] == "grid")
        assert "damaged" in {gap["reason"] for gap in gaps}
        await until(url, "/health", tells_of_damage)
        await grid.refuse_connections(refused=False)
        await until(url, "/meters", has_no_damage)
        assert await booked(url, HOUR, HOUR + 3_600) == before
        end = HOUR + 2 * 3_600
        truth = await remembered(grid, end)
        assert await booked(url, START - 5 * 3_600, end) == truth


def _change(path: Path, start: int) -> None:
    with closing(sqlite3.connect(path, timeout=30)) as file:
        number = file.execute("SELECT number FROM meters WHERE meter = 'A0DD6CA0C27C'").fetchone()
        key = (start // 60 << 8) | number[0]
        changed = file.execute(
            "UPDATE minutes SET imported_a_dmwh = imported_a_dmwh + 16384 WHERE key = ?", (key,)
        )
        assert changed.rowcount == 1
        file.commit()
