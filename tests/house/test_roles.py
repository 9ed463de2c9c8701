"""A home of everything, by pretend meters through the real server: two plants, a battery that is
charged from the mains and from the sun, two parts of the home, a meter shared by three names, and
two meters at the mains of which one lacks minutes. Every sum by hand.
"""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from tests.asking import get, new_client
from tests.house.inside import iso, serving
from wattledger.simulator.clock import SimClock
from wattledger.simulator.feed import PhaseMinute
from wattledger.simulator.meter import PretendMeter

BEGIN = 1_774_735_200 - 3_600
"""2026-03-28 23:00 in Helsinki: the last hour of a day, of which nothing else is booked."""
END = BEGIN + 3_600
NOW = END + 270
WH = 10_000

Phases = tuple[float, float, float]
"""Wh a minute, below zero where the meter counts it as exported."""
Stretch = tuple[int, Phases]
"""For so many minutes."""


class TableFeed:
    """Stretches from BEGIN on, of which the last goes on for ever."""

    def __init__(self, *stretches: Stretch) -> None:
        self._minutes = list(chain.from_iterable([wh] * count for count, wh in stretches))

    def _at(self, at: float) -> Phases:
        return self._minutes[min(int(at - BEGIN) // 60, len(self._minutes) - 1)]

    def minute(self, start: int) -> tuple[PhaseMinute, PhaseMinute, PhaseMinute]:
        a, b, c = (
            PhaseMinute(round(max(wh, 0) * WH), round(max(-wh, 0) * WH), wh * 60, wh * 60)
            for wh in self._at(start)
        )
        return a, b, c

    def power_w(self, at: float) -> tuple[float, float, float]:
        a, b, c = (wh * 60 for wh in self._at(at))
        return a, b, c


#           quarter 1: night   quarter 2: sun          3: sun comes out             4: evening
MAINS = TableFeed(
    (15, (14, 0, 0)), (15, (4, -10, 0)), (5, (12, 0, 0)), (10, (-9, 0, 0)), (15, (-6, 0, 0)),
    (1, (4, -10, 0)),
)  # fmt: skip
ANNEX = TableFeed((30, (2, 0, 0)), (30, (1, 0, 0)), (1, (2, 0, 0)))
"""Of its last seven minutes nothing is on the books."""
ROOF = TableFeed((15, (-1, 0, 0)), (15, (4, 4, 4)), (15, (2, 2, 2)), (15, (1, 0, 0)),
                 (1, (4, 4, 4)))  # fmt: skip
"""Draws one Wh a minute at night."""
BATTERY = TableFeed((15, (10, 0, 0)), (15, (3, 0, 0)), (5, (-4, 0, 0)), (10, (1, 0, 0)),
                    (15, (-9, 0, 0)), (1, (3, 0, 0)))  # fmt: skip
"""Its meter counts what it gives as exported."""
SHARED = TableFeed((15, (0, 3, 0)), (15, (-5, 3, 7)), (15, (-4, 3, 0)), (15, (0, 3, -1)),
                   (1, (-5, 3, 7)))  # fmt: skip
"""Phase a is the plant on the shed, counted as exported; b the heat pump; c the car, which gives
back a little in the end.
"""

#                               quarter:    1     2     3     4
# mains + annex, by record           Wh/min 16    -4    13,-8 -5 (8 of 15 minutes)
# roof + shed, by record                    -1    17    10    1
# battery                                   -10   -3    4,-1  9
# used: mains + plants + battery, where     6     10    27,1  5
#   a plant that draws made nothing
WORDS = ("imported", "exported", "produced", "discharged", "charged", "consumed", "self_consumed",
         "self_supplied")  # fmt: skip
QUARTERS = {
    "imported": (240, 0, 0, 0),
    "exported": (0, 60, 15, 40),
    "produced": (0, 255, 150, 15),
    "discharged": (0, 0, 10, 135),
    "charged": (150, 45, 0, 0),
    "consumed": (90, 150, 145, 8 * 5),
    # produced - exported: 17 - 4 a minute; 150 - 15; of the last quarter 8 x (1 - 5).
    "self_consumed": (0, 195, 135, -32),
    # consumed - imported: what was charged at night was bought.
    "self_supplied": (-150, 150, 145, 40),
}
TOTALS = {
    # Of phases: mains a buys 4 while b sells 10 (quarter 2); the annex buys while the mains sell.
    # own use 105 + (5 x 10 + 10 x (10 - 9)) + 8 x (1 - 6), own supply -150 + 60 + (5 x 14) + 32.
    "phase": (240 + 90 + 75 + 8, 150 + 90 + 48, 420, 155, 205, 425, 125, 12),
    # Quarter 3: bought 5 x 13, then sold 10 x 8; given 5 x 4, then charged 10 x 1; own use
    # 5 x 10 + 10 x (10 - 8), own supply 5 x (27 - 13) + 10 x 1.
    "minute": (240 + 65, 60 + 80 + 40, 420, 155, 205, 425, 195 + 70 - 32, -150 + 150 + 80 + 40),
    "quarter": tuple(sum(QUARTERS[word]) for word in WORDS),
    # 240 - 60 - 15 - 40 = 125 bought; -15 + 255 + 150 + 15 = 405 made, 398 of it in common
    # minutes; -150 - 45 + 10 + 135 = 50 charged, 113 in common minutes; 125 + 398 - 113 used.
    "hour": (125, 0, 405, 0, 50, 410, 398, 410 - 125),
}
LOADS = {"heat pump": 60 * 3, "car": 15 * 7 - 15}


@asynccontextmanager
async def pretended(clock: SimClock) -> AsyncIterator[list[Mapping[str, object]]]:
    """Its meters, as the settings have them."""
    feeds = {"mains": MAINS, "annex": ANNEX, "roof": ROOF, "battery": BATTERY, "shared": SHARED}
    async with AsyncExitStack() as stack:
        at = {}
        for number, (name, feed) in enumerate(feeds.items(), 1):
            meter = PretendMeter(
                feed=feed, clock=clock, mac=f"A0DD6C00000{number}", history_from=BEGIN,
                profile="monophase" if name == "shared" else None,
            )  # fmt: skip
            await stack.enter_async_context(meter)
            at[name] = meter
        at["annex"].lose_history(END - 7 * 60, END)
        yield settings({name: meter.address for name, meter in at.items()})


@asynccontextmanager
async def home(folder: Path) -> AsyncIterator[str]:
    """Its API, once all that there is to fetch is booked; the clock stands still."""
    clock = SimClock(NOW, rate=0)
    async with pretended(clock) as meters, serving(folder, clock, meters) as url:
        await until_booked(url, END + 240)
        yield url


def settings(hosts: Mapping[str, str]) -> list[Mapping[str, object]]:
    negative, shared = {"production": "negative"}, {"host": hosts["shared"]}
    return [
        {"name": "mains", "role": "grid", "host": hosts["mains"]},
        {"name": "annex", "role": "grid", "host": hosts["annex"]},
        {"name": "roof", "role": "solar", "host": hosts["roof"]},
        {"name": "shed", "role": "solar", "phases": ["a"], **negative, **shared},
        {"name": "battery", "role": "battery", "host": hosts["battery"], **negative},
        {"name": "heat pump", "role": "load", "phases": ["b"], **shared},
        {"name": "car", "role": "load", "phases": ["c"], **shared},
    ]


async def until_booked(url: str, to: int) -> None:
    """Everything, and read."""
    async with asyncio.timeout(300):
        while True:
            meters = (await get(url, "/meters"))["meters"]
            power = await get(url, "/power")
            are_live = all(meter["state"] == "live" for meter in power["meters"])
            if are_live and all(is_booked(meter, to) for meter in meters):
                return
            await asyncio.sleep(0.1)


def is_booked(meter: Mapping[str, Any], to: int) -> bool:
    booked_to = meter["booked_to"]
    is_there = booked_to is not None and datetime.fromisoformat(booked_to).timestamp() == to
    return is_there and not meter["to_fetch_minutes"]


async def test_every_sum_in_all_four_nettings(tmp_path: Path) -> None:
    async with home(tmp_path) as url:
        for netting in ("phase", "minute", "quarter", "hour"):
            for question in (spanned("quarter"), spanned("hour"), spanned("minute"), "2026-03-28"):
                found = await asked(url, question, netting)
                assert told(found["totals"]) == pytest.approx(
                    dict(zip(WORDS, TOTALS[netting], strict=True))
                ), (netting, question)
                # 53 of 60 minutes; of a day the books have its last hour.
                is_day = isinstance(question, str)
                assert shares(found["totals"]) == (
                    (3.68, 3.68, 4.17, 4.17) if is_day else (88.33, 88.33, 100, 100)
                )
                loads = found["totals"]["loads"]
                assert {one["name"]: one["consumed_wh"] for one in loads} == LOADS
                assert {one["coverage_pct"] for one in loads} == {4.17 if is_day else 100}


async def test_columns_power_and_meters(tmp_path: Path) -> None:
    async with home(tmp_path) as url:
        by_quarter = await asked(url, spanned("quarter"), "quarter")
        its_columns(by_quarter)
        await as_csv(url, by_quarter)
        its_power(await get(url, "/power"))
        its_meters((await get(url, "/meters"))["meters"])


def spanned(resolution: str) -> dict[str, str]:
    return {"from": iso(BEGIN), "to": iso(END), "resolution": resolution}


async def asked(url: str, question: str | Mapping[str, str], netting: str) -> dict[str, Any]:
    if isinstance(question, str):
        return dict(await get(url, f"/energy/{question}", netting=netting))
    return dict(await get(url, "/energy", netting=netting, **question))


def told(totals: Mapping[str, Any]) -> dict[str, float]:
    return {word: totals[f"{word}_wh"] for word in WORDS}


def shares(totals: Mapping[str, Any]) -> tuple[float, ...]:
    names = ("coverage_pct", "grid_coverage_pct", "solar_coverage_pct", "battery_coverage_pct")
    return tuple(totals[name] for name in names)


def its_columns(by_quarter: Mapping[str, Any]) -> None:
    totals, columns = by_quarter["totals"], by_quarter["buckets"]
    # 298 of the 413 that were made in common minutes; 185 of 425.
    assert (totals["self_consumption_pct"], totals["self_sufficiency_pct"]) == (72.15, 43.53)
    for word, values in QUARTERS.items():
        assert columns[f"{word}_wh"] == pytest.approx(list(values)), word
    assert [load["consumed_wh"] for load in columns["loads"]] == [[45] * 4, [0, 105, 0, -15]]
    assert columns["grid_coverage_pct"] == columns["coverage_pct"] == [100, 100, 100, 53.33]


def its_power(power: Mapping[str, Any]) -> None:
    """As in the second quarter: 60 times its Wh a minute."""
    of_roles = [power[f"{name}_w"] for name in ("grid", "solar", "battery", "home")]
    assert of_roles == [-240, 1_020, -180, 600]
    parts = {one["name"]: one["active_power_w"] for one in power["loads"]}
    assert parts == {"heat pump": 180, "car": 420}


def its_meters(meters: Sequence[Mapping[str, Any]]) -> None:
    """One entry a meter, by the name of its first source."""
    assert [one["name"] for one in meters] == ["mains", "annex", "roof", "shed", "battery"]
    assert [(one["name"], one["phases"]) for one in meters[3]["sources"]] == [
        ("shed", ["a"]),
        ("heat pump", ["b"]),
        ("car", ["c"]),
    ]
    assert [len(one["missing"]) for one in meters] == [0, 1, 0, 0, 0]


async def as_csv(url: str, by_quarter: Mapping[str, Any]) -> None:
    """A column a direction and a column a part, with its name; the day's last hour."""
    async with new_client() as client:
        answer = await client.get(f"{url}/energy/2026-03-28.csv", params={"resolution": "quarter"})
    rows = list(csv.DictReader(io.StringIO(answer.text)))[-4:]
    for word in WORDS:
        assert numbers(rows, f"{word}_wh") == by_quarter["buckets"][f"{word}_wh"]
    (pump,) = (name for name in rows[0] if "heat pump" in name)
    assert numbers(rows, pump) == [45] * 4


def numbers(rows: Sequence[Mapping[str, str]], name: str) -> list[float]:
    return [float(row[name]) for row in rows]
