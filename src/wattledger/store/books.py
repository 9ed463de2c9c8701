"""The books' read side: flow's questions, put to the readers."""

from collections.abc import Sequence

from wattledger.energy.balance import Energies, WindowSums
from wattledger.energy.binding import Binding
from wattledger.energy.entry import Gap
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.energy.netting import Netting
from wattledger.energy.record import Counters, MinuteRecord
from wattledger.energy.series import Series
from wattledger.energy.spans import Span
from wattledger.store import checked, queries, sums
from wattledger.store.ledger import Ledger
from wattledger.store.readers import Readers
from wattledger.store.writer import Writer


class SqliteBooks:
    """Books on one SQLite file. What is small and asked often comes from the writer's memory."""

    def __init__(self, writer: Writer[Ledger], readers: Readers) -> None:
        self._writer = writer
        self._readers = readers
        self._noticed = writer.state.noticed

    async def booked(self) -> dict[MeterId, Span]:
        ledger = self._writer.state
        return {
            meter: ledger.bounds[number]
            for meter, number in ledger.numbers.items()
            if number in ledger.bounds
        }

    async def minutes(self, meters: Sequence[MeterId], span: Span) -> list[MinuteRecord]:
        numbers = self._writer.state.numbers_of(meters)
        return await self._readers.read(
            lambda file: checked.minutes_of(file, numbers, span, self._noticed)
        )

    async def series(self, meters: Sequence[MeterId], span: Span) -> Series:
        numbers = self._writer.state.numbers_of(meters)
        return await self._readers.read(
            lambda file: checked.series_of(file, numbers, span, self._noticed)
        )

    async def quarters(self, span: Span) -> list[WindowSums]:
        return await self._readers.read(lambda file: queries.quarters(file, span, self._noticed))

    async def days(self, first: int, end: int, netting: Netting) -> list[tuple[int, Energies]]:
        return await self._readers.read(
            lambda file: queries.days(file, first, end, netting, self._noticed)
        )

    async def sum_days(self, edges: Sequence[int], netting: Netting) -> list[tuple[int, Energies]]:
        return await self._readers.read(lambda file: queries.sum_days(file, edges, netting))

    async def gaps(self, meter: MeterId) -> list[Gap]:
        number = self._number(meter)
        return await self._readers.read(lambda file: queries.gaps_of(file, number, self._noticed))

    async def counters(self, meter: MeterId, span: Span) -> list[Counters]:
        number = self._number(meter)
        return await self._readers.read(lambda file: queries.counters_of(file, number, span))

    async def newest_counters(self) -> dict[MeterId, Counters]:
        numbers = self._writer.state.numbers
        found = await self._readers.read(
            lambda file: {m: queries.newest_counters_of(file, n) for m, n in numbers.items()}
        )
        return {meter: counters for meter, counters in found.items() if counters is not None}

    async def energy(self, meter: MeterId, spans: Sequence[Span]) -> list[tuple[int, int]]:
        number, noticed = self._number(meter), self._noticed
        return await self._readers.read(lambda file: sums.energy_of(file, number, spans, noticed))

    async def contradictions(self, meter: MeterId, span: Span) -> int:
        number = self._number(meter)
        return await self._readers.read(lambda file: queries.contradictions_of(file, number, span))

    async def parked(self) -> dict[MeterId, int]:
        counts = await self._readers.read(queries.parked_counts)
        numbers = self._writer.state.numbers
        return {meter: counts[number] for meter, number in numbers.items() if number in counts}

    async def bindings(self) -> tuple[Binding, ...]:
        return await self._readers.read(queries.bindings)

    async def identities(self) -> dict[MeterId, MeterIdentity]:
        return await self._readers.read(queries.identities)

    def _number(self, meter: MeterId) -> int:
        """A meter that the books have never seen has a number that none has."""
        return self._writer.state.numbers.get(meter, -1)
