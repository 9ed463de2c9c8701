"""What must hold at any time, whatever is wrong just then: what is booked is true, and each booked
minute waits for the copy, is there, or was lost there.
"""

import asyncio

from tests.simulation.home import Home
from tests.store.builders import EVER, writer_of
from wattledger.energy.errors import StoreError
from wattledger.store.store import Store

EVERY_S = 11 * 3_600
MOST = 100_000


class Lookout:
    """Looks now and then."""

    def __init__(self, home: Home) -> None:
        self._home = home

    async def run(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            await self.look()

    async def look(self) -> None:
        life = self._home.life
        if life is None or life.store is None:
            return
        try:
            await self._look(life.store)
        except StoreError as error:
            self._home.world.note("not looked", type(error).__name__)

    async def _look(self, store: Store) -> None:
        for device in self._home.devices:
            meter = device.meter
            for record in await store.books.minutes([meter], EVER):
                if device.memory.get(record.start) != record:
                    self._tell(f"books: {meter} has {record}, which it never counted")
            for start, copies in self._home.cloud.state.records.get(meter, {}).items():
                if len(copies) > 1:
                    self._tell(f"copy: {meter} has {start} {len(copies)} times")
        await self._nothing_forgotten(store)

    async def _nothing_forgotten(self, store: Store) -> None:
        cloud, ledger = self._home.cloud, writer_of(store).state
        if self._home.disk.was_flipped or ledger.outbox_filled_to is not None:
            return
        copy_id = ledger.copy_id
        for device in self._home.devices:
            meter = device.meter
            booked = {record.start for record in await store.books.minutes([meter], EVER)}
            waiting = {one.start for one in await store.outbox.records(meter, EVER, MOST)}
            if copy_id != cloud.state.copy_id or writer_of(store).state.copy_id != copy_id:
                return
            lost = {start for of, start in cloud.lost if of == meter}
            there = cloud.state.records.get(meter, {}).keys()
            if forgotten := booked - waiting - lost - there:
                self._tell(f"outbox: {meter} forgot {len(forgotten)}, such as {min(forgotten)}")

    def _tell(self, words: str) -> None:
        self._home.world.is_wrong(words)
