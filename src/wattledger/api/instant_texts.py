"""Instants as text, many at a time: 1440 of them by `datetime` would cost more than the answer."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta
from operator import le

from wattledger.energy.period import Calendar

AT = "RFC 3339 with the home's UTC offset"
"""How an instant is written, for descriptions of fields."""
_DAY_S = 86_400
_CHUNK = 96
_OFFSET_AT = len("2026-11-22T13:45:12")
_MINUTES = tuple(f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(1_440))


def instant_texts(calendar: Calendar, instants: Sequence[int]) -> list[str]:
    """Each as `calendar.text` gives it; in any order, quickest when sorted.

    Between two instants less than a day apart with the same offset no zone changes its offset and
    returns, so the texts between them differ in date and time of day only. Those further apart are
    midnights, asked for again and again.
    """
    texts: list[str] = []
    for start in range(0, len(instants), _CHUNK):
        chunk = instants[start : start + _CHUNK]
        if len(chunk) < 4 or not _within_a_day(chunk):
            texts += map(calendar.remembered_text, chunk)
            continue
        first, last = calendar.text(chunk[0]), calendar.text(chunk[-1])
        offset = first[_OFFSET_AT:]
        if offset == last[_OFFSET_AT:]:
            texts += _shifted(first, chunk, offset)
        else:
            texts += map(calendar.text, chunk)
    return texts


def _within_a_day(chunk: Sequence[int]) -> bool:
    return chunk[-1] - chunk[0] < _DAY_S and all(map(le, chunk, chunk[1:]))


def _shifted(first: str, chunk: Sequence[int], offset: str) -> list[str]:
    """The texts of a sorted chunk under one offset, of which `first` is the first."""
    day, clock = first[:10], first[11:_OFFSET_AT]
    seconds = int(clock[:2]) * 3600 + int(clock[3:5]) * 60 + int(clock[6:])
    midnight = chunk[0] - seconds
    texts: list[str] = []
    while chunk:
        count = bisect_left(chunk, midnight + _DAY_S)
        texts += _in_a_day(f"{day}T", [instant - midnight for instant in chunk[:count]], offset)
        chunk, day, midnight = chunk[count:], _next_day(day), midnight + _DAY_S
    return texts


def _in_a_day(head: str, seconds: Sequence[int], offset: str) -> list[str]:
    """The texts of seconds after one midnight; of evenly spaced whole minutes at once."""
    first, last = seconds[0], seconds[-1]
    step = seconds[1] - first if len(seconds) > 1 else 60
    if first % 60 == 0 and step and step % 60 == 0 and [*range(first, last + 1, step)] == seconds:
        ending = f":00{offset}"
        return [
            head + clock + ending for clock in _MINUTES[first // 60 : last // 60 + 1 : step // 60]
        ]
    return [f"{head}{_MINUTES[second // 60]}:{second % 60:02d}{offset}" for second in seconds]


def _next_day(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
