"""Many homes on one MongoDB: `python -m bench.mongo_sites [HOMES]`.

Each home catches up a day in batches, then posts minute by minute as the product does: one insert a
meter, its live document, its lease now and then; as fast as the server takes them from a few
connections at once. Then homes are asked at random.
"""

import asyncio
import os
import random
import sys
import time
from dataclasses import dataclass

from bench.api_questions import Taken
from bench.mongo_server import mongod, used_bytes
from bench.ten_years import calendar
from tests.fakes.assigned import assigned
from wattledger.energy.meter import MeterId, MeterLabel, Role
from wattledger.energy.netting import Netting
from wattledger.energy.record import MinuteRecord
from wattledger.energy.site import Site
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.replica_reader import Replica
from wattledger.mongo.books import MongoBooks
from wattledger.mongo.connection import Address, Database, connected
from wattledger.mongo.writer import MongoWriter

START = 1_772_323_200
"""2026-03-01 00:00 UTC."""
DAY_S, LIVE_MINUTES = 86_400, 15
AT_ONCE = 4
LABELS = (MeterLabel.of("mains", Role.GRID), MeterLabel.of("solar", Role.SOLAR))


class Now:
    """A day after the start; what is measured is measured by the machine's own clock."""

    def now_s(self) -> float:
        return float(START + DAY_S + 60 * LIVE_MINUTES)

    def monotonic_s(self) -> float:
        return time.monotonic()


@dataclass(slots=True)
class Count:
    records: int = 0
    operations: int = 0


def meters_of(home: int) -> tuple[MeterId, MeterId]:
    return MeterId(f"A0{home:09X}0"), MeterId(f"A0{home:09X}1")


def records_of(home: int, meter: int, start: int, minutes: int) -> list[MinuteRecord]:
    """Plausible sizes: a base load, an appliance, the sun."""
    chance = random.Random(home * 2 + meter)
    base = chance.randrange(30_000, 90_000)
    records = []
    for at in range(start, start + 60 * minutes, 60):
        noise = [chance.randrange(9_000) for _ in range(3)]
        bought = [base + noise[0], base // 2 + noise[1], noise[2]] if meter == 0 else [0, 0, 0]
        sold = [0, 0, 0] if meter == 0 else [2 * base + value for value in noise]
        records.append(MinuteRecord(at, 60, *bought, *sold))
    return records


async def catch_up(database: Database, home: int, count: Count) -> None:
    writer = MongoWriter(database, f"home-{home:06}", "Europe/Helsinki", Now())
    await writer.take()
    for number, meter in enumerate(meters_of(home)):
        records = records_of(home, number, START, DAY_S // 60)
        for first in range(0, len(records), 1_000):
            await writer.append(meter, records[first : first + 1_000])
            count.operations += 1
        count.records += len(records)
    count.operations += 4
    await writer.release()


async def live_minute(writer: MongoWriter, home: int, minute: int, count: Count) -> None:
    for number, meter in enumerate(meters_of(home)):
        record = records_of(home, number, START + DAY_S + 60 * minute, 1)
        await writer.append(meter, record)
        await writer.put_power([])
    count.records += 2
    count.operations += 4


async def in_turns(database: Database, homes: int) -> None:
    count, began = Count(), time.monotonic()
    queue = iter(range(homes))

    async def work() -> None:
        for home in queue:
            await catch_up(database, home, count)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(work())
    _tell("catching up a day", count, time.monotonic() - began)


async def live(database: Database, homes: int) -> None:
    count = Count()
    writers = [
        MongoWriter(database, f"home-{home:06}", "Europe/Helsinki", Now()) for home in range(homes)
    ]
    for writer in writers:
        await writer.take()
    began = time.monotonic()
    queue = iter([(home, minute) for minute in range(LIVE_MINUTES) for home in range(homes)])

    async def work() -> None:
        for home, minute in queue:
            await live_minute(writers[home], home, minute, count)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(AT_ONCE):
            tasks.create_task(work())
    _tell("minute by minute", count, time.monotonic() - began)
    for writer in writers:
        await writer.release()


def _tell(what: str, count: Count, took_s: float) -> None:
    print(
        f"{what:20}{count.records / took_s:10.0f} records/s"
        f"{count.operations / took_s:10.0f} operations/s"
    )


async def ask(database: Database, homes: int) -> None:
    chance, times_s = random.Random(3), []
    for _ in range(100):
        history = history_of(database, chance.randrange(homes))
        await history.query("2026-03-01")
        began = time.monotonic()
        await history.of_period("2026-03-01", None, None)
        times_s.append(time.monotonic() - began)
    taken = Taken.of(times_s)
    print(f"a day of any home   {taken.p50_ms:10.1f} ms p50{taken.p95_ms:10.1f} ms p95")


def history_of(database: Database, home: int) -> EnergyService:
    grid, solar = meters_of(home)
    assignment = assigned((grid,), (solar,))
    site = Site("Home", calendar(), Netting.QUARTER, LABELS)
    books = MongoBooks(database, f"home-{home:06}", site, lambda: assignment, Now())
    return EnergyService(site, None, Now(), lambda: assignment, Replica(books, None, Now()))


async def _measure(address: Address, homes: int) -> None:
    async with connected(address) as database:
        await in_turns(database, homes)
        await live(database, homes)
        await ask(database, homes)


def main() -> int:
    homes = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    print(f"{homes} homes of two meters")
    with mongod() as server:
        asyncio.run(_measure(Address(server.uri, "bench", "home"), homes))
        with server.client() as client:
            records = homes * 2 * (DAY_S // 60 + LIVE_MINUTES)
            print(f"{used_bytes(client, 'bench') / records:.2f} B a record")
    print(f"load of the machine while measuring: {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
