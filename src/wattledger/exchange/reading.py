"""Reads a file of minutes or quarters, line by line, into records."""

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from wattledger.energy.errors import BadRecord
from wattledger.energy.record import MINUTE_S, MinuteRecord, check_record
from wattledger.energy.units import DMWH_PER_WH
from wattledger.exchange.columns import BadFile, Layout, layout_of

DELIMITERS = ",;\t"
_EPOCH = re.compile(r"\d{1,12}", re.ASCII)
_MOST_WH = 1_000_000
"""Far beyond a record of any meter, whose own limit is looked at afterwards."""


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a file: the meter's name where the file says it, and where there it ends."""

    meter: str | None
    record: MinuteRecord
    bytes_read: int


def read_minutes(path: Path, period_s: int | None) -> Iterator[Line]:
    """The records of a CSV file, in its order. `period_s` where the file has no such column.

    Comma, semicolon or tab; a decimal comma where commas do not part the columns. Raises BadFile
    with the number of the line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = file.readline()
            delimiter = max(DELIMITERS, key=header.count)
            with _told(1):
                layout = layout_of(next(csv.reader([header], delimiter=delimiter), []))
                if layout.period is None and period_s is None:
                    raise BadFile("there is no column 'period_s'; say --period")
            size = len(header)
            for number, text in enumerate(file, 2):
                size += len(text)
                if text.strip():
                    fields = next(csv.reader([text], delimiter=delimiter))
                    with _told(number):
                        line = _line(fields, layout, period_s or MINUTE_S, size)
                    yield line
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadFile(f"can't be read: {error}") from error


@contextmanager
def _told(number: int) -> Iterator[None]:
    """Puts the number of the line before what is wrong with it."""
    try:
        yield
    except (BadFile, BadRecord) as error:
        raise BadFile(f"line {number}: {error}") from error


def _line(fields: list[str], layout: Layout, period_s: int, size: int) -> Line:
    if len(fields) != layout.columns:
        raise BadFile(
            f"{len(fields)} columns where the header has {layout.columns}; "
            "where energies have a decimal comma, part the columns by semicolons"
        )
    if layout.period is not None:
        period_s = _period_s(fields[layout.period])
    start = _start(fields[layout.start])
    energies = [0 if at is None else _energy_dmwh(fields[at]) for at in layout.energies]
    meter = fields[layout.meter].strip() if layout.meter is not None else None
    return Line(meter, check_record(MinuteRecord(start, period_s, *energies)), size)


def _period_s(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise BadFile(f"'{text[:20]}' is no period in seconds") from error


def _start(text: str) -> int:
    text = text.strip()
    if _EPOCH.fullmatch(text):
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadFile(f"'{text[:40]}' is neither RFC 3339 nor epoch seconds") from error
    if moment.tzinfo is None:
        raise BadFile(f"'{text[:40]}' has no offset from UTC; without it an hour in autumn is two")
    if moment.microsecond:
        raise BadFile(f"'{text[:40]}' is no whole second")
    return int(moment.timestamp())


def _energy_dmwh(text: str) -> int:
    try:
        energy_wh = Decimal(text.strip().replace(",", "."))
        if abs(energy_wh) <= _MOST_WH:
            return int((energy_wh * DMWH_PER_WH).to_integral_value())
    except ArithmeticError as error:
        raise BadFile(f"'{text[:20]}' is no energy in Wh") from error
    raise BadFile(f"'{text[:20]}' Wh is more than any meter counts")
