"""The whole server with pretend meters and a MongoDB that comes and goes; and one elsewhere."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.house.truth import KnownFeed
from tests.mongo.kit import posting_home, stored_documents, stored_records, until
from tests.mongo.server import ReplicaSet
from wattledger.app import serve
from wattledger.energy.meter import MeterId
from wattledger.flow import post_plan
from wattledger.flow.post_plan import LATE_WAITS_S
from wattledger.mongo.connection import Address
from wattledger.settings import Settings
from wattledger.simulator.clock import SimClock
from wattledger.simulator.meter import PretendMeter

RATE = 240.0
START = 1_774_734_000 + 600
GRID, SOLAR = MeterId("A0DD6CA0C27C"), MeterId("84FCE6367400")


class FastClock:
    """The server lives in the pretend time; what it waits for by the monotonic clock is real."""

    def __init__(self, pretend: SimClock) -> None:
        self._pretend = pretend

    def now_s(self) -> float:
        return self._pretend.now()

    def monotonic_s(self) -> float:
        return asyncio.get_running_loop().time()


@asynccontextmanager
async def serving(
    folder: Path, clock: SimClock, address: Address, meters: dict[str, PretendMeter]
) -> AsyncIterator[str]:
    settings = Settings.model_validate(
        {
            "server": {"port": 0},
            "store": {"path": str(folder / "books.sqlite")},
            "mongodb": {"uri": address.uri, "database": address.database},
            "meters": [{"name": n, "role": n, "host": m.address} for n, m in meters.items()],
        }
    )
    stop = asyncio.Event()
    url: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(serve(settings, stop, url.set_result, clock=FastClock(clock)))
        try:
            yield f"{await url}/api/v1"
        finally:
            stop.set()


async def get(url: str, path: str, **parameters: str) -> Any:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{url}{path}", params=parameters, timeout=20)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def until_true(
    url: str, path: str, true: Callable[[Any], bool], **parameters: str
) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    try:
        async with asyncio.timeout(60):
            while not true(answer := await get(url, path, **parameters)):
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise AssertionError(f"{path} stays {answer}") from None
    return answer


def span_between(start: int, end: int) -> dict[str, str]:
    def text(instant: int) -> str:
        return datetime.fromtimestamp(instant, UTC).isoformat()

    return {"from": text(start), "to": text(end), "resolution": "quarter"}


async def come_and_go(mongod: ReplicaSet, home: str) -> None:
    """Stops and starts MongoDB at random; history goes on from the local books."""
    dice = random.Random(11)
    member = mongod.members[0]
    for _ in range(3):
        await asyncio.sleep(dice.uniform(1.0, 2.5))
        await asyncio.to_thread(dice.choice((member.kill, member.stop)))
        await asyncio.sleep(dice.uniform(0.5, 1.5))
        assert (await get(home, "/energy/all"))["source"] == "local"
        await asyncio.to_thread(member.start)
        await asyncio.to_thread(mongod.wait_for_primary)


async def assert_shows_the_home(elsewhere: str) -> None:
    live = await until_true(elsewhere, "/power", lambda a: a["home_w"] is not None)
    assert [meter["state"] for meter in live["meters"]] == ["live", "live"]
    assert all(0 <= meter["age_s"] < 10 for meter in live["meters"])
    assert (await get(elsewhere, "/site"))["name"] == "Home"
    meters = (await get(elsewhere, "/meters"))["meters"]
    assert [meter["mac"] for meter in meters] == [GRID, SOLAR]
    assert [meter["to_post_minutes"] for meter in meters] == [None, None]
    health = await get(elsewhere, "/health")
    assert [part["name"] for part in health["parts"]] == ["meters", "mongodb"]


@pytest.mark.timeout(180)
async def test_mongodb_stopped_and_started_while_meters_run(
    tmp_path: Path, mongod: ReplicaSet, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A push that is lost on a busy machine comes late, and would wait for company for an hour.
    monkeypatch.setattr(post_plan, "LATE_WAITS_S", 1.0)
    clock = SimClock(START, rate=RATE)
    grid = PretendMeter(feed=KnownFeed(5), clock=clock, mac=GRID, history_from=START - 7_200)
    solar = PretendMeter(feed=KnownFeed(6), clock=clock, mac=SOLAR, history_from=START - 3_600)
    meters = {"grid": grid, "solar": solar}
    (tmp_path / "home").mkdir()
    async with grid, solar, serving(tmp_path / "home", clock, address, meters) as home:
        await come_and_go(mongod, home)
        async with serving(tmp_path, clock, address, {}) as elsewhere:
            await assert_shows_the_home(elsewhere)
            while clock.now() < START + 5_400:
                await asyncio.sleep(0.1)
            end = int(clock.now()) // 900 * 900 - 1_800
            asked = span_between(START + 600, end)
            here = await until_true(home, "/energy", lambda a: a["source"] == "mongodb", **asked)
            there = await get(elsewhere, "/energy", **asked)
            assert there["source"] == "mongodb"
            assert (here["totals"], here["buckets"]) == (there["totals"], there["buckets"])
            assert here["totals"]["grid_coverage_pct"] == 100
        site = await get(home, "/site")
        assert 0 < site["mongodb"]["quota_used_pct"] < 1
        assert site["mongodb"]["years_left"] > 40
        assert all(m["to_post_minutes"] >= 0 for m in (await get(home, "/meters"))["meters"])
    await post_the_rest(tmp_path / "home", address)
    with mongod.client() as client:
        documents = stored_documents(client, address.database)
    for meter, feed, since in ((GRID, KnownFeed(5), 7_200), (SOLAR, KnownFeed(6), 3_600)):
        records = [r for r in stored_records(documents, meter) if r.start < end]
        assert [record.start for record in records] == list(range(START - since, end, 60))
        assert all(tuple(record[2:]) == feed.registers(record.start) for record in records)


async def post_the_rest(folder: Path, address: Address) -> None:
    """Late minutes, an hour later."""
    async with posting_home(folder / "books.sqlite", address) as rest:
        rest.clock.wall_s = START + 100_000
        async with rest.posting():
            await until(lambda: rest.poster.state.words.startswith("up to date"))
            rest.clock.advance(LATE_WAITS_S + 1)
            rest.poster.wake()
            await rest.posted()


async def test_elsewhere_waits_for_a_home_that_is_not_known_yet(
    tmp_path: Path, address: Address, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings.model_validate(
        {
            "server": {"port": 0},
            "store": {"path": str(tmp_path / "books.sqlite")},
            "mongodb": {"uri": address.uri, "database": address.database},
        }
    )
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(serve(settings, stop, lambda _: None))
        await until(lambda: "no server with meters has posted for this home" in caplog.text)
        stop.set()
    assert not (tmp_path / "books.sqlite").exists()
