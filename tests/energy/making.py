"""Records and homes for the tests of the energy core."""

import random
from collections.abc import Iterable, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from wattledger.energy.balance import Energies
from wattledger.energy.home_quantities import Roles
from wattledger.energy.netting import MeterSums, Netting, meter_sums
from wattledger.energy.period import Calendar
from wattledger.energy.record import MinuteRecord
from wattledger.energy.record_alignment import Block, common_blocks
from wattledger.energy.record_columns import series_of
from wattledger.energy.rollup import day_energies, quarter_sums
from wattledger.energy.windows import OwnUse, WindowSums, window_sums

HOME = Roles()
MIDNIGHT = 1_793_570_400
"""2026-11-02 00:00 in Helsinki."""
PERIODS = (60, 180, 300, 900)
ZONES = (
    "Europe/Helsinki",
    "Asia/Kolkata",  # +5:30
    "Asia/Kathmandu",  # +5:45
    "Australia/Lord_Howe",  # steps of half an hour
    "America/Sao_Paulo",  # skipped midnights until 2018
    "Africa/Cairo",  # skips midnights now
    "America/St_Johns",  # stepped back over midnight until 2010
    "Pacific/Apia",  # skipped 2011-12-30
    "America/Havana",  # two midnights in autumn
    "UTC",
)


def calendar_of(zone: str) -> Calendar:
    return Calendar(ZoneInfo(zone))


def record(start: int, period_s: int = 60, imported: int = 0, exported: int = 0) -> MinuteRecord:
    """A record with all its energy on phase a."""
    return MinuteRecord(start, period_s, imported, 0, 0, exported, 0, 0)


def minutes(start: int, count: int, imported: int = 0, exported: int = 0) -> list[MinuteRecord]:
    return [record(start + 60 * index, 60, imported, exported) for index in range(count)]


_LARGEST_DMWH = 40
_SIX_ENERGIES = st.integers(0, (_LARGEST_DMWH + 1) ** 6 - 1)


def _six(drawn: int) -> list[int]:
    """Six energies out of one number: a tenth of the time of drawing each."""
    six = []
    for _ in range(6):
        drawn, energy = divmod(drawn, _LARGEST_DMWH + 1)
        six.append(energy)
    return six


@st.composite
def meter_records(
    draw: st.DrawFn,
    start: int = MIDNIGHT,
    length_s: int = 3_600,
    periods: tuple[int, ...] = PERIODS,
) -> list[MinuteRecord]:
    """A meter's records over a span, with holes, each aligned to its own period."""
    records, at, end = [], start, start + length_s
    while at < end:
        fitting = [p for p in periods if at % p == 0 and at + p <= end]
        choice = draw(st.integers(0, 5 * len(fitting) - 1))
        period_s = fitting[choice % len(fitting)]
        if choice >= len(fitting):
            records.append(MinuteRecord(at, period_s, *_six(draw(_SIX_ENERGIES))))
        at += period_s
    return records


def random_records(seed: int, starts: Iterable[int], period_s: int) -> list[MinuteRecord]:
    """Many records with energies of a home's size."""
    chance = random.Random(seed)
    return [
        MinuteRecord(at, period_s, *(chance.randrange(30_000) for _ in range(6))) for at in starts
    ]


def within_span(records: Sequence[MinuteRecord], start: int, end: int) -> list[MinuteRecord]:
    """A record belongs to the span in which it starts."""
    return [record for record in records if start <= record.start < end]


def energies_of(
    grid: Sequence[MinuteRecord],
    solar: Sequence[MinuteRecord],
    netting: Netting,
    midnight: int = MIDNIGHT,
    roles: Roles = HOME,
) -> Energies:
    """The energies of a part of one local day."""
    return day_energies(quarters_of(grid, solar, roles), netting, midnight, roles)


def quarters_of(
    grid: Sequence[MinuteRecord], solar: Sequence[MinuteRecord], roles: Roles = HOME
) -> list[WindowSums]:
    return quarter_sums([series_of(grid), series_of(solar)], roles)


def window_of(
    start: int, grid: Sequence[MinuteRecord], solar: Sequence[MinuteRecord], roles: Roles = HOME
) -> WindowSums:
    return window_sums(start, [series_of(grid), series_of(solar)], roles)


def blocks_of(grid: Sequence[MinuteRecord], solar: Sequence[MinuteRecord]) -> list[Block]:
    return list(common_blocks([series_of(grid), series_of(solar)]))


def sums_of(records: Sequence[MinuteRecord]) -> MeterSums:
    return meter_sums(series_of(records))


def one_window(grid: MeterSums, solar: MeterSums) -> WindowSums:
    """A window in which both meters have everything."""
    return WindowSums(MIDNIGHT, (grid, solar), None, OwnUse())


def dates(
    first: date = date(2000, 1, 3), last: date = date(2037, 12, 31)
) -> st.SearchStrategy[date]:
    return st.dates(first, last)
