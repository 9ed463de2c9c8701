"""A table of a TOML file, read key by key: what is wrong is noted with its line, and no more."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from wattledger.energy.clean_text import clean, is_clean
from wattledger.file_formats.toml_line_numbers import Place

_DECIMAL = re.compile(r"[+-]?[0-9]{1,9}([.][0-9]{1,12})?", re.ASCII)
_LONGEST_NAME = 80

E = TypeVar("E", bound=StrEnum)


@dataclass
class Faults:
    """What is wrong, with its line; once each, in the order of the file."""

    lines: Mapping[Place, int]
    found: set[tuple[int, str]] = field(default_factory=set)

    def line_of(self, place: Place) -> int:
        """Of a key, else of the table that holds it."""
        while place:
            for there in (place, (*place, 0)):  # a list of tables begins with its first one
                if there in self.lines:
                    return self.lines[there]
            place = place[:-1]
        return 1

    def at(self, place: Place, words: str) -> None:
        self.found.add((self.line_of(place), words))

    def told(self, file: str) -> list[str]:
        return [f"{file}:{line}: {words}" for line, words in sorted(self.found)]


@dataclass
class Table:
    """One table. What is asked for and is wrong or missing is noted, and None."""

    place: Place
    values: Mapping[str, object]
    faults: Faults
    keys: Sequence[str]

    def __post_init__(self) -> None:
        for key in self.values:
            if key not in self.keys:
                self.wrong(key, f"unknown key '{clean(key, 40)}'; known are {', '.join(self.keys)}")

    def wrong(self, key: str, words: str) -> None:
        self.faults.at((*self.place, key), words)

    def is_given(self, key: str) -> bool:
        return key in self.values

    def text(self, key: str, *, default: str | None = None) -> str | None:
        value = self.values.get(key, default)
        if value is None:
            self.wrong(key, f"{key} is missing")
        elif not isinstance(value, str):
            self.wrong(key, f'{key} must be a text, in "quotes"')
        elif not 0 < len(value) <= _LONGEST_NAME or not is_clean(value):
            self.wrong(key, f"{key} must be a single line of 1 to {_LONGEST_NAME} characters")
        else:
            return value
        return None

    def decimal(self, key: str, digits: int, *, default: str | None = None) -> int | None:
        """A decimal text as a count of the `digits`-th decimal."""
        value = self.values.get(key, default)
        if value is None:
            self.wrong(key, f"{key} is missing")
        elif not isinstance(value, str):
            self.wrong(key, f'{key} must be a decimal text in quotes, such as "5.10"')
        elif not _DECIMAL.fullmatch(value):
            self.wrong(key, f"{key}: '{clean(value, 40)}' is no decimal number such as 5.10")
        else:
            number = Decimal(value).scaleb(digits)
            if number == number.to_integral_value():
                return int(number)
            self.wrong(key, f"{key} has more than {max(digits, 0)} decimals, and would be rounded")
        return None

    def amount(self, key: str, digits: int, *, default: str | None = None) -> int | None:
        """The same, for what is never below 0."""
        number = self.decimal(key, digits, default=default)
        if number is not None and number < 0:
            self.wrong(key, f"{key} must not be below 0")
            return None
        return number

    def day(self, key: str, *, is_needed: bool) -> date | None:
        value = self.values.get(key)
        if value is None:
            if is_needed:
                self.wrong(key, f"{key} is missing: a day, such as {key} = 2025-01-01")
        elif isinstance(value, date) and not isinstance(value, datetime):
            return value
        else:
            self.wrong(key, f"{key} must be a day without quotes, such as 2025-01-01")
        return None

    def choice(self, key: str, kinds: type[E], *, default: E | None = None) -> E | None:
        value = self.values.get(key, default)
        if value in set(kinds):
            return kinds(str(value))
        known = ", ".join(kinds)
        if value is None:
            self.wrong(key, f"{key} is missing: one of {known}")
        else:
            self.wrong(key, f"{key} must be one of {known}")
        return None

    def flag(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.wrong(key, f"{key} must be true or false")
        return value is True

    def whole(self, key: str, *, default: int, most: int) -> int:
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            self.wrong(key, f"{key} must be a whole number from 1 to {most}")
            return default
        return value

    def tables(self, key: str, keys: Sequence[str], most: int) -> list["Table"]:
        """The tables of a list, `[[key]]` in the file."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            header = ".".join(str(part) for part in (*self.place, key) if isinstance(part, str))
            self.wrong(key, f"{key} must be tables: [[{header}]] on a line of its own for each")
            return []
        if len(value) > most:
            self.wrong(key, f"more than {most} tables [[{key}]]")
            return []
        return [
            Table((*self.place, key, index), one, self.faults, keys)
            for index, one in enumerate(value)
        ]

    def refuse(self, keys: Sequence[str], why: str) -> None:
        """Keys that mean nothing here."""
        for key in keys:
            if self.is_given(key):
                self.wrong(key, f"{key} {why}")
