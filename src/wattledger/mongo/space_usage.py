"""How much of its space the cluster uses: what Atlas counts, uncompressed data and indexes."""

from pymongo.errors import OperationFailure

from wattledger.flow.replica_ports import Usage
from wattledger.mongo.connection import Database

QUOTA_BYTES = 512 * 1024 * 1024
"""A free Atlas cluster's."""


async def usage_of(database: Database, quota_bytes: int = QUOTA_BYTES) -> Usage:
    """By Atlas' own count of the whole cluster, else by this database's size."""
    try:
        size = await database.client.admin.command("atlasSize")
        used = int(size.get("totalSize", size.get("size", 0)))
        if used:
            return Usage(used, quota_bytes)
    except OperationFailure:
        pass  # not Atlas, or not ours to ask
    stats = await database.now.command("dbStats")
    return Usage(int(stats["dataSize"] + stats["indexSize"]), quota_bytes)
