"""Where the online copy has what is no record, or one twice, for a server that can't compare it.

Told until the same stretch was read once more, and nothing was found there.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain

from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import MeterId
from wattledger.energy.spans import Span, merged, without

READ_AT_ONCE_S = 86_400


class OddReplicaRecords:
    """Told by the reader of what it met."""

    def __init__(self) -> None:
        self._spans: dict[MeterId, list[Span]] = {}

    def met(self, meters: Sequence[MeterId], span: Span, *, is_sound: bool) -> None:
        for meter in meters:
            known = self._spans.pop(meter, [])
            spans = without(known, [span]) if is_sound else merged([*known, span])
            if spans:
                self._spans[meter] = spans

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


def _day(instant: int) -> str:
    return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%d}"
