"""What a file of minutes holds, in short: whoever books it sees first whether it can be so."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from wattledger.energy.clean_text import MOST_IN_A_NAME, clean
from wattledger.energy.period import Calendar
from wattledger.energy.record import EARLIEST_S, LATEST_S, MINUTE_S, QUARTER_S
from wattledger.file_formats.minute_csv_columns import BadFile
from wattledger.file_formats.minute_csv_reader import Line

MOST_METERS = 64
DAY_S = 86_400
FEW_W = 3.0
"""On average over a day: less than a meter's own surroundings take."""
PHASE_V = 230
_MINUTES = (LATEST_S - EARLIEST_S + QUARTER_S) // MINUTE_S


@dataclass(slots=True)
class Tally:
    """Of one month: seconds that have a record, energies in 0.1 mWh."""

    seconds: int = 0
    imported_dmwh: int = 0
    exported_dmwh: int = 0

    @property
    def mean_w(self) -> float:
        """Of both directions together."""
        return (self.imported_dmwh + self.exported_dmwh) / 10_000 * 3600 / max(self.seconds, 1)


@dataclass(slots=True)
class Part:
    """What a file holds of one meter. `doubles` are records for a time that it had before."""

    start: int
    end: int = 0
    records: int = 0
    doubles: int = 0
    first_double: int = 0
    """The number of its line."""
    months: dict[str, Tally] = field(default_factory=dict)
    _taken: bytearray = field(default_factory=lambda: bytearray(_MINUTES))

    def add(self, line: Line, tally: Tally) -> None:
        start, period_s, *energies = line.record
        first = (start - EARLIEST_S) // MINUTE_S
        minutes = slice(first, first + period_s // MINUTE_S)
        if any(self._taken[minutes]):
            self.first_double = self.first_double or line.number
            self.doubles += 1
        self._taken[minutes] = b"\1" * (period_s // MINUTE_S)
        self.records += 1
        self.start, self.end = min(self.start, start), max(self.end, start + period_s)
        tally.seconds += period_s
        tally.imported_dmwh += sum(energies[:3])
        tally.exported_dmwh += sum(energies[3:])

    @property
    def total(self) -> Tally:
        tallies = self.months.values()
        return Tally(
            sum(one.seconds for one in tallies),
            sum(one.imported_dmwh for one in tallies),
            sum(one.exported_dmwh for one in tallies),
        )


class Summary:
    """Of a whole file, by the meter that it names, and by month."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._month = ("", 0, 0)
        self.parts: dict[str | None, Part] = {}

    def add(self, line: Line) -> None:
        """Raises BadFile."""
        part = self.parts.get(line.meter)
        if part is None:
            if len(self.parts) >= MOST_METERS:
                raise BadFile(f"line {line.number}: more than {MOST_METERS} meters in one file")
            part = self.parts[line.meter] = Part(line.record.start)
        part.add(line, part.months.setdefault(self._month_of(line.record.start), Tally()))

    def _month_of(self, start: int) -> str:
        name, first, end = self._month
        if not first <= start < end:
            name = self._calendar.text(start)[:7]
            year, month = int(name[:4]), int(name[5:])
            first = self._calendar.start_of(date(year, month, 1))
            end = self._calendar.start_of(date(year + month // 12, month % 12 + 1, 1))
            self._month = (name, first, end)
        return name

    def doubts(self, main_fuse_a: float) -> Iterator[str]:
        """What can hardly be so, in words for who has the file."""
        for name, part in self.parts.items():
            of = f"{clean(name, MOST_IN_A_NAME)}: " if name else ""
            if part.doubles:
                count = "1 record is" if part.doubles == 1 else f"{part.doubles} records are"
                yield (
                    f"{of}{count} of a time that a line before has already, the first one in line "
                    f"{part.first_double}: of two that differ the first stays"
                )
            yield from (f"{of}{words}" for words in _doubts_of_size(part, main_fuse_a))


def _doubts_of_size(part: Part, main_fuse_a: float) -> Iterator[str]:
    fuse_w = 3 * PHASE_V * main_fuse_a
    for month, tally in part.months.items():
        if tally.mean_w > (fuse_w if tally.seconds >= DAY_S else 4 * fuse_w):
            yield (
                f"{month} has {tally.mean_w / 1000:.1f} kW on average, and the main fuse lets "
                f"{fuse_w / 1000:.1f} kW through: are these Wh of each record, and no other unit "
                "or a counter's readings?"
            )
            return
    total = part.total
    if total.seconds >= DAY_S and 0 < total.mean_w < FEW_W:
        yield (
            f"{total.mean_w:.3f} W on average over {total.seconds / DAY_S:.0f} days: are these "
            "kWh? Columns are in Wh"
        )
