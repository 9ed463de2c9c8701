"""How values lie in the file: keys, packed kinds, scaled details; the last file that knows.

Minutes are keyed by start // 60 * 256 + meter number, the order in which they come, so that a live
commit touches the last page only and a day of both meters is one stretch of the file. 256 meters
cost no more than 16 would: SQLite writes any key between 2^28 and 2^35 in five bytes.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from wattledger.energy.balance import Energies, WindowSums
from wattledger.energy.booking_entry import GapReason
from wattledger.energy.netting import MeterSums, Netting
from wattledger.energy.record import MINUTE_S, QUARTER_S, MinuteRecord, Origin, RecordDetail

METER_BITS = 8
METER_MASK = (1 << METER_BITS) - 1
DAY_BITS = 20
DAY_MASK = (1 << DAY_BITS) - 1

ORIGINS = (Origin.PUSHED, Origin.FETCHED, Origin.IMPORTED)
REASONS = (GapReason.OUTAGE, GapReason.NOT_IN_MEMORY, GapReason.NO_TIME, GapReason.DAMAGED)
NETTINGS = (Netting.PHASE, Netting.MINUTE, Netting.QUARTER, Netting.HOUR)
"""Positions in these are on the disk: append only."""

ORIGIN_NUMBERS = {origin: number for number, origin in enumerate(ORIGINS)}
REASON_NUMBERS = {reason: number for number, reason in enumerate(REASONS)}
NETTING_NUMBERS = {netting: number for number, netting in enumerate(NETTINGS)}

ENERGY_COLUMNS = (
    "imported_a_dmwh, imported_b_dmwh, imported_c_dmwh, "
    "exported_a_dmwh, exported_b_dmwh, exported_c_dmwh"
)
_START_AND_PERIOD = "(key >> 8) * 60, (kind / 3 + 1) * 60"
RECORD_COLUMNS = f"{_START_AND_PERIOD}, {ENERGY_COLUMNS}"
"""What makes a MinuteRecord of a row of `minutes`."""
SERIES_COLUMNS = (
    f"{_START_AND_PERIOD}, imported_a_dmwh + imported_b_dmwh + imported_c_dmwh, "
    "exported_a_dmwh + exported_b_dmwh + exported_c_dmwh"
)
"""What makes a row of a Series of it."""
DETAIL_COLUMNS = (
    "max_power_a_dw, max_power_b_dw, max_power_c_dw, "
    "min_power_a_dw, min_power_b_dw, min_power_c_dw, "
    "voltage_a_dv, voltage_b_dv, voltage_c_dv, current_a_ma, current_b_ma, current_c_ma"
)
_DETAIL_SCALES = (10,) * 9 + (1000,) * 3

ScaledDetail = tuple[int | None, ...]
MinuteRow = tuple[int, int, int, int, int, int, int, int]


def minute_key(start: int, number: int) -> int:
    """The key of a meter's record; with number 0 the lowest key of that minute."""
    return start // MINUTE_S << METER_BITS | number


def first_key(start: int) -> int:
    """The lowest key of all records that start at or after `start`."""
    return -(-start // MINUTE_S) << METER_BITS


def start_of(key: int) -> int:
    """When a record of that key starts."""
    return (key >> METER_BITS) * MINUTE_S


def minute_row(record: MinuteRecord, number: int, origin: Origin) -> MinuteRow:
    start, period_s, ia, ib, ic, ea, eb, ec = record
    kind = (period_s // MINUTE_S - 1) * 3 + ORIGIN_NUMBERS[origin]
    return start // MINUTE_S << METER_BITS | number, ia, ib, ic, ea, eb, ec, kind


def scaled(detail: RecordDetail) -> ScaledDetail:
    """Whole tenths of W and V, whole mA: the resolution that the meter shows."""
    values = (*detail.max_power_w, *detail.min_power_w, *detail.voltage_v, *detail.current_a)
    return tuple(
        None if value is None else round(value * scale)
        for value, scale in zip(values, _DETAIL_SCALES, strict=True)
    )


def detail_from(row: Sequence[int | None]) -> RecordDetail:
    values = [
        None if value is None else value / scale
        for value, scale in zip(row, _DETAIL_SCALES, strict=True)
    ]

    def phases(at: int) -> tuple[float | None, float | None, float | None]:
        return values[at], values[at + 1], values[at + 2]

    return RecordDetail(phases(0), phases(3), phases(6), phases(9))


def quarter_row(window: WindowSums) -> tuple[int | None, ...]:
    nothing: tuple[int | None, ...] = (None,) * 4
    return (
        window.start // QUARTER_S,
        *window.grid,
        *window.solar,
        window.self_phase_dmwh,
        window.self_minute_dmwh,
        *(window.common_grid or nothing),
        *(window.common_solar or nothing),
    )


_sums = partial(tuple.__new__, MeterSums)
_window = partial(tuple.__new__, WindowSums)
"""What they make of columns, without a Python call for each."""

Common = tuple[MeterSums, MeterSums] | tuple[None, None]
_ALL_OF_BOTH: Common = (None, None)


def windows_from(rows: Iterable[Sequence[int]], common: Mapping[int, Common]) -> list[WindowSums]:
    """The inverse of `quarter_row`: of its first columns, and by key what `common_from` made of the
    others where they are not all unknown.
    """
    return [
        _window(
            (
                *(row[0] * QUARTER_S, _sums(row[1:5]), _sums(row[5:9])),
                *common.get(row[0], _ALL_OF_BOTH),
                *row[9:11],
            )
        )
        for row in rows
    ]


def common_from(row: Sequence[int]) -> Common:
    return _sums(row[:4]), _sums(row[4:])


def day_key(ordinal: int, netting: Netting) -> int:
    return NETTING_NUMBERS[netting] << DAY_BITS | ordinal


def day_row(ordinal: int, netting: Netting, energies: Energies) -> tuple[int | None, ...]:
    return (day_key(ordinal, netting), *energies)
