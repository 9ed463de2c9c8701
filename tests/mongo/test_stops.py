"""MongoDB stops and starts at random while meters run: every quarter is what they counted."""

import asyncio
import random
from pathlib import Path
from uuid import uuid4

import pytest

from tests.asking import get
from tests.mongo.house import (
    FEEDS,
    MACS,
    NETTINGS,
    REMEMBERED_S,
    START,
    Home,
    assert_is_what_the_meters_counted,
    home,
    span_between,
    until_true,
)
from tests.mongo.kit import posting_home, stored_documents, stored_records, until
from tests.mongo.server import ReplicaSet
from tests.variant import variant
from wattledger.flow.replica_timing import ReplicaTiming
from wattledger.flow.replication_plan import LATE_WAITS_S
from wattledger.mongo.connection import Address

FIRST = START - min(REMEMBERED_S.values())
RUNS_S, STOPS = 1_800, 4
RATE = 480.0


LESS_PATIENT = ReplicaTiming(
    retry_s=(0.1, 0.2, 0.5), late_waits_s=1.0, left_alone_s=0.5, deadline_s=1.0
)
"""Real seconds, in which hours of the pretend world go by."""


@pytest.mark.parametrize("nodes", ["mongod", variant("trio")])
async def test_stopped_and_started_at_random_while_meters_run(
    tmp_path: Path, request: pytest.FixtureRequest, nodes: str
) -> None:
    servers: ReplicaSet = request.getfixturevalue(nodes)
    address = Address(servers.uri, f"wattledger_{uuid4().hex[:12]}", "home")
    async with home(tmp_path / "home", address, RATE, LESS_PATIENT) as app_state:
        await come_and_go(servers, app_state, random.Random(11))
        end = int(app_state.clock.now()) // 900 * 900 - 1_800
        app_state.clock.set_rate(20.0)
        await assert_every_quarter(app_state, end)
        site = await until_true(
            app_state.url, "/site", lambda site: site["mongodb"]["quota_used_pct"] is not None
        )
        assert 0 < site["mongodb"]["quota_used_pct"] < 1
        assert site["mongodb"]["years_left"] > 40
    await post_the_rest(app_state.folder, address)
    with servers.client() as client:
        documents = stored_documents(client, address.database)
        client.drop_database(address.database)
    for name, feed in FEEDS.items():
        records = [r for r in stored_records(documents, MACS[name]) if r.start < end]
        since = START - REMEMBERED_S[name]
        assert [record.start for record in records] == list(range(since, end, 60))
        assert all(tuple(record[2:]) == feed.registers(record.start) for record in records)


async def come_and_go(servers: ReplicaSet, app_state: Home, dice: random.Random) -> None:
    """Kills or stops a server, again and again; history goes on from the local books meanwhile."""
    asked = span_between(FIRST, START - 900)
    await until_true(
        app_state.url, "/energy", lambda a: a["totals"]["coverage_pct"] == 100, **asked
    )
    stops = 0
    while app_state.clock.now() < START + RUNS_S or stops < STOPS:
        await asyncio.sleep(dice.uniform(0.05, 0.5))
        member = dice.choice(servers.members)
        await asyncio.to_thread(dice.choice((member.kill, member.stop)))
        stops += 1
        await asyncio.sleep(dice.uniform(0.05, 0.3))
        answer = await get(app_state.url, "/energy", **asked)
        assert answer["source"] == "local" or len(servers.members) > 1
        assert_is_what_the_meters_counted(answer, FIRST, START - 900)
        await asyncio.to_thread(member.start)
        await asyncio.to_thread(servers.wait_for_primary)


async def assert_every_quarter(app_state: Home, end: int) -> None:
    asked = span_between(FIRST, end)
    await until_true(
        app_state.url, "/energy", lambda answer: answer["source"] == "mongodb", **asked
    )
    for netting in NETTINGS:
        answer = await get(app_state.url, "/energy", netting=netting, **asked)
        assert answer["source"] == "mongodb"
        assert_is_what_the_meters_counted(answer, FIRST, end)


async def post_the_rest(folder: Path, address: Address) -> None:
    """Late minutes, an hour later."""
    async with posting_home(folder / "books.sqlite", address) as rest:
        rest.clock.wall_s = START + 100_000
        async with rest.posting():
            await until(lambda: rest.replicator.state.words.startswith("up to date"))
            rest.clock.advance(LATE_WAITS_S + 1)
            rest.booked.ring()
            await rest.posted()
