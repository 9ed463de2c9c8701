"""The lease: one writer a home, by a document whose expiry the database's own clock decides.

The document is made beforehand, since $expr and upsert exclude one another. Taking it is a write
that a majority has; in the session that wrote it, later majority reads see everything before it.
"""

from datetime import UTC, datetime
from uuid import uuid4

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from wattledger.energy.clock import Clock
from wattledger.energy.errors import (
    ReplicaRefused,
    ReplicaRestored,
    ReplicaTaken,
    ReplicaUnreachable,
)
from wattledger.energy.plausibility import whole_or_none
from wattledger.flow.replica_ports import Claim
from wattledger.mongo.collections import WRITERS
from wattledger.mongo.connection import READ_S, WRITE_S, Database, Document, translated

STRANGE = (
    "MongoDB: what it says of this home's writer is not of Wattledger's making: remove the home's "
    "document from the collection 'writers', and all is posted anew"
)
LEASE_S = 90
RENEW_AFTER_S = 30
NEVER_S = 86_400
"""No lease of ours ends so far ahead, also where another node's clock is off: what says so was
written by somebody else.
"""
_FIELDS = {"copy": 1, "epoch": 1}
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Lease:
    """This process's claim to be the one writer of a home."""

    def __init__(self, database: Database, site_id: str, clock: Clock) -> None:
        self._database = database
        self._site_id = site_id
        self._clock = clock
        self.owner = uuid4().hex
        self._epoch: int | None = None
        self._taken_s = 0.0

    @property
    def _writers(self) -> AsyncCollection[Document]:
        return self._database[WRITERS]

    async def make(self) -> None:
        """Makes the document, free and with a new name of the copy, where there is none."""
        free = {"copy": uuid4().hex, "owner": "", "epoch": 0, "until": _LONG_AGO}
        with translated(WRITE_S):
            try:
                await self._writers.update_one(
                    {"_id": self._site_id}, {"$setOnInsert": free}, upsert=True
                )
            except DuplicateKeyError:
                return  # another server made it in the same moment

    @property
    def epoch(self) -> int:
        """Of the last claim; 0 before."""
        return self._epoch or 0

    async def take(self, session: AsyncClientSession) -> Claim:
        """Takes a free lease or renews our own, raising its epoch.

        Raises ReplicaTaken while another server's has not run out.
        """
        asked_s = self._clock.monotonic_s()
        document = await self._claim(session)
        if document is None:
            self._epoch = None
            with translated(WRITE_S):
                if await self._document(session) is None:
                    raise ReplicaUnreachable(
                        "what MongoDB knew of this home was removed: it is made anew"
                    )
            raise ReplicaTaken(
                "another server posts for this home, or this one did until it was cut off, "
                f"{LEASE_S} s ago at most: it waits until that one stops, or the time is up"
            )
        self._epoch, self._taken_s = _epoch_in(document), asked_s
        return Claim(str(document.get("copy")), self._epoch)

    async def keep(self, session: AsyncClientSession) -> bool:
        """Renews when it is time; False when somebody else had it in between.

        Epochs never fall: a lower one than ours is of an earlier state. Raises ReplicaRestored.
        """
        before, there = self._epoch, await self._epoch_there(session)
        if before is not None and there is not None and there < before:
            raise ReplicaRestored
        is_fresh = self._clock.monotonic_s() - self._taken_s < RENEW_AFTER_S
        if is_fresh and there == before:
            return True
        await self.take(session)
        return before is not None and self._epoch == before + 1

    async def release(self) -> None:
        with translated(1.0):
            await self._writers.update_one(
                {"_id": self._site_id, "owner": self.owner}, {"$set": {"until": _LONG_AGO}}
            )

    async def _epoch_there(self, session: AsyncClientSession) -> int | None:
        with translated(READ_S):
            document = await self._document(session)
        return None if document is None else _epoch_in(document)

    async def _document(self, session: AsyncClientSession) -> Document | None:
        return await self._writers.find_one({"_id": self._site_id}, _FIELDS, session=session)

    async def _claim(self, session: AsyncClientSession) -> Document | None:
        ended = {"$lt": ["$until", "$$NOW"]}
        free = {"$expr": {"$or": [ended, {"$gt": ["$until", _from_now(NEVER_S)]}]}}
        until = _from_now(LEASE_S)
        change = {"owner": self.owner, "epoch": {"$add": ["$epoch", 1]}, "until": until}
        with translated(WRITE_S):
            return await self._writers.find_one_and_update(
                {"_id": self._site_id, "$or": [{"owner": self.owner}, free]},
                [{"$set": change}],
                _FIELDS,
                return_document=True,
                session=session,
            )


def _from_now(seconds: int) -> Document:
    return {"$dateAdd": {"startDate": "$$NOW", "unit": "second", "amount": seconds}}


def _epoch_in(document: Document) -> int:
    epoch = whole_or_none(document.get("epoch"))
    if epoch is None:
        raise ReplicaRefused(STRANGE)
    return epoch
