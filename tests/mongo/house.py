"""The whole server with a MongoDB: at home, with pretend meters on a fast clock, or elsewhere."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.asking import get
from tests.fakes.clock import FastClock
from tests.house.truth import KnownFeed, expected
from wattledger.composition.service import Service
from wattledger.energy.clock import Clock
from wattledger.energy.meter import MeterId
from wattledger.flow.replica_timing import ReplicaTiming
from wattledger.mongo.connection import Address
from wattledger.settings import Settings
from wattledger.simulator.clock import SimClock
from wattledger.simulator.meter import PretendMeter

RATE = 240.0
START = 1_774_735_200
"""On a quarter-hour: 2026-03-28 22:00 UTC."""
REMEMBERED_S = {"grid": 7_200, "solar": 3_600}
MACS = {"grid": MeterId("A0DD6CA0C27C"), "solar": MeterId("84FCE6367400")}
FEEDS = {"grid": KnownFeed(5), "solar": KnownFeed(6)}
Counter = Callable[[int], tuple[int, int, int, int, int, int]]
"""What a meter counted in the minute that starts then: imported a b c, exported a b c, 0.1 mWh."""
COUNTERS: dict[str, Counter] = {name: feed.registers for name, feed in FEEDS.items()}
NETTINGS = ("phase", "minute", "quarter", "hour")
ENERGIES = ("imported_wh", "exported_wh", "produced_wh", "consumed_wh", "self_consumed_wh")


@dataclass(frozen=True)
class Home:
    """A running server beside its pretend meters."""

    url: str
    clock: SimClock
    folder: Path

    async def until(self, instant: int) -> None:
        while self.clock.now() < instant:
            await asyncio.sleep(0.1)


@asynccontextmanager
async def home(
    folder: Path, address: Address, rate: float = RATE, pace: ReplicaTiming | None = None
) -> AsyncIterator[Home]:
    folder.mkdir(exist_ok=True)
    clock = SimClock(START, rate=rate)
    async with AsyncExitStack() as stack:
        hosts = {}
        for name, since_s in REMEMBERED_S.items():
            meter = PretendMeter(
                feed=FEEDS[name], clock=clock, mac=MACS[name], history_from=START - since_s
            )
            await stack.enter_async_context(meter)
            hosts[name] = meter.address
        url = await stack.enter_async_context(
            serving(address, FastClock(clock), folder, hosts, pace)
        )
        yield Home(url, clock, folder)


@asynccontextmanager
async def serving(
    address: Address,
    clock: Clock | None = None,
    folder: Path | None = None,
    hosts: Mapping[str, str] | None = None,
    pace: ReplicaTiming | None = None,
    meters: Sequence[Mapping[str, object]] = (),
) -> AsyncIterator[str]:
    """The server's address; with hosts by role, or meters as the settings have them, it is at home,
    else elsewhere.
    """
    settings = Settings.model_validate(
        {
            "server": {"port": 0},
            "store": {"path": str((folder or Path("nowhere")) / "books.sqlite")},
            "mongodb": {"uri": address.uri, "database": address.database},
            "meters": [{"name": n, "role": n, "host": h} for n, h in (hosts or {}).items()]
            or meters,
        }
    )
    stop = asyncio.Event()
    url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(Service(settings, clock, pace=pace).run(stop, url.set_result))
        try:
            yield f"{await url}/api/v1"
        finally:
            stop.set()


async def until_true(
    url: str, path: str, true: Callable[[Any], bool], **parameters: str
) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    try:
        async with asyncio.timeout(300):
            while not true(answer := await get(url, path, **parameters)):
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise AssertionError(f"{path} stays {answer}") from None
    return answer


def span_between(start: int, end: int) -> dict[str, str]:
    def text(instant: int) -> str:
        return datetime.fromtimestamp(instant, UTC).isoformat()

    return {"from": text(start), "to": text(end), "resolution": "quarter"}


def assert_is_what_the_meters_counted(
    answer: Any, start: int, end: int, counters: Mapping[str, Counter] = COUNTERS
) -> None:
    """Every quarter of the answer, to the unit, from the meters' own records."""
    by = answer["buckets_netting"]
    assert len(answer["buckets"]["start"]) == (end - start) // 900
    for index, quarter in enumerate(range(start, end, 900)):
        shown = {name: answer["buckets"][name][index] for name in ENERGIES}
        counted = {
            name: {at: counter(at) for at in range(quarter, quarter + 900, 60)}
            for name, counter in counters.items()
        }
        sums = expected(counted["grid"], counted["solar"], by, lambda at: at // 3_600)
        assert shown == pytest.approx({n: e / 10_000 for n, e in sums.items()}, abs=1e-6), quarter
    assert answer["totals"]["coverage_pct"] == 100
