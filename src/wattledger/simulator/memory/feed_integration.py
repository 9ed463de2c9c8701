"""Energy over any span, cut out of a feed's whole minutes without losing a count."""

from typing import NamedTuple

from wattledger.simulator.feed import Feed, PhaseMinute

MINUTE_MS = 60_000


class Span(NamedTuple):
    """True time, UTC epoch milliseconds, half-open."""

    begin_ms: int
    end_ms: int


Phases = tuple[PhaseMinute, PhaseMinute, PhaseMinute]
NOTHING: Phases = (PhaseMinute(0, 0, 0.0, 0.0),) * 3


def phases_over(feed: Feed, span: Span) -> Phases:
    """What flowed over the span, the power extremes being those of the minutes it touches.

    A part of a minute gets its share rounded down at both of its ends, so that parts that touch
    always add up to the whole minute.
    """
    if span.end_ms <= span.begin_ms:
        return NOTHING
    first_ms = span.begin_ms - span.begin_ms % MINUTE_MS
    parts = [
        _part_of_minute(feed, start_ms, span)
        for start_ms in range(first_ms, span.end_ms, MINUTE_MS)
    ]
    if len(parts) == 1:
        return parts[0]
    a, b, c = (_joined([part[phase] for part in parts]) for phase in range(3))
    return a, b, c


def _part_of_minute(feed: Feed, start_ms: int, span: Span) -> Phases:
    low = max(span.begin_ms - start_ms, 0)
    high = min(span.end_ms - start_ms, MINUTE_MS)
    minute = feed.minute(start_ms // 1000)
    if (low, high) == (0, MINUTE_MS):
        return minute
    a, b, c = (_cut(phase, low, high) for phase in minute)
    return a, b, c


def _cut(phase: PhaseMinute, low_ms: int, high_ms: int) -> PhaseMinute:
    return phase._replace(
        imported_dmwh=_share(phase.imported_dmwh, high_ms) - _share(phase.imported_dmwh, low_ms),
        exported_dmwh=_share(phase.exported_dmwh, high_ms) - _share(phase.exported_dmwh, low_ms),
    )


def _share(energy_dmwh: int, until_ms: int) -> int:
    return energy_dmwh * until_ms // MINUTE_MS


def _joined(parts: list[PhaseMinute]) -> PhaseMinute:
    return PhaseMinute(
        imported_dmwh=sum(part.imported_dmwh for part in parts),
        exported_dmwh=sum(part.exported_dmwh for part in parts),
        min_power_w=min(part.min_power_w for part in parts),
        max_power_w=max(part.max_power_w for part in parts),
    )
