"""Hours, days and months of a tariff's zones, as they are written: "22:00-07:00", "mon-sat"."""

import re

from wattledger.energy.tariff import EVERY_MONTH, EVERY_WEEKDAY, MINUTES_A_DAY, When
from wattledger.file_formats.toml_table import Table

ZONE_KEYS = ("hours", "days", "months")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FROM_TO = re.compile(r"([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})", re.ASCII)
_QUARTER_MINUTES = 15


def when_of(table: Table) -> When | None:
    """The moments that a zone's keys name; None where one of them is wrong."""
    hours = _hours_of(table)
    weekdays = _named(table, "days", _WEEKDAYS, 0)
    months = _named(table, "months", _MONTHS, 1)
    if hours is None or weekdays is None or months is None:
        return None
    return When(*hours, weekdays or EVERY_WEEKDAY, months or EVERY_MONTH)


def _hours_of(table: Table) -> tuple[int, int] | None:
    if not table.is_given("hours"):
        return 0, MINUTES_A_DAY
    text = table.text("hours")
    if text is None:
        return None
    if not (match := _FROM_TO.fullmatch(text.replace(" ", ""))):
        table.wrong("hours", 'hours must be such as "07:00-22:00"')
        return None
    from_hour, from_minute, to_hour, to_minute = (int(part) for part in match.groups())
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if max(from_minute, to_minute) > 59 or start >= MINUTES_A_DAY or end > MINUTES_A_DAY:
        table.wrong("hours", "hours go from 00:00 to 24:00")
    elif start % _QUARTER_MINUTES or end % _QUARTER_MINUTES:
        table.wrong("hours", "hours begin and end on a quarter: minutes 00, 15, 30 or 45")
    elif start == end:
        table.wrong("hours", "hours begin and end at once; all day is 00:00-24:00")
    else:
        return start, end
    return None


def _named(table: Table, key: str, names: tuple[str, ...], first: int) -> frozenset[int] | None:
    """The days or months of "mon-sat", "nov-mar" or "mon, wed"; empty where nothing is said."""
    if not table.is_given(key):
        return frozenset()
    text = table.text(key)
    if text is None:
        return None
    found: set[int] = set()
    for part in text.lower().replace(" ", "").split(","):
        ends = part.split("-")
        if len(ends) > 2 or not set(ends) <= set(names):
            table.wrong(key, f"{key} must be such as {names[0]}-{names[4]} or {names[5]}")
            return None
        start, end = names.index(ends[0]), names.index(ends[-1])
        length = (end - start) % len(names) + 1
        found |= {first + (start + step) % len(names) for step in range(length)}
    return frozenset(found)
