"""Writes minutes as CSV, in the very columns that `minute_csv_reader` takes back."""

import csv
from collections.abc import Iterable
from typing import TextIO

from wattledger.energy.period import Calendar
from wattledger.energy.record import MinuteRecord
from wattledger.file_formats.minute_csv_columns import METER, PERIOD, PHASE_COLUMNS, START


def write_header(file: TextIO) -> None:
    csv.writer(file, lineterminator="\n").writerow([START, PERIOD, METER, *PHASE_COLUMNS])


def write_minutes(
    file: TextIO, calendar: Calendar, meter: str, records: Iterable[MinuteRecord]
) -> None:
    """One line a record; times with the home's offset, energies in Wh to 0.1 mWh."""
    writer = csv.writer(file, lineterminator="\n")
    for record in records:
        energies = [f"{energy / 10_000:.4f}" for energy in record[2:]]
        writer.writerow([calendar.text(record.start), record.period_s, meter, *energies])
