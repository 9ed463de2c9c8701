"""The books' read side: flow's questions, put to the readers."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import TypeVar

from wattledger.energy.balance import Energies
from wattledger.energy.booking_entry import BookedEnergy, Gap
from wattledger.energy.meter import PHASES, MeterId, MeterIdentity
from wattledger.energy.meter_binding import Binding
from wattledger.energy.netting import Netting
from wattledger.energy.record import Counters, MinuteRecord
from wattledger.energy.record_columns import Series, series_of
from wattledger.energy.spans import Span
from wattledger.energy.windows import WindowSums
from wattledger.store import audit_sums, checked_minutes, queries
from wattledger.store.connection import is_damage
from wattledger.store.readers import Readers
from wattledger.store.writer import Writer
from wattledger.store.writer_memory import WriterMemory

T = TypeVar("T")


class SqliteBooks:
    """Books on one SQLite file. What is small and asked often comes from the writer's memory."""

    def __init__(self, writer: Writer[WriterMemory], readers: Readers) -> None:
        self._writer = writer
        self._readers = readers
        self._noticed = writer.state.noticed

    async def booked(self) -> dict[MeterId, Span]:
        memory = self._writer.state
        return {
            meter: memory.bounds[number]
            for meter, number in memory.numbers.items()
            if number in memory.bounds
        }

    async def minutes(self, meters: Sequence[MeterId], span: Span) -> list[MinuteRecord]:
        numbers = self._writer.state.numbers_of(meters)
        return await self._readers.read(
            lambda file: checked_minutes.minutes_of(file, numbers, span, self._noticed)
        )

    async def series(
        self, meters: Sequence[MeterId], span: Span, phases: Sequence[str] = PHASES
    ) -> Series:
        """Of some phases from whole records: the tallies of an hour are of all of them."""
        numbers = self._writer.state.numbers_of(meters)
        if len(phases) < len(PHASES):
            return series_of(await self.minutes(meters, span), phases)
        return await self._readers.read(
            lambda file: checked_minutes.series_of(file, numbers, span, self._noticed)
        )

    async def quarters(self, span: Span) -> list[WindowSums]:
        roles = self._writer.state.roles
        return await self._readers.read(
            lambda file: queries.quarters(file, span, roles, self._noticed)
        )

    async def days(self, first: int, end: int, netting: Netting) -> list[tuple[int, Energies]]:
        roles = self._writer.state.roles
        return await self._readers.read(
            lambda file: queries.days(file, (first, end), netting, roles, self._noticed)
        )

    async def sum_days(self, edges: Sequence[int], netting: Netting) -> list[tuple[int, Energies]]:
        roles = self._writer.state.roles
        return await self._readers.read(lambda file: queries.sum_days(file, edges, netting, roles))

    async def gaps(self, meter: MeterId) -> list[Gap]:
        number = self._number(meter)
        return await self._readers.read(lambda file: queries.gaps_of(file, number, self._noticed))

    async def counters(self, meter: MeterId, span: Span) -> list[Counters]:
        number, noticed = self._number(meter), self._noticed
        found = await self._of(
            "counters", lambda file: queries.counters_of(file, number, span, noticed)
        )
        return found or []

    async def newest_counters(self) -> dict[MeterId, Counters]:
        numbers = self._writer.state.numbers
        found = await self._of(
            "counters",
            lambda file: {
                m: queries.newest_counters_of(file, n, self._noticed) for m, n in numbers.items()
            },
        )
        known = (found or {}).items()
        return {meter: counters for meter, counters in known if counters is not None}

    async def energy(self, meter: MeterId, spans: Sequence[Span]) -> list[BookedEnergy] | None:
        number, noticed = self._number(meter), self._noticed
        bounds = self._writer.state.bounds.get(number, Span(0, 0))
        return await self._readers.read(
            lambda file: audit_sums.energy_of(file, number, bounds, spans, noticed)
        )

    async def contradictions(self, meter: MeterId, span: Span) -> int:
        number = self._number(meter)
        found = await self._of(
            "contradictions", lambda file: queries.contradictions_of(file, number, span)
        )
        return found or 0

    async def parked(self) -> dict[MeterId, int]:
        counts = await self._of("parked", queries.parked_counts) or {}
        numbers = self._writer.state.numbers
        return {meter: counts[number] for meter, number in numbers.items() if number in counts}

    async def bindings(self) -> tuple[Binding, ...]:
        return await self._of("bindings", queries.bindings) or ()

    async def identities(self) -> dict[MeterId, MeterIdentity]:
        return await self._of("meters", queries.identities) or {}

    async def _of(self, table: str, ask: Callable[[sqlite3.Connection], T]) -> T | None:
        """What a small table says; None where a page of it can't be read."""

        def look(file: sqlite3.Connection) -> T | None:
            try:
                return ask(file)
            except sqlite3.Error as error:
                if not is_damage(error):
                    raise
                self._noticed.table(table)
                return None

        return await self._readers.read(look)

    def _number(self, meter: MeterId) -> int:
        """A meter that the books have never seen has a number that none has."""
        return self._writer.state.numbers.get(meter, -1)
