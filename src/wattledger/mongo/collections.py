"""The collections, made when they are not there: indexes are few, since they count as space.

A time series lies in the order of time by itself, which is all that the questions of one home need.
An index of homes, meters and times is made where homes share a database. MongoDB 6.3 and later have
one of their own, by which they find a bucket again that was open when they stopped.
"""

from collections.abc import Sequence

from pymongo.errors import CollectionInvalid, OperationFailure

from wattledger.energy.errors import ReplicaForeign
from wattledger.mongo.connection import READ_S, WRITE_S, Database, translated

MINUTES, DAYS, SITES, LIVE, WRITERS = "minutes", "days", "sites", "live", "writers"
COSTS = "costs"
_BUCKETS = f"system.buckets.{MINUTES}"
MINUTES_INDEX = [("meter.site", 1), ("meter.meter", 1), ("t", 1)]
BUCKETS_INDEX = [("meter", 1), ("t", 1)]
FINDS_BUCKETS_SINCE = (6, 3)
TIME_SERIES = {"timeField": "t", "metaField": "meter", "granularity": "hours"}
"""`hours` makes buckets of up to 1,000 records over 30 days: a third of the space of `seconds`."""
_EXISTS = 48


async def prepare(database: Database) -> str:
    """Makes what is missing, and says which collection of minutes it is; changes none.

    Raises ReplicaError, ReplicaForeign for minutes that are no time series.
    """
    found = await minutes_id(database)
    if found is None:
        await _create(database)
        found = await minutes_id(database)
    if finds_buckets_by_index(await _version(database)):
        await make_buckets_findable(database)
    return found or ""


async def minutes_id(database: Database) -> str | None:
    """The collection's own UUID, which one made again does not have; None where there is none.

    A time series has it at its buckets. Raises ReplicaError, ReplicaForeign for one that is none.
    """
    with translated(READ_S):
        found = await database.now.list_collections(filter={"name": {"$in": [MINUTES, _BUCKETS]}})
        existing = {one["name"]: one for one in await found.to_list()}
    if MINUTES not in existing:
        return None
    if existing[MINUTES].get("type") != "timeseries":
        raise ReplicaForeign(
            f"the database '{database.name}' has a collection 'minutes' that is no time series: "
            "name another database in the settings, or drop that collection"
        )
    uuids = (one.get("info", {}).get("uuid") for one in existing.values())
    return next((uuid.hex() for uuid in uuids if uuid is not None), "")


async def prepare_for_many(database: Database) -> None:
    """Makes the index, when another home is in this database. Raises ReplicaError."""
    with translated(WRITE_S):
        if await database[WRITERS].count_documents({}, limit=2) > 1:
            await database[MINUTES].create_index(MINUTES_INDEX)


def finds_buckets_by_index(version: Sequence[int]) -> bool:
    """Whether a MongoDB of that version wants an index to find a bucket again."""
    return tuple(version) >= FINDS_BUCKETS_SINCE


async def make_buckets_findable(database: Database) -> None:
    """A collection that an older MongoDB made lacks the newer one's own index."""
    with translated(WRITE_S):
        await database[MINUTES].create_index(BUCKETS_INDEX)


async def _version(database: Database) -> list[int]:
    with translated(READ_S):
        version: list[int] = (await database.now.command("buildInfo"))["versionArray"]
    return version


async def _create(database: Database) -> None:
    with translated(WRITE_S):
        try:
            await database.now.create_collection(MINUTES, timeseries=TIME_SERIES)
        except CollectionInvalid:
            return
        except OperationFailure as error:
            if error.code != _EXISTS:
                raise
