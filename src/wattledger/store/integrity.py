"""IntegrityStore on one SQLite file: damage is found and dealt with, and a lost file is noticed."""

import asyncio
import sqlite3
from collections.abc import Callable, Collection, Container
from pathlib import Path

from wattledger.energy.booking_entry import GapReason
from wattledger.energy.errors import StoreBusy
from wattledger.energy.meter import MeterId
from wattledger.energy.spans import Span
from wattledger.flow.store_integrity_ports import Mended
from wattledger.store import (
    damage_repair,
    integrity_walk,
    price_checksums,
    queries,
    small_table_repair,
    table_rebuild,
)
from wattledger.store.codec import NETTINGS, day_key
from wattledger.store.file_presence import Presence
from wattledger.store.readers import Readers
from wattledger.store.writer import Writer
from wattledger.store.writer_memory import WriterMemory


class SqliteIntegrity:
    """The watch over one store."""

    def __init__(self, path: Path, writer: Writer[WriterMemory], readers: Readers) -> None:
        self._path = path
        self._writer = writer
        self._readers = readers
        self._noticed = writer.state.noticed
        self._presence = Presence(path)

    def listen(self, noticed: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()

        def wake() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(noticed)

        self._noticed.listen(wake)

    async def check(self, span: Span) -> None:
        memory = self._writer.state
        pending = memory.pending
        first, last = (
            memory.calendar.ordinal_at(span.start),
            memory.calendar.ordinal_at(max(span.end - 1, 0)),
        )
        days = range(max(first, pending.first), min(last + 1, pending.end))

        def look(file: sqlite3.Connection) -> None:
            integrity_walk.check(file, memory.bounds, span, self._noticed)
            for table in small_table_repair.doubtful(file):
                self._noticed.table(table)
            integrity_walk.check_days(file, days.start, days.stop, self._noticed)
            lacking = integrity_walk.lacking_days(file, days) - pending.days.keys()
            keys = (day_key(day, netting) for day in lacking for netting in NETTINGS)
            self._noticed.roll_ups("days", keys)

        await self._readers.read(look)

    async def mend(self, now: float) -> Mended:
        if not self._noticed:
            return Mended()
        # Where a row is damaged its page may be: then what is booked there next would be lost.
        try:
            if await self._has_broken_pages():
                await self._writer.rebuild()
        except StoreBusy as error:
            return Mended(unmended=str(error))
        await self._writer.forget()
        noticed = self._noticed.take()
        found = await self._writer.write(
            lambda file, memory: damage_repair.mend(file, memory, noticed, now)
        )
        if "prices" in noticed.tables:
            await self._writer.write(lambda file, _: price_checksums.drop_damaged(file))
        restored = await self._writer.write(lambda file, _: small_table_repair.heal(file))
        set_aside = {*found.hours, *noticed.set_aside}
        return Mended(
            _words(len(set_aside), found, noticed.rebuilt, {*noticed.tables, *restored}),
            bool(set_aside or found.gaps),
        )

    async def _has_broken_pages(self) -> bool:
        return self._writer.needs_no_look or bool(
            await self._readers.read(table_rebuild.broken_tables)
        )

    async def damaged(self) -> dict[MeterId, list[Span]]:
        numbers = self._writer.state.numbers

        def ask(file: sqlite3.Connection) -> dict[MeterId, list[Span]]:
            found = {
                meter: [
                    gap.span
                    for gap in queries.gaps_of(file, number, self._noticed)
                    if gap.reason is GapReason.DAMAGED
                ]
                for meter, number in numbers.items()
            }
            return {meter: spans for meter, spans in found.items() if spans}

        return await self._readers.read(ask)

    async def found_at(self) -> int | None:
        def ask(file: sqlite3.Connection) -> int | None:
            found_at: int | None
            (found_at,) = file.execute("SELECT max(found_at) FROM set_aside").fetchone()
            return found_at

        return await self._readers.read(ask)

    async def gone(self) -> str | None:
        words = await asyncio.to_thread(self._presence.gone)
        if words is not None:
            await self._writer.checkpoint()
        return words


def _words(
    set_aside: int, found: damage_repair.Found, rebuilt: Collection[str], doubtful: Container[str]
) -> str:
    parts = [
        _counted(set_aside, "hour of a meter was set aside", "hours of meters were set aside"),
        _counted(found.roll_ups, "sum is made anew", "sums are made anew"),
        _counted(found.tallies, "checksum was written anew", "checksums were written anew"),
        _counted(found.counters, "counter reading was lost", "counter readings were lost"),
        "the list of gaps was made anew" if found.gaps else "",
        *(words for table, words in small_table_repair.WORDS.items() if table in doubtful),
        f"pages of {', '.join(sorted(rebuilt))} could not be read" if rebuilt else "",
    ]
    return ", ".join(part for part in parts if part)


def _counted(count: int, one: str, many: str) -> str:
    if not count:
        return ""
    return f"1 {one}" if count == 1 else f"{count} {many}"
