"""What the meter's JSON may hold where a number is expected: `0`, `0.0`, null, or nothing."""

import math
from collections.abc import Mapping

Fields = Mapping[str, object]


def number_or_none(value: object) -> float | None:
    """The number, int and float alike; None for null, true, text, NaN and infinities."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def whole_or_none(value: object) -> int | None:
    """A whole number, also when written with a fraction of zero."""
    number = number_or_none(value)
    return int(number) if number is not None and number.is_integer() else None


def text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None


def texts(value: object) -> tuple[str, ...]:
    """The texts of a list; null and absence mean an empty one."""
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def fields_or_none(value: object) -> Fields | None:
    return value if isinstance(value, dict) else None
