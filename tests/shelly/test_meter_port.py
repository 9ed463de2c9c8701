"""What a meter is to the flow: the same tests for ours, before a pretend meter on a socket, and for
the one in which the simulated weeks are lived.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from tests.house.truth import KnownFeed
from tests.shelly.kit import LABEL, MAC, NOON, Heard, ours, pretend, running
from tests.simulation.device import Device
from tests.simulation.line import MeterLine
from tests.simulation.world import ServerClock, World
from wattledger.energy.errors import MeterUnreachable
from wattledger.energy.meter import MeterId
from wattledger.energy.record import MinuteRecord, Origin
from wattledger.energy.spans import Span
from wattledger.flow.ports import Meter

FEED = KnownFeed(5)
REMEMBERED_S = 7_200


@dataclass
class Stage:
    """A meter that has counted since `first`; the minute that runs began at `now`."""

    meter: Meter
    now: int
    heard: Heard

    @property
    def first(self) -> int:
        return self.now - REMEMBERED_S

    def counted(self, *spans: Span) -> list[MinuteRecord]:
        starts = [start for span in spans for start in range(span.start, span.end, 60)]
        return [MinuteRecord(start, 60, *FEED.registers(start)) for start in starts]

    async def given(self, *spans: Span) -> list[MinuteRecord]:
        pages = [page async for page in self.meter.records(spans)]
        entries = [entry for page in pages for entry in page]
        assert all((one.meter, one.origin) == (MAC, Origin.FETCHED) for one in entries)
        return [entry.record for entry in entries]


@asynccontextmanager
async def on_a_socket() -> AsyncIterator[Stage]:
    async with pretend(feed=FEED) as device:
        meter = ours(device)
        async with running(meter) as heard:
            yield Stage(meter, NOON, heard)


@asynccontextmanager
async def pretended() -> AsyncIterator[Stage]:
    world = World(1, lambda: 30.0)
    device = Device(world, LABEL, MeterId(MAC), 5)
    now = int(world.now) // 60 * 60
    device.remember(now - REMEMBERED_S, now)
    meter = MeterLine(device, ServerClock(world))
    async with running(meter) as heard:
        yield Stage(meter, now, heard)


@pytest.fixture(params=[on_a_socket, pretended], ids=["shelly", "pretended"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    async with request.param() as stage:
        await stage.heard.until_connected()
        yield stage


async def test_it_says_who_it_is_and_what_time_it_has(stage: Stage) -> None:
    assert stage.heard.identities[0].meter == MAC
    assert stage.meter.label == LABEL
    offset_s = stage.meter.clock_offset_s
    assert offset_s is not None
    assert abs(offset_s) < 2
    assert stage.meter.phases == ("a", "b", "c")
    assert not stage.meter.faults


async def test_it_lists_what_it_has(stage: Stage) -> None:
    (span,) = await stage.meter.stored_spans()
    assert span.start == stage.first
    assert stage.now <= span.end <= stage.now + 60


@pytest.mark.parametrize("minutes", [1, 7, 61, 200])
async def test_it_gives_what_it_counted_in_order(stage: Stage, minutes: int) -> None:
    span = Span(stage.first, min(stage.first + 60 * minutes, stage.now))
    assert await stage.given(span) == stage.counted(span)


async def test_it_gives_several_spans_and_nothing_beside_them(stage: Stage) -> None:
    spans = [Span(stage.first + 600, stage.first + 720), Span(stage.now - 120, stage.now)]
    assert await stage.given(*spans) == stage.counted(*spans)
    assert await stage.given() == []
    assert await stage.given(Span(stage.first - 6_000, stage.first)) == []


async def test_a_minute_that_runs_is_not_given(stage: Stage) -> None:
    given = await stage.given(Span(stage.now - 120, stage.now + 6_000))
    assert given == stage.counted(Span(stage.now - 120, stage.now))


async def test_its_counters_stand_at_the_end_of_a_record(stage: Stage) -> None:
    counters = await stage.meter.read_counters()
    assert counters.at == stage.now
    assert all(value >= 0 for value in counters.values_dmwh)


async def test_without_a_connection_nothing_is_to_be_had(stage: Stage) -> None:
    assert stage.heard.task is not None
    stage.heard.task.cancel()
    await asyncio.wait({stage.heard.task})
    calls: list[Any] = [stage.meter.read_counters(), stage.meter.read_power(1.0)]
    for call in calls:
        with pytest.raises(MeterUnreachable):
            await call
