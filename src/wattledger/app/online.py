"""The online copy of a home: what posts to it, and what questions see of it. MongoDB's driver is
loaded here, and only where it is needed.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from wattledger.app.core import Core
from wattledger.flow.both import BothBooks
from wattledger.flow.copy import Copy
from wattledger.flow.desk import Posting
from wattledger.flow.lack import Lacks
from wattledger.flow.pace import Pace
from wattledger.flow.post import Poster
from wattledger.flow.post_state import PostState
from wattledger.flow.recount import Recount
from wattledger.flow.tell import tell_power
from wattledger.settings import MongoSettings

if TYPE_CHECKING:
    from wattledger.mongo.connection import Database

BOUNDS_KEPT_S = 300.0
"""How long the copy's first and newest minute are remembered where the local books know the newest.
"""


class Online(NamedTuple):
    """Who posts and who is asked, and what is to run for that."""

    posting: Posting
    works: dict[str, Callable[[], Awaitable[object]]]


@asynccontextmanager
async def connected_to(settings: MongoSettings) -> "AsyncIterator[Database]":
    from wattledger.mongo.connection import Address, connected

    uri = settings.uri.get_secret_value()
    async with connected(Address(uri, settings.database, settings.site_id)) as database:
        yield database


def online_of(core: Core, settings: MongoSettings, database: "Database", pace: Pace) -> Online:
    """Questions ask the copy first, and what is booked is posted to it."""
    from wattledger.mongo.reader import MongoBooks
    from wattledger.mongo.writer import MongoWriter

    site, clock, registry = core.site, core.clock, core.registry
    here, outbox, site_id = core.store.books, core.store.outbox, settings.site_id
    books = partial(MongoBooks, database, site_id, site, registry.assignment, clock)
    there = books(bounds_kept_s=BOUNDS_KEPT_S)
    writer = MongoWriter(database, site_id, site.calendar.zone_name, clock)
    state = PostState(clock, Lacks(clock))
    recount = Recount(site, here, there, outbox, writer, clock, state.lacks)
    asked = books(recount.met, BOUNDS_KEPT_S)
    copy = Copy(asked, outbox.holds, clock, recount, pace)
    both = BothBooks(site, here, there)
    poster = Poster(
        outbox, writer, registry.card, both, recount, state, core.booked, core.steps, pace
    )
    tell = partial(tell_power, core.board, poster, writer)
    return Online(Posting(poster, copy), {"post": poster.run, "tell": tell})
