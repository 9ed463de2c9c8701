"""The outbox's door: what waits for the online copy, and what that has acknowledged.

An acknowledgement is kept in memory until the next minute is booked, and deleted in that commit: a
commit of its own each minute would double what is written to the disk. A crash in between is a
doubt like any other: whoever posts looks up what the copy has before sending anything again.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from wattledger.energy.errors import StoreUnusable
from wattledger.energy.meter import MeterId
from wattledger.energy.record import MinuteRecord
from wattledger.energy.rollup import DaySums
from wattledger.energy.spans import Span
from wattledger.flow.replica_ports import Tally
from wattledger.store import outbox
from wattledger.store.codec import minute_key, number_of, start_of
from wattledger.store.connection import is_damage
from wattledger.store.readers import Readers
from wattledger.store.writer import Writer
from wattledger.store.writer_memory import WriterMemory

MANY = 500
"""So many acknowledgements are worth a commit of their own."""
EVER = Span(0, 1 << 31)
T = TypeVar("T")


class SqliteOutbox:
    """The outbox of one SQLite file."""

    def __init__(self, writer: Writer[WriterMemory], readers: Readers) -> None:
        self._writer = writer
        self._readers = readers
        self.acknowledged: frozenset[int] = frozenset()
        """Keys that are still in the file, replaced and never changed."""

    @property
    def epoch(self) -> int:
        return self._writer.state.copy_epoch

    async def note(self, epoch: int) -> None:
        await self._writer.write(lambda file, memory: outbox.note(file, memory, epoch))

    async def aim(self, copy_id: str | None) -> None:
        if self._writer.state.copy_id == copy_id:
            return
        await self._writer.write(lambda file, memory: outbox.aim(file, memory, copy_id))
        self.acknowledged = frozenset()

    async def fill(self) -> bool:
        if self._writer.state.outbox_filled_to is None:
            return False
        return await self._writer.write(outbox.fill)

    def waiting(self) -> dict[MeterId, int]:
        memory = self._writer.state
        done: dict[int, int] = {}
        for key in self.acknowledged:
            done[number_of(key)] = done.get(number_of(key), 0) + 1
        counts = {
            meter: memory.waiting.get(number, 0) - done.get(number, 0)
            for meter, number in memory.numbers.items()
        }
        return {meter: count for meter, count in counts.items() if count > 0}

    async def newest_posted(self) -> dict[MeterId, int]:
        numbers = self._writer.state.numbers
        found = await self._read(
            lambda file: {m: outbox.newest_posted(file, number) for m, number in numbers.items()}
        )
        return {meter: start for meter, start in found.items() if start is not None}

    async def records(self, meter: MeterId, span: Span, limit: int) -> list[MinuteRecord]:
        number = self._number(meter)
        done, noticed = self._done_of(number), self._writer.state.noticed
        found = await self._read(
            lambda file: outbox.records(file, number, span, limit + len(done), noticed)
        )
        return [record for record in found if record.start not in done][:limit]

    async def count(self, meter: MeterId, span: Span) -> int:
        number = self._number(meter)
        done = self._done_of(number)
        total = await self._read(lambda file: outbox.count(file, number, span))
        return total - sum(span.start <= start < span.end for start in done)

    async def count_anew(self) -> bool:
        before, done = self.waiting(), self.acknowledged

        def deed(file: sqlite3.Connection, memory: WriterMemory) -> None:
            outbox.forget(file, memory, done)
            outbox.load(file, memory)

        await self._writer.write(deed)
        self.forgotten(done)
        return self.waiting() != before

    async def acknowledge(self, meter: MeterId, records: Sequence[MinuteRecord]) -> None:
        number = self._number(meter)
        self.acknowledged |= {minute_key(record.start, number) for record in records}
        if len(self.acknowledged) >= MANY:
            keys = self.acknowledged
            await self._writer.write(lambda file, memory: outbox.forget(file, memory, keys))
            self.forgotten(keys)

    def forgotten(self, keys: Iterable[int]) -> None:
        """These were taken out of the file."""
        self.acknowledged = self.acknowledged.difference(keys)

    async def again(self, meter: MeterId, records: Sequence[MinuteRecord]) -> None:
        """In one commit with the roll-ups of the days that they touch."""
        number = self._number(meter)
        keys = {minute_key(record.start, number) for record in records}

        def deed(file: sqlite3.Connection, memory: WriterMemory) -> None:
            outbox.enter_again(file, memory, keys)
            outbox.enter_days(file, memory, {memory.calendar.ordinal_at(r.start) for r in records})

        await self._writer.write(deed)
        self.forgotten(keys)

    async def tallies(self, span: Span) -> dict[MeterId, Tally] | None:
        memory = self._writer.state
        if memory.copy_id is None or memory.outbox_filled_to is not None:
            return None
        done = self.acknowledged

        def counted(file: sqlite3.Connection) -> dict[int, Tally] | None:
            if not done.issuperset(outbox.keys_in(file, span, len(done) + 1)):
                return None
            return outbox.tallies(file, span, memory.noticed)

        try:
            found = await self._read(counted)
        except StoreUnusable:
            return None
        if found is None:
            return None
        return {meter: found[number] for meter, number in memory.numbers.items() if number in found}

    async def days(self, limit: int) -> list[DaySums]:
        roles, noticed = self._writer.state.roles, self._writer.state.noticed
        return await self._read(lambda file: outbox.waiting_days(file, limit, roles, noticed))

    async def acknowledge_days(self, days: Sequence[DaySums]) -> None:
        """Those that were written anew meanwhile stay."""

        def deed(file: sqlite3.Connection, memory: WriterMemory) -> None:
            for day in days:
                if outbox.day_is(file, day, memory.roles, memory.noticed):
                    outbox.forget_days(file, [day.ordinal])

        await self._writer.write(deed)

    async def holds(self, span: Span) -> bool:
        memory = self._writer.state
        if memory.copy_id is None or memory.outbox_filled_to is not None:
            return True
        first, last = (
            memory.calendar.ordinal_at(span.start),
            memory.calendar.ordinal_at(span.end - 1),
        )
        done = self.acknowledged

        def anything(file: sqlite3.Connection) -> bool:
            keys = outbox.keys_in(file, span, len(done) + 1)
            return not done.issuperset(keys) or outbox.any_day(file, first, last + 1)

        try:
            return await self._read(anything)
        except StoreUnusable:  # nobody can tell: then the books here are asked
            return True

    async def _read(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Where a page can't be read that is noticed, and raised: whoever posts tries again."""

        def look(file: sqlite3.Connection) -> T:
            try:
                return question(file)
            except sqlite3.Error as error:
                if is_damage(error):
                    self._writer.state.noticed.table("outbox")
                raise

        return await self._readers.read(look)

    def _number(self, meter: MeterId) -> int:
        return self._writer.state.numbers.get(meter, -1)

    def _done_of(self, number: int) -> set[int]:
        return {start_of(key) for key in self.acknowledged if number_of(key) == number}
