"""What the writer knows by heart: meters' numbers, what is booked, which roll-ups are missing.

Every write works on a copy, which replaces the original once the commit is on the disk: a failed
write leaves memory as true as the file.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace

from wattledger.energy.daily_limit import DailyLimit
from wattledger.energy.home_quantities import Roles
from wattledger.energy.meter import MeterId
from wattledger.energy.period import Calendar
from wattledger.energy.site import Assignment, MeasuredSource
from wattledger.energy.spans import Span
from wattledger.store.noticed_damage import NoticedDamage


@dataclass(slots=True)
class Pending:
    """The local days without a roll-up, and of each the quarter-hours that lack theirs; by ordinal.

    None instead of a set: not known which, the day is to be gone through. Days from `first` up to,
    not including, `end` are either here or in `days` of the file.
    """

    days: dict[int, frozenset[int] | None] = field(default_factory=dict)
    first: int = 0
    end: int = 0

    def copy(self) -> "Pending":
        return Pending(dict(self.days), self.first, self.end)

    def reach(self, first: int, end: int) -> None:
        """Takes in the days of [first, end) and those between them and what is known."""
        if self.first == self.end:
            self.first = self.end = first
        for ordinal in (*range(first, self.first), *range(self.end, end)):
            self.days[ordinal] = frozenset()
        self.first, self.end = min(self.first, first), max(self.end, end)

    def lose(self, ordinal: int, quarters: Iterable[int]) -> None:
        """These quarters of the day lack their row; of a day of which nothing is known, none is."""
        known = self.days.get(ordinal, frozenset())
        self.days[ordinal] = None if known is None else known.union(quarters)

    def lose_day(self, ordinal: int) -> None:
        """Which of its quarters have their row is not known."""
        if self.first <= ordinal < self.end:
            self.days[ordinal] = None

    def settle(self, ordinal: int, left: frozenset[int]) -> None:
        """But for the quarters that are left."""
        self.days[ordinal] = left

    def settle_day(self, ordinal: int) -> None:
        del self.days[ordinal]

    def begin(self, days: range, settled: Container[int]) -> None:
        """All of these days but those that have their row are to be gone through."""
        self.first, self.end = days.start, days.stop
        self.days = {ordinal: None for ordinal in days if ordinal not in settled}


@dataclass(slots=True)
class WriterMemory:
    """State of the books beside the file, rebuilt from it at start."""

    calendar: Calendar
    roles: Roles
    assignment: Assignment = field(default_factory=Assignment)
    numbers: dict[MeterId, int] = field(default_factory=dict)
    bounds: dict[int, Span] = field(default_factory=dict)
    """By meter number, from the first record's start to the last one's end."""
    saved: dict[int, Span] = field(default_factory=dict)
    """The bounds as the file has them."""
    pending: Pending = field(default_factory=Pending)
    copy_id: str | None = None
    """Which online copy the outbox is for; None while there is none."""
    copy_epoch: int = 0
    """The newest lease epoch of that copy that was noted."""
    outbox_filled_to: int | None = None
    """Up to which key older minutes have entered the outbox; None when all have."""
    waiting: dict[int, int] = field(default_factory=dict)
    """How many minutes of each meter are in the outbox."""
    details: list[tuple[int | None, ...]] = field(default_factory=list)
    """Rows that wait to be written with others."""
    contradicted: dict[int, DailyLimit] = field(default_factory=dict)
    parked: dict[int, DailyLimit] = field(default_factory=dict)
    """What each meter may still have kept aside, or parked, today."""
    noticed: NoticedDamage = field(default_factory=NoticedDamage)
    """What is found damaged: one for all copies, since it stays found if a write fails."""

    def copy(self) -> "WriterMemory":
        return replace(
            self,
            numbers=dict(self.numbers),
            bounds=dict(self.bounds),
            saved=dict(self.saved),
            pending=self.pending.copy(),
            waiting=dict(self.waiting),
            details=list(self.details),
            contradicted={number: one.copy() for number, one in self.contradicted.items()},
            parked={number: one.copy() for number, one in self.parked.items()},
        )

    def enrol(self, meter: MeterId, number: int) -> None:
        self.numbers[meter] = number

    def forget(self, meter: MeterId) -> None:
        """Its number may become another's."""
        number = self.numbers.pop(meter)
        self.contradicted.pop(number, None)
        self.parked.pop(number, None)

    def book(self, number: int, bounds: Span) -> None:
        """From where to where the meter is booked now."""
        self.bounds[number] = bounds

    def save(self, number: int, bounds: Span) -> None:
        """So the file has the meter's bounds."""
        self.saved[number] = bounds

    def assign(self, assignment: Assignment) -> None:
        self.assignment = assignment

    def aim(
        self, copy_id: str | None, epoch: int, filled_to: int | None, waiting: dict[int, int]
    ) -> None:
        """The outbox is for this copy, and holds so many minutes of each meter's number."""
        self.copy_id, self.copy_epoch = copy_id, epoch
        self.outbox_filled_to, self.waiting = filled_to, waiting

    def note(self, epoch: int) -> None:
        self.copy_epoch = epoch

    def fill(self, filled_to: int | None) -> None:
        self.outbox_filled_to = filled_to

    def wait(self, counts: Mapping[int, int]) -> None:
        """So many more minutes of each meter's number are in the outbox, or fewer."""
        for number, count in counts.items():
            self.waiting[number] = self.waiting.get(number, 0) + count

    def keep_details(self, rows: Iterable[tuple[int | None, ...]]) -> None:
        self.details.extend(rows)

    def take_details(self) -> list[tuple[int | None, ...]]:
        """They are being written."""
        taken, self.details = self.details, []
        return taken

    def limit_contradicted(self, number: int, limit: DailyLimit) -> None:
        self.contradicted[number] = limit

    def limit_parked(self, number: int, limit: DailyLimit) -> None:
        self.parked[number] = limit

    def numbers_of(self, meters: Iterable[MeterId]) -> list[int]:
        """Those of them that ever were in the books."""
        return [self.numbers[meter] for meter in meters if meter in self.numbers]

    @property
    def sources(self) -> list[MeasuredSource]:
        """Those that roll-ups are of."""
        return [one for of in self.roles.quantities for one in self.assignment.of(of)]

    @property
    def rolled_up(self) -> set[int]:
        """The meters that roll-ups are of."""
        return {number for one in self.sources for number in self.numbers_of(one.meters)}

    @property
    def newest_end(self) -> int:
        """The end of the newest record of any meter; 0 on empty books."""
        return max((span.end for span in self.bounds.values()), default=0)

    @property
    def booked_past(self) -> int:
        """Up to where each source's meters have booked: what ended before will hardly change."""
        ends = [self._booked_to(one) for one in self.sources]
        return min(ends, default=0) if self._has_all else 0

    def _booked_to(self, source: MeasuredSource) -> int:
        numbers = self.numbers_of(source.meters)
        return max((self.bounds[n].end for n in numbers if n in self.bounds), default=0)

    @property
    def _has_all(self) -> bool:
        """Whether each quantity of the home has a source that is known by now."""
        there = [one for one in self.roles.quantities if one.since is not None]
        return all(self.assignment.of(one) for one in there)

    def closed_to(self, now: float) -> int:
        """Windows that end at or before this instant are closed."""
        return max(self.booked_past, int(now) - 90)

    def rolled_up_span(self) -> Span | None:
        """From the first to the last record of the meters that the roll-ups are of."""
        spans = [self.bounds[n] for n in self.rolled_up if n in self.bounds]
        if not spans:
            return None
        return Span(min(span.start for span in spans), max(span.end for span in spans))
