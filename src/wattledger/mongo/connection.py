"""The connection, and where the driver's errors end: below here pymongo, above here ReplicaError.

No text of the driver goes further than its error codes: what it says of an address that it could
not parse may hold a part of the password. Of the server's own texts one does, see `refusal`.
"""

import asyncio
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pymongo
from bson.errors import BSONError
from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    InvalidURI,
    OperationFailure,
    PyMongoError,
)
from typing_extensions import override

from wattledger.energy.clock import Clock, SystemClock
from wattledger.energy.errors import ReplicaError, ReplicaFull, ReplicaRefused, ReplicaUnreachable
from wattledger.mongo.connection_string import NO_ADDRESS, taken_apart

READ_S = 5.0
WRITE_S = 20.0
"""Deadlines of one call, at the server too: it gives up a little before we do."""
CONNECT_S = 5.0
CLOSE_S = 1.0
STUCK_S = 30.0
"""After so long without an answer another client tries, which knows nothing of what once was."""
CONNECTIONS = 4

Document = dict[str, Any]
Client = AsyncMongoClient[Document]

_NO_FILE = "a file that the connection string names (tlsCAFile for one) can't be read"
NO_SUCH_NAME = "the name of the MongoDB cluster could not be resolved (DNS)"
NOT_ALLOWED = "the database user may not do this; it needs the role readWrite on this database"
BAD_LOGIN = "the login was refused: user name or password is wrong"
STRANGE = (
    "the collection 'minutes' has a record that is not of Wattledger's making: name another "
    "database in the settings, or drop that collection, and all is posted anew"
)
UNREADABLE = "it has a document of somebody else's making that can't be read"
_REFUSED = {
    13: NOT_ALLOWED,
    18: BAD_LOGIN,
    # What is no number can't be added: the first is that of 6.0.
    16554: STRANGE,
    14: STRANGE,
}
_ATLAS = 8000
"""Atlas' own refusals, told apart by their words only."""
_SHOWN_LETTERS = 120
_FULL_SIGNS = ("space quota", "your space")
_NOT_ALLOWED_SIGNS = ("not allowed", "not authorized", "unauthorized")
_LOGIN_SIGNS = ("auth",)


@dataclass(frozen=True, slots=True)
class Address:
    """Where the copy is. Its text says nothing of the login."""

    uri: str
    database: str
    site_id: str

    @override
    def __repr__(self) -> str:
        return f"Address({self.database}/{self.site_id})"


@dataclass(frozen=True, slots=True)
class _Opened:
    """A client and its database."""

    client: Client
    database: AsyncDatabase[Document]

    async def close(self) -> None:
        """The driver says goodbye to the server, and would look for one that is gone."""
        with pymongo.timeout(CLOSE_S):
            await self.client.close()


class StaleView(ReplicaUnreachable):
    """The driver sees the cluster as it once was, and will not see it otherwise."""


class Database:
    """A database of a cluster, by a client that is made anew where it does not come right.

    What a driver has once seen of a cluster it may hold on to: that it knows no sessions, as it was
    met before its replica set was initiated; hosts under their old names; a certificate that was
    read when the client was made.
    """

    def __init__(self, address: Address, clock: Clock | None = None) -> None:
        self._address = address
        self._clock = clock or SystemClock()
        self._open = self._made()
        self._failing_since_s: float | None = None
        self._is_stale = False

    def _made(self) -> _Opened:
        client = _client(self._address.uri)
        return _Opened(client, client[self._address.database])

    @property
    def client(self) -> Client:
        return self._open.client

    @property
    def name(self) -> str:
        return self._address.database

    @property
    def now(self) -> AsyncDatabase[Document]:
        """The driver's own, of the present client."""
        return self._open.database

    def __getitem__(self, collection: str) -> AsyncCollection[Document]:
        return self._open.database[collection]

    @asynccontextmanager
    async def trying(self) -> AsyncIterator[None]:
        """What is done again and again until the cluster answers. Raises ReplicaError."""
        await self._renew_if_stuck()
        try:
            yield
        except ReplicaUnreachable as error:
            self._is_stale = isinstance(error, StaleView)
            if self._failing_since_s is None:
                self._failing_since_s = self._clock.monotonic_s()
            words = _words_of(self.client)
            if words and not self._is_stale:
                raise ReplicaUnreachable(words) from None
            raise
        self._failing_since_s = None

    async def _renew_if_stuck(self) -> None:
        since_s, now_s = self._failing_since_s, self._clock.monotonic_s()
        if not self._is_stale and (since_s is None or now_s - since_s < STUCK_S):
            return
        old, self._open = self._open, self._made()
        self._failing_since_s, self._is_stale = None, False
        with suppress(ReplicaError), translated(CLOSE_S):
            await old.close()

    async def close(self) -> None:
        await self._open.close()


def _words_of(client: Client) -> str | None:
    """What the driver has seen of the servers, where that says why nothing goes."""
    seen = client.topology_description
    kinds = {server.server_type_name for server in seen.server_descriptions().values()}
    if "RSGhost" in kinds:
        return (
            "MongoDB can't be reached as a replica set: rs.initiate() was never called there, or "
            "the server is no member of it any more"
        )
    if seen.topology_type_name == "Single" and kinds == {"RSSecondary"}:
        return (
            "MongoDB can't be written to at that server, which is not the primary just now: name "
            "all of the replica set in the connection string, without directConnection"
        )
    return None


@asynccontextmanager
async def connected(address: Address) -> AsyncIterator[Database]:
    """The database, to be reached with the first question; closed with the block.

    Raises ReplicaRefused for an address that is none.
    """
    database = Database(address)
    try:
        yield database
    finally:
        await database.close()


def _client(uri: str) -> Client:
    taken_apart(uri)
    try:
        with warnings.catch_warnings():
            # Of options that it does not know the driver warns with what they were set to.
            warnings.simplefilter("ignore")
            return _client_of(uri)
    except (InvalidURI, ConfigurationError, ValueError, TypeError):
        raise ReplicaRefused(NO_ADDRESS) from None
    except OSError:
        raise ReplicaRefused(_NO_FILE) from None


def _client_of(uri: str) -> Client:
    # What the string itself says goes before; the driver would have it the other way round.
    said = uri.lower()
    patience: dict[str, Any] = {
        name: CONNECT_S * 1000
        for name in ("connectTimeoutMS", "serverSelectionTimeoutMS")
        if f"{name.lower()}=" not in said
    }
    return AsyncMongoClient(
        uri,
        appname="wattledger",
        maxPoolSize=CONNECTIONS,
        **patience,
        # What another program has put there, and Python has not, is judged where it is read: a date
        # after 9999 is a DatetimeMS, and no text that is UTF-8 alone ends a question.
        datetime_conversion="DATETIME_AUTO",
        unicode_decode_error_handler="replace",
        # What is doubtful is looked up before it is sent again, never sent by itself.
        retryWrites=False,
        w="majority",
    )


@contextmanager
def translated(deadline_s: float | None) -> Iterator[None]:
    """Gives what happens inside a deadline, and turns what the driver raises into a ReplicaError.

    None leaves the deadline to whoever is inside.
    """
    with _cancellable():
        try:
            if deadline_s is None:
                yield
            else:
                with pymongo.timeout(deadline_s):
                    yield
        except PyMongoError as error:
            raise copy_error(error) from None
        except BSONError:
            raise ReplicaRefused(f"MongoDB: {UNREADABLE}") from None
        except asyncio.IncompleteReadError:
            raise ReplicaUnreachable("the connection to MongoDB broke") from None


@contextmanager
def _cancellable() -> Iterator[None]:
    """Ends cancelled where the task was cancelled meanwhile.

    The driver waits by asyncio.wait_for, which before Python 3.12 loses a cancellation that comes
    in the moment in which the wait is over; whoever stops the task would wait for ever.
    """
    asked = _cancellations()
    try:
        yield
    finally:
        if _cancellations() > asked:
            raise asyncio.CancelledError


def _cancellations() -> int:
    task = asyncio.current_task()
    return task.cancelling() if task else 0


def bulk_refusals(error: BulkWriteError, *accepted: int) -> Iterator[ReplicaError]:
    """What each write of a bulk was refused for, but for these codes."""
    details = error.details or {}
    for one in (*details.get("writeErrors", ()), *details.get("writeConcernErrors", ())):
        if one["code"] not in accepted:
            yield refusal(one["code"], str(one.get("errmsg", "")))


def copy_error(error: PyMongoError) -> ReplicaError:
    """What the driver's error means to whoever asked."""
    if isinstance(error, BulkWriteError):
        for one in bulk_refusals(error):
            return one
    if isinstance(error, OperationFailure) and error.code is not None:
        return refusal(error.code, str((error.details or {}).get("errmsg", "")))
    if isinstance(error, ConfigurationError) and not isinstance(error, ConnectionFailure):
        if "session" in str(error).lower():
            return StaleView(
                "the MongoDB server had no replica set yet, or has another one than before: it is "
                "asked anew"
            )
        return ReplicaUnreachable(NO_SUCH_NAME)
    return ReplicaUnreachable("MongoDB can't be reached, or does not answer in time")


def refusal(code: int, words: str) -> ReplicaError:
    """What the server's own error means."""
    if code == _ATLAS:
        return _atlas_refusal(words)
    if code in _REFUSED:
        return ReplicaRefused(f"MongoDB: {_REFUSED[code]} (code {code})")
    if code in _PASSING:
        return ReplicaUnreachable(f"MongoDB can't do this just now (code {code})")
    return ReplicaRefused(f"MongoDB refused what it was asked (code {code})")


def _atlas_refusal(words: str) -> ReplicaError:
    """Words that say nothing known are taken for want of space, and shown."""
    said = words.lower()
    full = any(sign in said for sign in _FULL_SIGNS)
    if not full and any(sign in said for sign in _NOT_ALLOWED_SIGNS):
        return ReplicaRefused(f"MongoDB: {NOT_ALLOWED} (code {_ATLAS})")
    if not full and any(sign in said for sign in _LOGIN_SIGNS):
        return ReplicaRefused(f"MongoDB: {BAD_LOGIN} (code {_ATLAS})")
    shown = "" if full else _shown(words)
    doubt = "" if full else f", as it seems (code {_ATLAS}{shown and f': {shown}'})"
    return ReplicaFull(
        f"the space of the MongoDB cluster is used up{doubt}: posting waits for room, the local "
        "books go on; once there is room it goes on within ten minutes"
    )


def _shown(words: str) -> str:
    """One line, and nothing that looks like a login."""
    line = " ".join(words.split())[:_SHOWN_LETTERS]
    return "" if "://" in line or "@" in line else line


_PASSING = {
    6, 7, 24, 43, 50, 64, 79, 89, 91, 112, 117, 133, 134, 189, 202, 211, 246, 262, 314, 317,
    9001, 10058, 10107, 11600, 11602, 13388, 13435, 13436, 50915,
}  # fmt: skip
"""Fail-over, shutdown, time run out, throttling: the same call may succeed a moment later."""
