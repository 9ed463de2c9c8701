"""What was damaged comes back: from the meter, which is asked first, else from the online copy.

What the meter lists no more, and the copy has answered without, nobody has: it is given up. It
stays damaged, and is asked for ever more seldom.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wattledger.energy.booking_entry import Entry
from wattledger.energy.meter import MeterId
from wattledger.energy.record import MinuteRecord, Origin
from wattledger.energy.spans import Span, common, merged
from wattledger.flow.backfill import Backfill
from wattledger.flow.books_context import BooksContext

METER_FIRST_S = 120.0
"""How long the meter is given before the online copy is asked."""
LEFT_ALONE_S = 30.0
"""How long the copy is not asked after it did not answer: longer than `Pace.left_alone_s`, within
which no question reaches it."""
LONGEST_S = 86_400.0
"""The pause between two questions for one span doubles up to this."""

PART_S = 86_400
"""At most so much is asked for at once, from edge to edge: more may take the copy too long."""

FromCopy = Callable[[MeterId, Span], Awaitable[Sequence[MinuteRecord] | None]]


@dataclass(slots=True)
class _Wait:
    """For one span, by the monotonic clock."""

    since_s: float
    due_s: float
    pause_s: float = METER_FIRST_S
    has_answered: bool = False
    """Whether the copy has, so that what is damaged still is not there."""


class DamageHealing:
    """Of one store."""

    def __init__(
        self, context: BooksContext, backfills: Sequence[Backfill], from_copy: FromCopy | None
    ) -> None:
        """`from_copy` gives what the online copy has of a span; None without one."""
        self._bookkeeper = context.bookkeeper
        self._clock = context.clock
        self._backfills = backfills
        self._from_copy = from_copy
        self._left_alone_until_s = 0.0
        self._waits: dict[tuple[MeterId, Span], _Wait] = {}
        self.given_up: Mapping[MeterId, list[Span]] = {}
        """What nobody has any more, as far as is known since the start."""

    async def heal(self, damaged: Mapping[MeterId, Sequence[Span]]) -> None:
        """Asks the copy for what is due, and gives up what nobody has. Raises StoreError."""
        now_s, waits = self._clock.monotonic_s(), self._waits
        parts = [(meter, part) for meter, spans in damaged.items() for part in _parts(spans)]
        self._waits = {one: waits.get(one) or _Wait(now_s, now_s + METER_FIRST_S) for one in parts}
        self._give_up(damaged)
        if self._from_copy is not None:
            await self._ask(self._from_copy)

    def _give_up(self, damaged: Mapping[MeterId, Sequence[Span]]) -> None:
        lost = {meter: [*spans] for meter, spans in self.given_up.items()}
        for (meter, span), wait in self._waits.items():
            if self._has_waited(wait):
                lost.setdefault(meter, []).extend(self._listed_nowhere(meter, span, wait.since_s))
        still = {meter: common(merged(lost[meter]), damaged.get(meter, ())) for meter in lost}
        self.given_up = {meter: spans for meter, spans in still.items() if spans}

    def _has_waited(self, wait: _Wait) -> bool:
        """For the copy's answer; without a copy, as long as the meter is given."""
        if self._from_copy is None:
            return self._clock.monotonic_s() >= wait.due_s
        return wait.has_answered

    def _listed_nowhere(self, meter: MeterId, span: Span, since_s: float) -> list[Span]:
        """What of a span its meter has not listed since then; one that is away may be that meter,
        unless it is connected.
        """
        for backfill in self._backfills:
            if backfill.meter_id == meter:
                return backfill.not_listed(span, since_s)
        return [] if any(one.meter_id is None for one in self._backfills) else [span]

    async def _ask(self, from_copy: FromCopy) -> None:
        """Until it does not answer: it is away, or that span is too much for it. What is due for
        the longest comes first, so that nothing waits for ever behind others.
        """
        now_s = self._clock.monotonic_s()
        if now_s < self._left_alone_until_s:
            return
        due = [one for one in self._waits.items() if one[1].due_s <= now_s]
        for (meter, span), wait in sorted(due, key=lambda one: one[1].due_s):
            records = await from_copy(meter, span)
            now_s = self._clock.monotonic_s()
            if records is None:
                wait.due_s = now_s + wait.pause_s
                self._left_alone_until_s = now_s + LEFT_ALONE_S
                return
            if records:
                await self._bookkeeper.submit(
                    [Entry(meter, record, Origin.FETCHED) for record in records]
                )
            wait.has_answered = True
            wait.due_s, wait.pause_s = now_s + wait.pause_s, min(2 * wait.pause_s, LONGEST_S)


def _parts(spans: Sequence[Span]) -> Iterator[Span]:
    for start, end in spans:
        edges = range((start // PART_S + 1) * PART_S, end, PART_S)
        yield from map(Span._make, pairwise([start, *edges, end]))
