"""The online copy of a home: what posts to it, and what questions see of it. MongoDB's driver is
loaded here, and only where it is needed.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from wattledger.composition.home_parts import HomeParts
from wattledger.composition.home_prices import HomePrices
from wattledger.flow.cost_posting import CostPosting
from wattledger.flow.meter_service import Posting
from wattledger.flow.publish_power import publish_power
from wattledger.flow.reconcile import ReconciledBooks
from wattledger.flow.replica_check import ReplicaCheck
from wattledger.flow.replica_losses import Lacks
from wattledger.flow.replica_reader import Replica
from wattledger.flow.replica_timing import ReplicaTiming
from wattledger.flow.replication_state import ReplicationState
from wattledger.flow.replicator import Replicator
from wattledger.settings import MongoSettings

if TYPE_CHECKING:
    from wattledger.mongo.connection import Database

BOUNDS_KEPT_S = 300.0
"""How long the copy's first and newest minute are remembered where the local books know the newest.
"""


class HomeReplica(NamedTuple):
    """Who posts and who is asked, and what is to run for that."""

    posting: Posting
    works: dict[str, Callable[[], Awaitable[object]]]


@asynccontextmanager
async def connected_to(settings: MongoSettings) -> "AsyncIterator[Database]":
    from wattledger.mongo.connection import Address, connected

    uri = settings.uri.get_secret_value()
    async with connected(Address(uri, settings.database, settings.site_id)) as database:
        yield database


def online_of(
    core: HomeParts,
    settings: MongoSettings,
    database: "Database",
    pace: ReplicaTiming,
    prices: HomePrices,
) -> HomeReplica:
    """Questions ask the copy first, and what is booked is posted to it, with what it costs."""
    from wattledger.mongo.books import MongoBooks
    from wattledger.mongo.daily_costs import MongoCosts
    from wattledger.mongo.writer import MongoWriter

    site, clock, registry = core.site, core.clock, core.registry
    here, outbox, site_id = core.store.books, core.store.outbox, settings.site_id
    books = partial(MongoBooks, database, site_id, site, registry.assignment, clock)
    there = books(bounds_kept_s=BOUNDS_KEPT_S)
    writer = MongoWriter(database, site_id, site.calendar.zone_name, clock, site.roles)
    state = ReplicationState(clock, Lacks(clock))
    replica_check = ReplicaCheck(site, here, there, outbox, writer, clock, state.lacks)
    asked = books(replica_check.met, BOUNDS_KEPT_S)
    copy = Replica(asked, outbox.holds, clock, replica_check, pace)
    both = ReconciledBooks(site, here, there)
    there_costs = MongoCosts(database, site_id, site.calendar.zone_name)
    costs = CostPosting(prices.local, prices.days, prices.spot, prices.tables, there_costs)
    texts = tuple(table.text for table in prices.tables)
    replicator = Replicator(
        outbox,
        writer,
        lambda: replace(registry.manifest(), tariffs=texts),
        both,
        replica_check,
        state,
        core.booked,
        core.steps,
        pace,
        costs if texts else None,
    )
    tell = partial(publish_power, core.board, replicator, writer)
    return HomeReplica(
        Posting(replicator, copy), {"replicator": replicator.run, "power told": tell}
    )
