"""What the meter's JSON may hold where a text, a list or an object is expected.

Numbers are judged in `energy/plausibility.py`.
"""

from collections.abc import Mapping

from wattledger.energy.clean_text import MOST_IN_A_NAME, clean_or_none, clean_texts

Fields = Mapping[str, object]


def text_or_none(value: object) -> str | None:
    """A clean name, model or version, of bounded length."""
    return clean_or_none(value, MOST_IN_A_NAME)


def texts(value: object, most: int) -> tuple[str, ...]:
    """The clean texts of a list, at most so many; null and absence mean an empty one."""
    return clean_texts(value, MOST_IN_A_NAME, most)


def fields_or_none(value: object) -> Fields | None:
    return value if isinstance(value, dict) else None
