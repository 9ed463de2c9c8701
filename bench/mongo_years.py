"""Ten years of two meters, posted from a store and then asked: `python -m bench.mongo_years`.

`--years N` for another number of them; `--keep FOLDER` leaves the database there, and asks the one
that lies there already, so that asking need not wait for posting. The posting is the product's own,
from a copy of the benchmark's books; the questions go over a kept connection, as a phone's do, and
the history's share of it stands beside.
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from bench import ten_years
from bench.api_house import NoDesk, tune
from bench.api_questions import QUESTIONS, measured
from bench.kept import serving
from bench.mongo_server import mongod, used_bytes
from tests.mongo.server import ReplicaSet
from wattledger.energy.home_quantities import Roles
from wattledger.energy.meter import MeterLabel, Role
from wattledger.energy.netting import Netting
from wattledger.energy.site import Site
from wattledger.flow.app_state import AppState
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.live_power import LiveBoard
from wattledger.flow.notifier import Notifier
from wattledger.flow.reconcile import ReconciledBooks
from wattledger.flow.replica_check import ReplicaCheck
from wattledger.flow.replica_losses import Lacks
from wattledger.flow.replica_ports import SiteManifest
from wattledger.flow.replica_reader import Replica
from wattledger.flow.replication_state import ReplicationState
from wattledger.flow.replicator import Replicator
from wattledger.mongo.books import MongoBooks
from wattledger.mongo.connection import Address, connected
from wattledger.mongo.writer import MongoWriter
from wattledger.store.store import open_store

RUNS = 80
BUDGETS_MS = {
    "a day by quarter": 15.0,
    "a month by day": 15.0,
    "a year by month": 15.0,
    "all by year": 40.0,
}
POSTED = "bench_posted"
"""A collection that says that all is posted."""
LABELS = (MeterLabel.of("mains", Role.GRID), MeterLabel.of("solar", Role.SOLAR))


class AtTheEnd:
    """The books' now; what is measured is measured by the machine's own clock."""

    def now_s(self) -> float:
        return float(ten_years.END)

    def monotonic_s(self) -> float:
        return time.monotonic()


async def _post(site: Site, file: Path, address: Address) -> int:
    """Everything in the store; how many records."""
    clock = AtTheEnd()
    async with open_store(file, site.calendar, Roles()) as store, connected(address) as database:
        await store.journal.assign(ten_years.HOME)
        while await store.journal.maintain(clock.now_s()):
            pass
        writer = MongoWriter(database, address.site_id, ten_years.ZONE, clock)
        names = {"mains": ten_years.MAINS, "solar": ten_years.PLANT}
        manifest = SiteManifest(site, ten_years.HOME, {}, names)
        books = MongoBooks(database, address.site_id, site, lambda: ten_years.HOME, clock)
        both = ReconciledBooks(site, store.books, books)
        state = ReplicationState(clock, Lacks(clock))
        replica_check = ReplicaCheck(
            site, store.books, books, store.outbox, writer, clock, state.lacks
        )
        replicator = Replicator(
            store.outbox,
            writer,
            lambda: manifest,
            both,
            replica_check,
            state,
            Notifier(),
            ClockSteps(clock),
        )
        most = 0
        async with asyncio.TaskGroup() as tasks:
            posting = tasks.create_task(replicator.run())
            while replicator.state.words != "up to date":
                most = max(most, sum(store.outbox.waiting().values()))
                await asyncio.sleep(0.1)
                if not replicator.state.ok:
                    raise SystemExit(replicator.state.words)
            posting.cancel()
        return most


async def _ask(site: Site, address: Address) -> int:
    over = 0
    clock = AtTheEnd()
    async with connected(address) as database:
        books = MongoBooks(database, "home", site, lambda: ten_years.HOME, clock)
        history = EnergyService(
            site, None, clock, lambda: ten_years.HOME, Replica(books, None, clock)
        )
        board = LiveBoard(LABELS, clock, site.poll_interval_s)
        app_state = AppState(site, clock, board, history, NoDesk())
        print(f"{'':20}{'p50 ms':>10}{'p95 ms':>10}{'history':>10}{'budget':>10}")
        async with serving(app_state) as ask:
            for question in QUESTIONS:
                found = await measured(app_state, ask, question, RUNS)
                taken, budget = found.kept, BUDGETS_MS.get(question.name)
                mark = "  over" if budget is not None and taken.p50_ms > budget else ""
                over |= bool(mark)
                figures = (taken.p50_ms, taken.p95_ms, found.history.p50_ms)
                columns = "".join(f"{figure:10.1f}" for figure in figures)
                shown = "" if budget is None else f"{budget:g}"
                print(f"{question.name:20}{columns}{shown:>10}{mark}")
    return over


def main() -> int:
    words = argparse.ArgumentParser(prog="bench mongo_years")
    words.add_argument("--years", type=int, default=10)
    words.add_argument("--keep", type=Path, metavar="FOLDER")
    given = words.parse_args()
    site = Site("Bench", ten_years.calendar(), Netting.QUARTER, LABELS)
    with mongod(given.keep) as server:
        address = Address(server.uri, f"bench_{given.years}", "home")
        if not _is_posted(server, address):
            _build(server, site, given.years, address)
        tune()
        over = asyncio.run(_ask(site, address))
    print(f"load of the machine while measuring: {os.getloadavg()[0]:.1f}")
    return over


def _is_posted(server: ReplicaSet, address: Address) -> bool:
    with server.client() as client:
        return client[address.database][POSTED].find_one() is not None


def _build(server: ReplicaSet, site: Site, years: int, address: Address) -> None:
    with tempfile.TemporaryDirectory() as folder:
        books = Path(folder) / "books"
        shutil.copyfile(ten_years.books_of(years), books)
        began = time.monotonic()
        records = asyncio.run(_post(site, books, address))
        took_s = time.monotonic() - began
    with server.client() as client:
        per_record = used_bytes(client, address.database) / records
        client[address.database][POSTED].insert_one({})
    print(f"{records} records posted in {took_s:.0f} s, {records / took_s:.0f} a second")
    print(f"{per_record:.2f} B a record, days included")


if __name__ == "__main__":
    sys.exit(main())
