"""What somebody else has written into the copy: which minutes it is of, and what is known of those
documents that are no record, which the copy's port leaves out of all but its sums.
"""

from collections import Counter
from collections.abc import Iterable

from wattledger.energy.meter import MeterId
from wattledger.energy.record import MinuteRecord
from wattledger.energy.spans import Span


class Odd:
    """Documents that are no record, text for numbers say: each is counted, and adds nothing."""

    def __init__(self, starts: dict[MeterId, Counter[int]] | None = None) -> None:
        self._starts = starts or {}

    def copied(self) -> "Odd":
        return Odd({meter: own.copy() for meter, own in self._starts.items()})

    @property
    def meters(self) -> set[MeterId]:
        return {*self._starts}

    def add(self, meter: MeterId, start: int) -> None:
        self._starts.setdefault(meter, Counter())[start] += 1

    def tally(self, meter: MeterId, span: Span) -> tuple[int, int, int, int]:
        own = self._starts.get(meter, Counter[int]())
        found = {start: n for start, n in own.items() if span.start <= start < span.end}
        return sum(found.values()), sum(n * (start // 60) for start, n in found.items()), 0, 0


class Forged:
    """Records that somebody else wrote, be they true or not."""

    def __init__(self) -> None:
        self._records: dict[MeterId, dict[int, set[MinuteRecord]]] = {}

    def add(self, meter: MeterId, records: Iterable[MinuteRecord]) -> None:
        own = self._records.setdefault(meter, {})
        for record in records:
            own.setdefault(record.start, set()).add(record)

    def has(self, meter: MeterId, record: MinuteRecord) -> bool:
        return record in self._records.get(meter, {}).get(record.start, ())

    def any_of(self, meter: MeterId, records: Iterable[MinuteRecord]) -> bool:
        """Whether one of what is there of a minute is by somebody else."""
        return any(self.has(meter, record) for record in records)
