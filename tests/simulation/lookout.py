"""What must hold at any time, whatever is wrong just then: what is booked is true and stays booked,
and each booked minute waits for the copy, is there, or was lost there.
"""

import asyncio
from operator import itemgetter

from tests.simulation.answers import worse_answers
from tests.simulation.home import Home
from tests.store.builders import EVER, writer_of
from wattledger.energy.errors import StoreError
from wattledger.energy.meter import MeterId
from wattledger.energy.record import MinuteRecord
from wattledger.store.store import Store

EVERY_S = 11 * 3_600
MOST = 100_000
ASKED_AN_HOUR = 2_000
"""More than any home has to ask of the copy or of a meter, whatever befalls it: what is tried in
vain is tried after growing pauses.
"""

Booked = dict[MeterId, dict[int, MinuteRecord]]


class Lookout:
    """Looks now and then."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._seen: Booked = {}
        self._losses = 0

    async def run(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            await self.look()

    async def look(self) -> None:
        asked_of = {"copy": self._home.cloud.asked}
        asked_of |= {device.label.name: device.asked for device in self._home.devices}
        for name, asked in asked_of.items():
            hour, times = max(asked.items(), key=itemgetter(1), default=(0, 0))
            if times > ASKED_AN_HOUR:
                self._tell(f"{name}: asked {times} times in the hour from {hour * 3_600} on")
        life = self._home.life
        if life is None or life.store is None:
            return
        try:
            await self._look(life.store)
            for words in await worse_answers(self._home, life):
                self._tell(words)
        except StoreError as error:
            self._home.world.note("not looked", type(error).__name__)

    async def _look(self, store: Store) -> None:
        booked: Booked = {}
        for counted in self._home.counted:
            meter = counted.meter
            records = await store.books.minutes([meter], EVER)
            booked[meter] = {record.start: record for record in records}
            for record in records:
                is_counted = record in counted.ever.get(record.start, ())
                # What comes back from the copy can't be told from what was counted.
                if not is_counted and not self._home.cloud.forged.has(meter, record):
                    self._tell(f"books: {meter} has {record}, which it never counted")
            for start, copies in self._home.cloud.state.records.get(meter, {}).items():
                if len(copies) > 1 and not self._home.cloud.forged.any_of(meter, copies):
                    self._tell(f"copy: {meter} has {start} {len(copies)} times")
        self._nothing_vanished(booked)
        await self._nothing_forgotten(store, booked)

    def _nothing_vanished(self, booked: Booked) -> None:
        losses = self._home.disk.losses
        for meter, seen in self._seen.items():
            if losses == self._losses and (gone := seen.items() - booked[meter].items()):
                start, record = min(gone)
                now = booked[meter].get(start)
                self._tell(f"books: {meter} had {len(gone)} more, such as {record}: now {now}")
        self._seen, self._losses = booked, losses

    async def _nothing_forgotten(self, store: Store, booked: Booked) -> None:
        cloud, ledger = self._home.cloud, writer_of(store).state
        if self._home.disk.was_flipped or ledger.outbox_filled_to is not None:
            return
        copy_id = ledger.copy_id
        for meter, own in booked.items():
            waiting = {one.start for one in await store.outbox.records(meter, EVER, MOST)}
            if copy_id != cloud.state.copy_id or writer_of(store).state.copy_id != copy_id:
                return
            lost = {start for of, start in cloud.lost if of == meter}
            there = cloud.state.records.get(meter, {}).keys()
            if forgotten := own.keys() - waiting - lost - there:
                self._tell(f"outbox: {meter} forgot {len(forgotten)}, such as {min(forgotten)}")

    def _tell(self, words: str) -> None:
        self._home.world.is_wrong(words)
