"""Instants as text, many at a time: 1440 of them by `datetime` would cost more than the answer."""

from collections.abc import Sequence
from datetime import date, timedelta
from operator import le

from wattledger.energy.period import Calendar

_DAY_S = 86_400
_CHUNK = 96
_OFFSET_AT = len("2026-11-22T13:45:12")
_MINUTES = tuple(f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(1_440))


def instant_texts(calendar: Calendar, instants: Sequence[int]) -> list[str]:
    """Each as `calendar.text` gives it; in any order, quickest when sorted.

    Between two instants less than a day apart with the same offset no zone changes its offset and
    returns, so the texts between them differ in date and time of day only.
    """
    texts: list[str] = []
    for start in range(0, len(instants), _CHUNK):
        chunk = instants[start : start + _CHUNK]
        first, last = calendar.text(chunk[0]), calendar.text(chunk[-1])
        offset = first[_OFFSET_AT:]
        if len(chunk) < 4 or offset != last[_OFFSET_AT:] or not _within_a_day(chunk):
            texts += [calendar.text(instant) for instant in chunk]
        else:
            texts += _shifted(first, chunk, offset)
    return texts


def _within_a_day(chunk: Sequence[int]) -> bool:
    return chunk[-1] - chunk[0] < _DAY_S and all(map(le, chunk, chunk[1:]))


def _shifted(first: str, chunk: Sequence[int], offset: str) -> list[str]:
    """The texts of a sorted chunk under one offset, of which `first` is the first."""
    day, clock = first[:10], first[11:_OFFSET_AT]
    seconds = int(clock[:2]) * 3600 + int(clock[3:5]) * 60 + int(clock[6:])
    base = chunk[0] - seconds
    texts: list[str] = []
    for instant in chunk:
        since_midnight = instant - base
        if since_midnight >= _DAY_S:
            day = _next_day(day)
            base += _DAY_S
            since_midnight -= _DAY_S
        if since_midnight % 60:
            texts.append(
                f"{day}T{_MINUTES[since_midnight // 60]}:{since_midnight % 60:02d}{offset}"
            )
        else:
            texts.append(f"{day}T{_MINUTES[since_midnight // 60]}:00{offset}")
    return texts


def _next_day(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
