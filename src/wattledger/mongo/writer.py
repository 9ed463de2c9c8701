"""The copy's write side: what a home's one writer asks of MongoDB.

A time series has no unique key and no upsert, and its inserts are in no transaction, so whoever
writes asks before each doubtful batch which of its minutes are there: by a majority read in the
session whose majority write renewed the lease.
"""

from collections.abc import Sequence

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.read_concern import ReadConcern

from wattledger.energy.clock import Clock
from wattledger.energy.errors import ReplicaTaken, ReplicaUnreachable
from wattledger.energy.home_quantities import Roles
from wattledger.energy.meter import MeterId
from wattledger.energy.power import MeterNow
from wattledger.energy.record import LATEST_S, MinuteRecord
from wattledger.energy.rollup import DaySums
from wattledger.energy.spans import Span
from wattledger.flow.replica_ports import Claim, SiteManifest, Tally, Usage
from wattledger.mongo import (
    daily_rollups,
    document_validation,
    live_power,
    minute_totals,
    record_bounds,
    site_manifest,
)
from wattledger.mongo.collections import MINUTES, minutes_id, prepare, prepare_for_many
from wattledger.mongo.connection import (
    READ_S,
    WRITE_S,
    Database,
    Document,
    refusal,
    translated,
)
from wattledger.mongo.daily_rollups import DaysOf
from wattledger.mongo.documents import DayFields, bound, minute_document
from wattledger.mongo.lease import Lease
from wattledger.mongo.space_usage import QUOTA_BYTES, usage_of

TALLY_S = 20.0
"""For a month, which takes a fifth of a second where nothing else is done."""


class MongoWriter:
    """ReplicaWriter of one home on one database."""

    def __init__(  # noqa: PLR0913 - whose, of what, and its limits
        self,
        database: Database,
        site_id: str,
        time_zone: str,
        clock: Clock,
        roles: Roles | None = None,
        *,
        append_s: float = WRITE_S,
        quota_bytes: int = QUOTA_BYTES,
    ) -> None:
        self._database = database
        self._site_id = site_id
        self._days = DaysOf(site_id, time_zone, DayFields(roles or Roles()))
        self._clock = clock
        self._lease = Lease(database, site_id, clock)
        self._session: AsyncClientSession | None = None
        self._minutes_id = ""
        self._append_s = append_s
        self._quota_bytes = quota_bytes

    async def take(self) -> Claim:
        await self._end_session()
        async with self._database.trying():
            return await self._take()

    async def _take(self) -> Claim:
        with translated(READ_S):
            await self._database.now.command("ping")
        # Each time: somebody may have dropped them meanwhile.
        self._minutes_id = await prepare(self._database)
        await self._lease.make()
        await prepare_for_many(self._database)
        with translated(None):
            self._session = self._database.client.start_session(causal_consistency=True)
        copy_id, epoch = await self._lease.take(self._session)
        return Claim(f"{copy_id} {self._minutes_id}", epoch)

    async def keep(self) -> int:
        # An insert would make a plain collection where there is none.
        if await minutes_id(self._database) != self._minutes_id:
            raise ReplicaUnreachable("the minutes in MongoDB were removed: all are posted anew")
        if self._session is None or not await self._lease.keep(self._session):
            raise ReplicaTaken("another server has posted for this home in the meantime")
        return self._lease.epoch

    async def release(self) -> None:
        await self._lease.release()
        await self._end_session()

    async def newest(self, meter: MeterId, before: int = LATEST_S) -> int | None:
        # Not cut at now: a clock that was never set would hide what was posted.
        near = Span(min(int(self._clock.now_s()), before), before)
        with translated(READ_S):
            record = await record_bounds.newest(
                self._seen(), self._site_id, meter, near, self._session
            )
        return record.start if record else None

    async def stored(self, meter: MeterId, span: Span) -> set[int]:
        pipeline = [
            {"$match": self._of(meter, span)},
            {"$match": document_validation.MINUTE},
            {"$group": {"_id": None, "starts": {"$addToSet": {"$toLong": "$t"}}}},
        ]
        with translated(READ_S):
            cursor = await self._seen().aggregate(pipeline, session=self._session)
            found = await cursor.to_list()
        return {int(start_ms) // 1000 for row in found for start_ms in row["starts"]}

    async def append(self, meter: MeterId, records: Sequence[MinuteRecord]) -> None:
        documents = [minute_document(self._site_id, meter, record) for record in records]
        # A command, since insert_many would give each record an _id that nobody needs.
        command = {
            "insert": MINUTES,
            "documents": documents,
            "ordered": True,
            "writeConcern": {"w": "majority"},
        }
        with translated(self._append_s):
            answer = await self._database.now.command(command, session=self._session)
        _check(answer)
        if answer.get("n") != len(documents):
            raise ReplicaUnreachable("MongoDB did not say that it has every minute")

    async def tallies(self, span: Span) -> dict[MeterId, Tally]:
        with translated(TALLY_S):
            return await minute_totals.read(self._seen(), self._site_id, span, self._session)

    async def days(self, first: int, end: int) -> list[DaySums]:
        with translated(READ_S):
            return await daily_rollups.whole(self._database, self._days, (first, end))

    async def put_days(self, sums: Sequence[DaySums], *, over_more: bool = False) -> None:
        with translated(WRITE_S):
            await daily_rollups.put(self._database, self._days, sums, over_more=over_more)

    async def put_home(self, manifest: SiteManifest) -> None:
        with translated(WRITE_S):
            await site_manifest.put(self._database, self._site_id, manifest)

    async def put_power(self, meters: Sequence[MeterNow]) -> None:
        with translated(READ_S):
            await live_power.put(self._database, self._site_id, meters)

    async def usage(self) -> Usage:
        with translated(READ_S):
            return await usage_of(self._database, self._quota_bytes)

    def _seen(self) -> AsyncCollection[Document]:
        """The minutes as a majority has them; in the session after the lease's own write."""
        return self._database[MINUTES].with_options(read_concern=ReadConcern("majority"))

    def _of(self, meter: MeterId, span: Span) -> Document:
        return {
            "meter.site": self._site_id,
            "meter.meter": meter,
            "t": {"$gte": bound(span.start), "$lt": bound(span.end)},
        }

    async def _end_session(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            with translated(1.0):
                await session.end_session()


def _check(answer: Document) -> None:
    """An insert command answers ok also when some, or all, was not written."""
    for error in answer.get("writeErrors", ()):
        raise refusal(int(error["code"]), str(error.get("errmsg", "")))
    if "writeConcernError" in answer:
        raise ReplicaUnreachable("MongoDB has not yet copied the minutes to its other nodes")
