"""Reads a file of minutes or quarters, line by line, into records."""

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from wattledger.disk import open_plain
from wattledger.energy.clean_text import clean
from wattledger.energy.errors import BadRecord
from wattledger.energy.record import MINUTE_S, MinuteRecord, check_record
from wattledger.file_formats.energy_number import Mark, energy_dmwh
from wattledger.file_formats.minute_csv_columns import BadFile, Layout, layout_of

DELIMITERS = ",;\t"
LONGEST_LINE = 4_096
_EPOCH = re.compile(r"\d{1,12}", re.ASCII)
_PERIOD = re.compile(r"\d{1,6}", re.ASCII)
_DAY_FIRST = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)", re.ASCII)
_OTHER_EPOCH = re.compile(r"\d{13,19}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a file: the meter's name where the file says it, and where there it ends."""

    meter: str | None
    record: MinuteRecord
    number: int
    bytes_read: int


def read_minutes(path: Path, period_s: int | None, mark: Mark | None = None) -> Iterator[Line]:
    """The records of a CSV file, in its order. `period_s` where the file has no such column,
    `mark` where its numbers do not tell by themselves what parts their fraction.

    Comma, semicolon or tab; a decimal comma where commas do not part the columns. Raises BadFile
    with the number of the line.
    """
    try:
        with TextIOWrapper(open_plain(path), encoding="utf-8-sig", newline="") as file:
            header = file.readline(LONGEST_LINE)
            delimiter = max(DELIMITERS, key=header.count)
            with _told(1):
                layout = layout_of(next(csv.reader([header], delimiter=delimiter), []))
                if layout.period is None and period_s is None:
                    raise BadFile("there is no column 'period_s'; say --period")
            size = len(header)
            for number, text in _texts(file):
                size += len(text)
                if text.strip():
                    with _told(number):
                        fields = next(csv.reader([text], delimiter=delimiter))
                        meter, record = _record(fields, layout, period_s or MINUTE_S, mark)
                    yield Line(meter, record, number, size)
    except OSError as error:
        raise BadFile(f"can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadFile("can't be read: it is no text in UTF-8: save it as 'CSV UTF-8'") from error


def _texts(file: TextIO) -> Iterator[tuple[int, str]]:
    """The lines after the first one, each with its number. Raises BadFile for one without end."""
    number = 1
    while text := file.readline(LONGEST_LINE):
        number += 1
        if len(text) == LONGEST_LINE:
            raise BadFile(f"line {number}: more than {LONGEST_LINE} characters")
        yield number, text


@contextmanager
def _told(number: int) -> Iterator[None]:
    """Puts the number of the line before what is wrong with it."""
    try:
        yield
    except (BadFile, BadRecord, csv.Error) as error:
        raise BadFile(f"line {number}: {error}") from error


def _record(
    fields: list[str], layout: Layout, period_s: int, mark: Mark | None
) -> tuple[str | None, MinuteRecord]:
    if len(fields) != layout.columns:
        raise BadFile(
            f"{len(fields)} columns where the header has {layout.columns}; "
            "where energies have a decimal comma, part the columns by semicolons"
        )
    if layout.period is not None:
        period_s = _period_s(fields[layout.period])
    start = _start(fields[layout.start])
    energies = [0 if at is None else energy_dmwh(fields[at], mark) for at in layout.energies]
    meter = fields[layout.meter].strip() if layout.meter is not None else None
    return meter, check_record(MinuteRecord(start, period_s, *energies))


def _period_s(text: str) -> int:
    if not _PERIOD.fullmatch(text.strip()):
        raise BadFile(f"'{clean(text, 20)}' is no period in seconds")
    return int(text)


def _start(text: str) -> int:
    text = text.strip()
    if _EPOCH.fullmatch(text):
        return int(text)
    shown = clean(text, 40)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadFile(f"'{shown}' is neither RFC 3339 nor epoch seconds{_advice(text)}") from error
    if moment.tzinfo is None:
        raise BadFile(f"'{shown}' has no offset from UTC; without it an hour in autumn is two")
    if moment.microsecond:
        raise BadFile(f"'{shown}' is no whole second")
    return int(moment.timestamp())


def _advice(text: str) -> str:
    if _DAY_FIRST.match(text):
        return ": which number is the month? Write year, month, day: 2025-06-15T18:00:00+03:00"
    return ": are these milliseconds?" if _OTHER_EPOCH.fullmatch(text) else ""
