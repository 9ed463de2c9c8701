"""A question of energy, from its period to its columns."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from wattledger.energy.balance import Energies, Roles
from wattledger.energy.clock import Clock
from wattledger.energy.coverage import Coverage, Elapsed, coverage_of, elapsed_at
from wattledger.energy.energy_query import EnergyQuery, question_from_period, question_from_span
from wattledger.energy.errors import ReplicaUnreachable, StoreError
from wattledger.energy.meter import MeterId
from wattledger.energy.netting import Netting, netting_of_buckets
from wattledger.energy.period import Period, Resolution, period_from
from wattledger.energy.site import Assignment, Site
from wattledger.energy.spans import Span
from wattledger.flow.energy_aggregation import Days, EnergyAggregation
from wattledger.flow.energy_buckets import Buckets, with_coverage
from wattledger.flow.ports import EnergyBooks
from wattledger.flow.replica import Replica

LOCAL, COPY = "local", "mongodb"
"""What an answer calls its source: the local books, or the online copy."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class EnergyResult:
    """The energies of a span: as a whole, and cut into buckets."""

    question: EnergyQuery
    netting: Netting
    buckets_netting: Netting
    totals: Energies
    coverage: Coverage
    buckets: Buckets
    previous: Period | None
    next: Period | None
    source: str
    complete: bool
    """Whether the span is over and all of it is booked, so that the answer will not change."""
    day_records: int = 0
    """How many roll-ups of whole days it is made from."""

    @property
    def parts(self) -> list[Energies]:
        """Of the whole and of each bucket."""
        return [self.totals, *self.buckets.energies]


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
        self._days = Days(site.calendar)

    async def of_period(
        self, text: str, resolution: Resolution | None, netting: Netting | None
    ) -> EnergyResult:
        """A period by its text. Raises BadQuestion, StoreBusy, ReplicaUnreachable."""
        now, booked = self._clock.now_s(), await self._booked()
        question = self._question(text, resolution, now, booked)
        return await self._answer(question, netting or self._site.netting, now, booked)

    async def question(self, text: str) -> EnergyQuery:
        """The period that `text` names, cut as by default.

        Raises BadQuestion, StoreBusy, ReplicaUnreachable.
        """
        return self._question(text, None, self._clock.now_s(), await self._booked())

    def _question(
        self, text: str, resolution: Resolution | None, now: float, booked: dict[MeterId, Span]
    ) -> EnergyQuery:
        calendar = self._site.calendar
        starts = [span.start for span in booked.values()]
        first_day = calendar.day_of(min(starts)) if starts else None
        period = period_from(text, today=calendar.day_of(now), first_day=first_day)
        return question_from_period(calendar, period, resolution, now)

    async def of_span(
        self, start: str, end: str, resolution: Resolution | None, netting: Netting | None
    ) -> EnergyResult:
        """The energies from one instant or local date to another.

        Raises BadQuestion, StoreBusy, ReplicaUnreachable.
        """
        calendar, now = self._site.calendar, self._clock.now_s()
        from_s = calendar.instant_from("from", start)
        to_s = calendar.instant_from("to", end)
        question = question_from_span(calendar, from_s, to_s, resolution, now)
        return await self._answer(
            question, netting or self._site.netting, now, await self._booked()
        )

    async def _booked(self) -> dict[MeterId, Span]:
        """What is booked, here or in the copy: a new store does not know how old a home is."""
        if self._books is None:
            # Not what was once known: of a day after that it would say that nothing is booked.
            return _answered(await self._copy.booked_now() if self._copy else None)
        booked = await self._books.booked()
        for meter, there in (await self._copy.booked() if self._copy else {}).items():
            here = booked.get(meter, there)
            booked[meter] = Span(min(here.start, there.start), max(here.end, there.end))
        return booked

    async def _answer(
        self, question: EnergyQuery, netting: Netting, now: float, booked: dict[MeterId, Span]
    ) -> EnergyResult:
        def ask(books: EnergyBooks, source: str) -> Awaitable[EnergyResult]:
            return self._from(books, source, question, netting, now, booked)

        if self._copy is None:
            return await ask(_answered(self._books), LOCAL)
        span = Span(question.start, question.edges[-1])
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
        self,
        books: EnergyBooks,
        source: str,
        question: EnergyQuery,
        netting: Netting,
        now: float,
        booked: dict[MeterId, Span],
    ) -> EnergyResult:
        elapsed = self._elapsed(now, booked)
        buckets_netting = netting_of_buckets(netting, question.resolution)
        bounds = Span(
            min((span.start for span in booked.values()), default=0),
            max((span.end for span in booked.values()), default=0),
        )
        walk = EnergyAggregation(self._site, self._days, self._assigned(), books, bounds)
        parts, whole = await walk.energies(question, netting, buckets_netting)
        roles = self._site.roles
        buckets = with_coverage(question.edges, parts, elapsed, roles)
        coverage = coverage_of(question.start, question.end, whole, elapsed, roles)
        period = question.period
        after = period.next if period else None
        if after and self._site.calendar.start_of(after.first) > now:
            after = None
        return EnergyResult(
            question=question,
            netting=netting,
            buckets_netting=buckets_netting,
            totals=whole,
            coverage=coverage,
            buckets=buckets,
            previous=period.previous if period else None,
            next=after,
            source=source,
            complete=question.end <= now and _is_whole(question, whole, roles),
            day_records=walk.day_records,
        )

    def _elapsed(self, now: float, booked: dict[MeterId, Span]) -> Elapsed:
        def newest(meters: Sequence[MeterId]) -> int | None:
            return max((booked[meter].end for meter in meters if meter in booked), default=None)

        return elapsed_at(now, newest(self._assigned().grid), newest(self._assigned().solar))


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


def _is_whole(question: EnergyQuery, whole: Energies, roles: Roles) -> bool:
    """Whether every second is booked; coverage says 100 while the last minutes are under way."""
    covered_s = whole.common_s if roles.grid else whole.solar_s
    return covered_s >= question.end - question.start
