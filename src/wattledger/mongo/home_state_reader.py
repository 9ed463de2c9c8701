"""What a server without meters hears of the home: its manifest, its power, the space in use."""

from wattledger.flow.replica_ports import HomePower, SiteManifest, Usage
from wattledger.mongo import live_power, site_manifest
from wattledger.mongo.connection import READ_S, Database, translated
from wattledger.mongo.space_usage import usage_of


class MongoHomeStateReader:
    """HomeStateReader of one home on one database."""

    def __init__(self, database: Database, site_id: str) -> None:
        self._database = database
        self._site_id = site_id

    async def home(self) -> SiteManifest | None:
        async with self._database.trying():
            with translated(READ_S):
                return await site_manifest.read(self._database, self._site_id)

    async def power(self, manifest: SiteManifest) -> HomePower | None:
        async with self._database.trying():
            with translated(READ_S):
                return await live_power.read(self._database, self._site_id, manifest)

    async def usage(self) -> Usage:
        with translated(READ_S):
            return await usage_of(self._database)
