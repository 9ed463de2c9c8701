"""A question of energy, from its period to its columns."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from wattledger.energy.books_snapshot import BooksSnapshot
from wattledger.energy.clock import Clock
from wattledger.energy.energy_query import EnergyQuery, query_of_period, query_of_span
from wattledger.energy.energy_result import EnergyResult, result_of
from wattledger.energy.errors import ReplicaUnreachable, StoreError
from wattledger.energy.meter import MeterId
from wattledger.energy.netting import Netting
from wattledger.energy.period import Resolution, period_from
from wattledger.energy.record import QUARTER_S
from wattledger.energy.site import Assignment, Site
from wattledger.energy.spans import Span
from wattledger.flow.energy_reader import EnergyReader
from wattledger.flow.ports import EnergyBooks
from wattledger.flow.replica_reader import Replica
from wattledger.flow.thread_offload import in_thread

LOCAL, COPY = "local", "mongodb"
"""What an answer calls its source: the local books, or the online copy."""

Booked = dict[MeterId, Span]
T = TypeVar("T")


class EnergyService:
    """Answers questions of energy: from the online copy where it may, else from the books.

    Without books of its own (a server without meters) what the copy does not answer nobody can:
    then each question raises ReplicaUnreachable.
    """

    def __init__(
        self,
        site: Site,
        books: EnergyBooks | None,
        clock: Clock,
        assigned: Callable[[], Assignment],
        copy: Replica | None = None,
    ) -> None:
        """`assigned` says which meters have measured each role, as it stands now."""
        self._site = site
        self._books = books
        self._clock = clock
        self._assigned = assigned
        self._copy = copy

    async def of_period(
        self, text: str, resolution: Resolution | None, netting: Netting | None
    ) -> EnergyResult:
        """A period by its text. Raises BadQuestion, StoreBusy, ReplicaUnreachable."""
        booked = await self._booked()
        return await self._answer(self._query(text, resolution, netting, booked), booked)

    async def of_span(
        self, start: str, end: str, resolution: Resolution | None, netting: Netting | None
    ) -> EnergyResult:
        """The energies from one instant or local date to another.

        Raises BadQuestion, StoreBusy, ReplicaUnreachable.
        """
        calendar, now = self._site.calendar, self._clock.now_s()
        span = Span(calendar.instant_from("from", start), calendar.instant_from("to", end))
        query = query_of_span(calendar, span, resolution, netting or self._site.netting, now)
        return await self._answer(query, await self._booked())

    async def query(self, text: str) -> EnergyQuery:
        """The period that `text` names, cut as by default.

        Raises BadQuestion, StoreBusy, ReplicaUnreachable.
        """
        return self._query(text, None, None, await self._booked())

    def _query(
        self, text: str, resolution: Resolution | None, netting: Netting | None, booked: Booked
    ) -> EnergyQuery:
        calendar, now = self._site.calendar, self._clock.now_s()
        first = BooksSnapshot(self._site, self._assigned(), booked).first
        first_day = None if first is None else calendar.day_of(first)
        period = period_from(text, today=calendar.day_of(now), first_day=first_day)
        return query_of_period(calendar, period, resolution, netting or self._site.netting, now)

    async def _booked(self) -> Booked:
        """What is booked, here or in the copy: a new store does not know how old a home is."""
        if self._books is None:
            # Not what was once known: of a day after that it would say that nothing is booked.
            return _answered(await self._copy.booked_now() if self._copy else None)
        booked = await self._books.booked()
        for meter, there in (await self._copy.booked() if self._copy else {}).items():
            here = booked.get(meter, there)
            booked[meter] = Span(min(here.start, there.start), max(here.end, there.end))
        return booked

    async def _answer(self, query: EnergyQuery, booked: Booked) -> EnergyResult:
        def ask(books: EnergyBooks, source: str) -> Awaitable[EnergyResult]:
            return self._from(books, source, query, booked)

        if self._copy is None:
            return await ask(_answered(self._books), LOCAL)
        span = query.span
        if self._books is None:
            return _answered(await self._copy.answer(span, lambda books: ask(books, COPY)))
        here = await _unless_broken(ask(self._books, LOCAL))
        if not isinstance(here, StoreError) and self._copy.is_in_doubt(span):
            return here
        there = await self._copy.answer(span, lambda books: ask(books, COPY))
        if isinstance(here, StoreError):
            if there is None:
                raise here
            return there
        if there is None or self._is_as_good(self._copy, span, there, here):
            return there or here
        # Between the two more may have been booked, and posted.
        here = await ask(self._books, LOCAL)
        if not self._is_as_good(self._copy, span, there, here):
            self._copy.doubt(span)
        return here

    @staticmethod
    def _is_as_good(copy: Replica, span: Span, there: EnergyResult, here: EnergyResult) -> bool:
        """A day whose roll-up is lacking there was added up from its minutes."""
        return there.day_records >= here.day_records and copy.is_as_good(
            span, there.parts, here.parts
        )

    async def _from(
        self, books: EnergyBooks, source: str, query: EnergyQuery, booked: Booked
    ) -> EnergyResult:
        """Read, then added up."""
        home = BooksSnapshot(self._site, self._assigned(), booked)
        if late := home.late(query.asked_at, query.end):
            home = replace(home, periods_s=await _periods(books, late, booked))
        found = await EnergyReader(books, home).read(query)
        size = max(len(query.edges), len(found.quarters))
        return await in_thread(size, result_of, query, found, home, source)


async def _periods(
    books: EnergyBooks, meters: Sequence[MeterId], booked: Booked
) -> dict[MeterId, int]:
    """How long the newest record of each is."""
    newest = {
        meter: await books.series([meter], Span(end - QUARTER_S, end))
        for meter in meters
        for end in (booked[meter].end,)
    }
    return {meter: one.periods_s[-1] for meter, one in newest.items() if one.starts}


def _answered(found: T | None) -> T:
    if found is None:
        raise ReplicaUnreachable("MongoDB does not answer, and there are no other books here")
    return found


async def _unless_broken(answer: Awaitable[EnergyResult]) -> EnergyResult | StoreError:
    """What the store answers, or why it can't: the copy may."""
    try:
        return await answer
    except StoreError as error:
        return error
