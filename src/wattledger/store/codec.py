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
from wattledger.energy.spans import Span

_METER_BITS = 8
_METER_MASK = (1 << _METER_BITS) - 1
_DAY_BITS = 20
_DAY_MASK = (1 << _DAY_BITS) - 1
HOUR_S = 3_600
MOST_METERS = 1 << _METER_BITS
KEYS_AN_HOUR = HOUR_S // MINUTE_S << _METER_BITS
"""Keys of minutes in an hour."""
FARTHEST_S = ((1 << 63 - _METER_BITS) - 1) * MINUTE_S
"""So far a flipped bit of a minute's key may have dated it."""
LAST_ORDINAL = _DAY_MASK

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
METER_OF_KEY = f"key & {_METER_MASK}"
"""The number of the meter that a minute, or an hour, is of; in SQL, as what follows."""
OF_A_METER = f"key >= ? AND key < ? AND {METER_OF_KEY} = ?"
TIME_OF_KEY = f"key >> {_METER_BITS}"
"""Of a minute, or an hour, since 1970."""
START_OF_KEY = f"({TIME_OF_KEY}) * {MINUTE_S}"
LENGTH_MIN = "kind / 3 + 1"
"""How long a record is."""
PERIOD_S = f"({LENGTH_MIN}) * {MINUTE_S}"
NETTING_OF_KEY = f"key >> {_DAY_BITS}"
"""The number of the netting under which a day's energies are."""
HOUR_OF_MINUTE = f"({TIME_OF_KEY}) / {HOUR_S // MINUTE_S} * {MOST_METERS} + ({METER_OF_KEY})"
_FIRST_OF_HOUR = f"(hours.key >> {_METER_BITS}) * {KEYS_AN_HOUR}"
INSIDE_HOUR = f"minutes.key >= {_FIRST_OF_HOUR} AND minutes.key < {_FIRST_OF_HOUR} + {KEYS_AN_HOUR}"
"""Whether a row of `minutes` lies in the hour of one of `hours`, of whatever meter."""
OVERLAPS = (
    f"other.key > long.key AND other.key < long.key + ((long.{LENGTH_MIN}) << {_METER_BITS}) "
    f"AND (other.key - long.key) & {_METER_MASK} = 0"
)
"""Whether a record `other` of the same meter begins inside of `long`."""
IMPORTED = "imported_a_dmwh + imported_b_dmwh + imported_c_dmwh"
EXPORTED = "exported_a_dmwh + exported_b_dmwh + exported_c_dmwh"
RECORD_COLUMNS = f"{START_OF_KEY}, {PERIOD_S}, {ENERGY_COLUMNS}"
"""What makes a MinuteRecord of a row of `minutes`."""
SERIES_COLUMNS = f"{START_OF_KEY}, {PERIOD_S}, {IMPORTED}, {EXPORTED}"
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
    return start // MINUTE_S << _METER_BITS | number


def first_key(start: int) -> int:
    """The lowest key of all records that start at or after `start`."""
    return -(-start // MINUTE_S) << _METER_BITS


def last_key(start: int) -> int:
    """The highest key of all records that start at `start`."""
    return first_key(start) | _METER_MASK


def keys_of(span: Span) -> tuple[int, int]:
    """The keys of all records that start in the span, half-open."""
    return first_key(span.start), first_key(span.end)


def start_of(key: int) -> int:
    """When a record of that key starts."""
    return (key >> _METER_BITS) * MINUTE_S


def number_of(key: int) -> int:
    """The number of the meter that a minute, or an hour, is of."""
    return key & _METER_MASK


def hour_key(start: int, number: int) -> int:
    """The key of the hour in which a record of that meter starts."""
    return start // HOUR_S << _METER_BITS | number


def hour_keys_of(span: Span) -> tuple[int, int]:
    """The keys of all hours that the span touches, half-open."""
    return hour_key(span.start, 0), -(-span.end // HOUR_S) << _METER_BITS


def sum_of_hour_keys(hours: Sequence[range], number: int) -> int:
    """Of a meter's hours by their numbers since 1970."""
    return (sum(map(sum, hours)) << _METER_BITS) + sum(map(len, hours)) * number


def hour_of_minute(key: int) -> int:
    """The key of the hour that a record of that key starts in."""
    return hour_key(start_of(key), number_of(key))


def hour_span(key: int) -> Span:
    start = (key >> _METER_BITS) * HOUR_S
    return Span(start, start + HOUR_S)


def keys_in_hour(key: int) -> tuple[int, int]:
    """The keys of all records, of whatever meter, that start in the hour of that key; half-open."""
    return keys_of(hour_span(key))


def minute_row(record: MinuteRecord, number: int, origin: Origin) -> MinuteRow:
    start, period_s, ia, ib, ic, ea, eb, ec = record
    kind = (period_s // MINUTE_S - 1) * 3 + ORIGIN_NUMBERS[origin]
    return minute_key(start, number), ia, ib, ic, ea, eb, ec, kind


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
    return NETTING_NUMBERS[netting] << _DAY_BITS | ordinal


def ordinal_of(key: int) -> int:
    """The local day that a key of `days` is of."""
    return key & _DAY_MASK


def day_row(ordinal: int, netting: Netting, energies: Energies) -> tuple[int | None, ...]:
    return (day_key(ordinal, netting), *energies)
