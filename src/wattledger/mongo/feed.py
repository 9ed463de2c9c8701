"""What a server without meters hears of the home: its card, its power, the space in use."""

from wattledger.flow.copy_ports import HomeCard, HomePower, Usage
from wattledger.mongo import home, live
from wattledger.mongo.connection import READ_S, Database, translated
from wattledger.mongo.usage import usage_of


class MongoFeed:
    """CopyFeed of one home on one database."""

    def __init__(self, database: Database, site_id: str) -> None:
        self._database = database
        self._site_id = site_id

    async def home(self) -> HomeCard | None:
        async with self._database.trying():
            with translated(READ_S):
                return await home.read(self._database, self._site_id)

    async def power(self, card: HomeCard) -> HomePower | None:
        async with self._database.trying():
            with translated(READ_S):
                return await live.read(self._database, self._site_id, card)

    async def usage(self) -> Usage:
        with translated(READ_S):
            return await usage_of(self._database)
