"""Thirty-eight hours of a home that the meters remember: on the books exactly once, whatever
happened to the server.
"""

import asyncio
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.house.server import Server
from tests.house.truth import KnownFeed, expected
from wattledger.simulator.clock import SimClock
from wattledger.simulator.meter import PretendMeter
from wattledger.simulator.quirks import Quirks

HOURS = 38
ZONE = ZoneInfo("Europe/Helsinki")
ENERGIES = ("imported_wh", "exported_wh", "produced_wh", "consumed_wh", "self_consumed_wh")


def hour_of(start: int) -> object:
    wall = datetime.fromtimestamp(start, ZONE)
    return (wall.date(), wall.hour, wall.fold)


async def test_every_quarter_agrees_in_every_netting_after_kills(tmp_path: Path) -> None:
    now = int(time.time() - 60) // 900 * 900
    start = now - HOURS * 3_600
    feeds = {"grid": KnownFeed(1), "solar": KnownFeed(2)}
    clock = SimClock()
    grid = PretendMeter(
        feed=feeds["grid"],
        clock=clock,
        mac="A0DD6CA0C27C",
        history_from=start,
        quirks=Quirks(begins_before_records=3, shows_running_minute=True),
    )
    solar = PretendMeter(
        feed=feeds["solar"],
        clock=clock,
        mac="84FCE6367400",
        history_from=start,
        profile="monophase",
        quirks=Quirks(zero_when_done=True),
    )
    async with grid, solar:
        server = Server(tmp_path, {"grid": grid.address, "solar": solar.address})
        for _ in range(3):
            await server.start()
            await asyncio.sleep(2.0)  # somewhere in the middle of the fetching
            await server.kill()
        await server.start()
        first = datetime.fromtimestamp(start, ZONE).isoformat()
        await server.until_fetched(first, 120)
        await _compare(server, feeds, start, now)
        audit = await server.get("/audit", period="today")
        assert [line["contradicting_records"] for line in audit["meters"]] == [0, 0]
        assert await server.stop() == 0


async def _compare(server: Server, feeds: dict[str, KnownFeed], start: int, end: int) -> None:
    span = {"from": _text(start), "to": _text(end)}
    for netting in ("phase", "minute", "quarter", "hour"):
        answer = await server.get("/energy", resolution="quarter", netting=netting, **span)
        by = answer["buckets_netting"]
        assert by == ("quarter" if netting == "hour" else netting)
        assert len(answer["buckets"]["start"]) == HOURS * 4
        for index, quarter in enumerate(range(start, end, 900)):
            truth = _truth(feeds, quarter, quarter + 900, by)
            shown = {name: answer["buckets"][name][index] for name in ENERGIES}
            assert shown == pytest.approx(truth, abs=1e-6), (netting, quarter)
        totals = {name: answer["totals"][name] for name in ENERGIES}
        assert totals == pytest.approx(_truth(feeds, start, end, netting), abs=1e-6), netting
        assert answer["totals"]["coverage_pct"] == 100.0


def _truth(feeds: dict[str, KnownFeed], start: int, end: int, netting: str) -> dict[str, float]:
    registers = [
        {minute: feed.registers(minute) for minute in range(start, end, 60)}
        for feed in feeds.values()
    ]
    sums = expected(registers[0], registers[1], netting, hour_of)
    return {name: energy / 10_000 for name, energy in sums.items()}


def _text(instant: int) -> str:
    return datetime.fromtimestamp(instant, ZONE).isoformat()
