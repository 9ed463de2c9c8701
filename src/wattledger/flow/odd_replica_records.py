"""Where the online copy has what is no record, or one twice, or a day's sums that are none, for a
server that can't compare it.

Told until the same stretch was read once more, and nothing was found there.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import chain

from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import MeterId
from wattledger.energy.netting import Netting
from wattledger.energy.spans import Span, merged, without

READ_AT_ONCE_S = 86_400


class OddReplicaRecords:
    """Told by the reader of what it met."""

    def __init__(self) -> None:
        self._spans: dict[MeterId, list[Span]] = {}
        self._days: dict[Netting, frozenset[int]] = {}

    def met(self, meters: Sequence[MeterId], span: Span, *, is_sound: bool) -> None:
        for meter in meters:
            known = self._spans.pop(meter, [])
            spans = without(known, [span]) if is_sound else merged([*known, span])
            if spans:
                self._spans[meter] = spans

    def met_days(self, days: range, netting: Netting, odd: Collection[int]) -> None:
        """Which of the days that were read have sums that are none, by their ordinals."""
        known = self._days.pop(netting, frozenset()).difference(days)
        if found := known.union(odd):
            self._days[netting] = found

    def days_to_read(self) -> list[tuple[int, Netting]]:
        """Of each netting a day that may be in order by now."""
        return [(min(found), netting) for netting, found in self._days.items()]

    def to_read(self) -> list[tuple[MeterId, Span]]:
        """Of each meter a stretch that may be in order by now."""
        return [
            (meter, Span(spans[0].start, min(spans[0].end, spans[0].start + READ_AT_ONCE_S)))
            for meter, spans in self._spans.items()
        ]

    def standing(self) -> Iterator[Fault]:
        spans = merged(chain.from_iterable(self._spans.values()))
        if spans:
            yield Fault(
                FaultKind.COPY_LACKS,
                f"MongoDB has records twice, or of somebody else's making, between "
                f"{_day(spans[0].start)} and {_day(spans[-1].end)}: they are left out",
            )
        if days := frozenset[int]().union(*self._days.values()):
            yield Fault(
                FaultKind.COPY_LACKS,
                f"MongoDB has sums of {len(days)} days that can't be read, the first of "
                f"{date.fromordinal(min(days))}: these days are added up from their minutes",
            )


def _day(instant: int) -> str:
    return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%d}"
