"""The online copy as questions see it: asked for what it has whole, and not while it is away.

Where the store has books of its own, what the copy answers is held against what they answer: it is
only good where it has at least as much, and nothing otherwise.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from operator import ge
from typing import TypeVar

from wattledger.energy.balance import Energies
from wattledger.energy.clock import Clock
from wattledger.energy.errors import ReplicaError, ReplicaRefused
from wattledger.energy.meter import MeterId
from wattledger.energy.netting import Netting
from wattledger.energy.record import MinuteRecord
from wattledger.energy.spans import Span
from wattledger.flow.ports import EnergyBooks
from wattledger.flow.replica_check import ReplicaCheck
from wattledger.flow.replica_timing import ReplicaTiming

log = logging.getLogger(__name__)

T = TypeVar("T")


class Replica:
    """The copy's books; `lacks` says whether something of a span has still to be posted to it,
    None where nothing ever has.
    """

    def __init__(
        self,
        books: EnergyBooks,
        lacks: Callable[[Span], Awaitable[bool]] | None,
        clock: Clock,
        replica_check: ReplicaCheck | None = None,
        pace: ReplicaTiming | None = None,
    ) -> None:
        self._replica_check = replica_check
        self._books = books
        self._lacks = lacks
        self._clock = clock
        self._away_until_s = 0.0
        self._booked: dict[MeterId, Span] = {}
        self._pace = pace or ReplicaTiming()
        self.silent_s: float | None = None
        """When it first did not answer, by the monotonic clock; None since it last did."""

    @property
    def silent_since(self) -> float | None:
        """The same in UTC epoch seconds."""
        clock, silent_s = self._clock, self.silent_s
        return None if silent_s is None else clock.now_s() - (clock.monotonic_s() - silent_s)

    async def booked(self) -> dict[MeterId, Span]:
        """What it has, as far as known."""
        await self.booked_now()
        return self._booked

    async def booked_now(self) -> dict[MeterId, Span] | None:
        """What it has; None when it does not answer."""
        found = await self._asked(lambda books: books.booked())
        if found is not None:
            self._booked = found
        return found

    async def answer(self, span: Span, ask: Callable[[EnergyBooks], Awaitable[T]]) -> T | None:
        """None when minutes or days of the span still wait to be posted, or it does not answer."""
        if self._lacks is not None and await self._lacks(span):
            return None
        return await self._asked(ask, span)

    def is_as_good(self, span: Span, there: Sequence[Energies], here: Sequence[Energies]) -> bool:
        """Whether an answer of the copy's may leave, beside that of the store to the same question.

        More than the store has it may have where it was found to: a store may be younger than its
        copy.
        """
        if there == here:
            return True
        more = self._replica_check is None or self._replica_check.has_more(span)
        pairs = zip(there, here, strict=True)
        return more and all(of_copy == own or _has_more(of_copy, own) for of_copy, own in pairs)

    def is_in_doubt(self, span: Span) -> bool:
        """Whether it is known to be worse there than the store, or may be."""
        return self._replica_check is not None and self._replica_check.doubts(span)

    def doubt(self, span: Span) -> None:
        """It answered worse than the store, or refused to: what it has is counted."""
        if self._replica_check is not None:
            self._replica_check.doubt(span)

    async def minutes(self, meter: MeterId, span: Span) -> list[MinuteRecord] | None:
        """What it has of a meter's span, be it whole or not; None when it does not answer."""
        return await self._asked(lambda books: books.minutes([meter], span))

    async def day(self, ordinal: int, netting: Netting) -> list[tuple[int, Energies]] | None:
        """What it has of a local day's sums; None when it does not answer."""
        return await self._asked(lambda books: books.days(ordinal, ordinal + 1, netting))

    def leave_alone(self) -> None:
        """Nobody waits for it for a while, as after a failure of its own."""
        self._away_until_s = self._clock.monotonic_s() + self._pace.left_alone_s

    def ask_again(self) -> None:
        """It was heard elsewhere."""
        self._away_until_s = 0.0

    async def _asked(
        self, ask: Callable[[EnergyBooks], Awaitable[T]], span: Span | None = None
    ) -> T | None:
        if self._clock.monotonic_s() < self._away_until_s:
            return None
        try:
            async with asyncio.timeout(self._pace.deadline_s):
                answer = await ask(self._books)
        except (ReplicaError, TimeoutError) as error:
            words = str(error) or "no answer in time"
            log.info("mongodb: not asked for a while: %s", words)
            self.leave_alone()
            if span is not None and isinstance(error, ReplicaRefused):
                self.doubt(span)
            if self.silent_s is None:
                self.silent_s = self._clock.monotonic_s()
            return None
        self.silent_s = None
        return answer


def _has_more(there: Energies, here: Energies) -> bool:
    """Whether more seconds are covered, and in nothing fewer."""
    return there.times_s != here.times_s and all(map(ge, there.times_s, here.times_s))
