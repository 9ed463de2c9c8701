"""The first evening: what is being fetched is told as that, from the first moment to the last."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.asking import get, new_client
from tests.house.inside import serving
from tests.house.truth import KnownFeed
from wattledger.simulator.clock import SimClock
from wattledger.simulator.meter import PretendMeter

START = 1_774_734_000 + 600
DAYS = 2
PAGE_S = 0.002
ON_THEIR_WAY = 130
"""Minutes: a commit that is on the books and not counted yet, or the other way; and new ones."""


def epoch(text: str | None) -> float | None:
    return None if text is None else datetime.fromisoformat(text).timestamp()


def meter(clock: SimClock, seed: int, mac: str) -> PretendMeter:
    begin = START // 60 * 60 - DAYS * 86_400
    return PretendMeter(feed=KnownFeed(seed), clock=clock, mac=mac, history_from=begin)


@asynccontextmanager
async def listening(url: str) -> AsyncIterator[list[str | None]]:
    """Each `booked_to` that the stream tells."""
    told: list[str | None] = []

    async def listen() -> None:
        async with (
            new_client() as client,
            client.stream("GET", f"{url}/power/stream", timeout=None) as stream,
        ):
            name = ""
            async for line in stream.aiter_lines():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: ") and name == "minute":
                    told.append(json.loads(line.removeprefix("data: "))["booked_to"])

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(listen())
        yield told
        task.cancel()


async def watched(url: str, until_fetched: int) -> list[dict[str, Any]]:
    """Every answer about the meters until so many minutes of each were fetched, or all."""
    seen: list[dict[str, Any]] = []
    async with asyncio.timeout(300):
        while True:
            meters = (await get(url, "/meters"))["meters"]
            seen += meters
            if all(
                m["fetched_minutes"] and m["fetched_minutes"] + 1 >= until_fetched for m in meters
            ):
                return seen
            await asyncio.sleep(0.02)


def minutes_of(gap: dict[str, str]) -> float:
    start, end = epoch(gap["start"]), epoch(gap["end"])
    assert start is not None
    assert end is not None
    return (end - start) / 60


def check(seen: list[dict[str, Any]]) -> None:
    """No outage, and progress that goes one way and adds up."""
    assert {gap["reason"] for m in seen for gap in m["missing"]} <= {"being fetched"}
    for name in ("grid", "solar"):
        own = [m for m in seen if m["name"] == name and m["fetching_since"] is not None]
        assert own, "somebody saw it at work"
        assert len({m["fetching_since"] for m in own}) == 1
        fetched = [m["fetched_minutes"] for m in own]
        assert fetched == sorted(fetched)
        assert all(m["to_fetch_minutes"] == sum(map(minutes_of, m["missing"])) > 0 for m in own)
        totals = [m["fetched_minutes"] + m["to_fetch_minutes"] for m in own]
        # How many commits end between the books' answer and the count is for the machine to say.
        assert max(totals) - min(totals) <= min(totals) / 2


async def test_what_is_fetched_is_told_from_the_first_moment_also_over_a_restart(
    tmp_path: Path,
) -> None:
    clock = SimClock(START)
    grid, solar = meter(clock, 3, "A0DD6C000001"), meter(clock, 4, "A0DD6C000002")
    async with grid, solar:
        for one in (grid, solar):
            one.answer_slowly(PAGE_S, "EMData.GetData")
        meters, minutes = {"grid": grid, "solar": solar}, DAYS * 1_440
        async with serving(tmp_path, clock, meters) as url, listening(url) as told:
            first = await watched(url, minutes // 3)
            check(first)
        booked = max(m["fetched_minutes"] for m in first)
        async with serving(tmp_path, clock, meters) as url, listening(url) as told_later:
            early = (await get(url, "/meters"))["meters"]
            assert {gap["reason"] for m in early for gap in m["missing"]} <= {"being fetched"}
            check(await watched(url, minutes - booked - ON_THEIR_WAY))
            async with asyncio.timeout(300):
                while any(
                    m["to_fetch_minutes"] or m["missing"] or m["fetching_since"]
                    for m in (await get(url, "/meters"))["meters"]
                ):
                    await asyncio.sleep(0.05)
            async with asyncio.timeout(300):
                while not told_later or (epoch(told_later[-1]) or 0) < START - START % 60 - 60:
                    await asyncio.sleep(0.05)
        for events in (told, told_later):
            known = [at for text in events if (at := epoch(text)) is not None]
            assert known == sorted(known)
