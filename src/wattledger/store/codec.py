"""How values lie in the file: keys, packed kinds, scaled details; the last file that knows.

Minutes are keyed by start // 60 * 256 + meter number, the order in which they come, so that a live
commit touches the last page only and a day of both meters is one stretch of the file. 256 meters
cost no more than 16 would: SQLite writes any key between 2^28 and 2^35 in five bytes.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from wattledger.energy.balance import Energies, unknown
from wattledger.energy.booking_entry import GapReason
from wattledger.energy.energies_codec import energies_from, sums_and_times
from wattledger.energy.home_quantities import Roles
from wattledger.energy.meter import PHASES, MeterId, MeterIdentity
from wattledger.energy.netting import NOTHING, MeterSums, Netting
from wattledger.energy.record import MINUTE_S, QUARTER_S, MinuteRecord, Origin, RecordDetail
from wattledger.energy.spans import Span
from wattledger.energy.windows import OwnUse, WindowSums

_METER_BITS = 8
_METER_MASK = (1 << _METER_BITS) - 1
_MINUTES_AN_HOUR = 60
_DAY_BITS = 20
_DAY_MASK = (1 << _DAY_BITS) - 1
_PART_BITS = 24
_PART_MASK = (1 << _PART_BITS) - 1
"""A roll-up of a home that has more than mains and a plant has several rows; above these bits of a
key stands which of them it is.
"""
QUANTITIES_A_ROW, SUMS_A_ROW, TIMES_A_ROW = 2, 6, 3
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
NETTING_OF_KEY = f"(key & {_PART_MASK}) >> {_DAY_BITS}"
"""The number of the netting under which a day's energies are."""
QUARTER_OF_KEY = f"(key & {_PART_MASK})"
PART_OF_KEY = f"key >> {_PART_BITS}"
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
    """The key of the hour that a record of that key starts in. Called for each record that is
    booked, so it calls nothing.
    """
    return (key >> _METER_BITS) // _MINUTES_AN_HOUR << _METER_BITS | key & _METER_MASK


def second_in_hour(key: int) -> int:
    """How long after the beginning of its hour a record of that key starts."""
    return (key >> _METER_BITS) % _MINUTES_AN_HOUR * MINUTE_S


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


_NO_COMMON: tuple[int | None, ...] = (None,) * 8


def quarter_rows(window: WindowSums) -> list[tuple[int | None, ...]]:
    """One for each two of its quantities."""
    quarter, common = window.start // QUARTER_S, window.common
    use = window.own_use
    return [
        (
            quarter_key(quarter, part),
            *_two(window.own, part),
            *((*use, 0, 0)[2 * part : 2 * part + 2] if part < 2 else (0, 0)),
            *(_NO_COMMON if common is None else _two(common, part)),
        )
        for part in range(-(-len(window.own) // QUANTITIES_A_ROW))
    ]


def _two(sums: Sequence[MeterSums], part: int) -> tuple[int, ...]:
    first, second = (*sums[2 * part : 2 * part + 2], NOTHING, NOTHING)[:2]
    return (*first, *second)


_sums = partial(tuple.__new__, MeterSums)
_use = partial(tuple.__new__, OwnUse)
_window = partial(tuple.__new__, WindowSums)
_energies = partial(tuple.__new__, Energies)
"""What they make of columns, without a Python call for each."""

Sums = tuple[MeterSums, ...]


def windows_from(
    parts: Sequence[Sequence[Sequence[int]]], common: Mapping[int, Sums], roles: Roles
) -> list[WindowSums]:
    """The inverse of `quarter_rows`: of the first columns of each part of the same quarters, and by
    key what `common_from` made of the others where they are not all unknown.
    """
    if len(parts) == 1:
        return [
            _window(
                (
                    row[0] * QUARTER_S,
                    (_sums(row[1:5]), _sums(row[5:9])),
                    common.get(row[0]),
                    _use((*row[9:11], *row[9:11])),
                )
            )
            for row in parts[0]
        ]
    return [_window_of(rows, common, roles) for rows in zip(*parts, strict=True)]


def _window_of(
    rows: Sequence[Sequence[int]], common: Mapping[int, Sums], roles: Roles
) -> WindowSums:
    own = [sums for row in rows for sums in (_sums(row[1:5]), _sums(row[5:9]))]
    known = [sums for row in rows for sums in common.get(row[0], ())]
    return WindowSums(
        rows[0][0] * QUARTER_S,
        tuple(own[: len(roles.quantities)]),
        tuple(known[: roles.balanced]) or None,
        OwnUse(*rows[0][9:11], *rows[1][9:11]),
    )


def common_from(row: Sequence[int]) -> Sums:
    return _sums(row[:4]), _sums(row[4:])


def identity_row(identity: MeterIdentity) -> tuple[str | None, ...]:
    """Model, firmware, profile, name, and the phases as one text."""
    phases = "".join(identity.phases) if identity.phases else None
    return identity.model, identity.firmware, identity.profile, identity.name, phases


def identity_from(row: Sequence[str]) -> MeterIdentity:
    """The inverse, of a row that the meter's MAC stands before. A text of something else than
    phases tells of none.
    """
    meter, model, firmware, profile, name, text = row
    phases = tuple(text) if text and {*text} <= {*PHASES} else None
    return MeterIdentity(MeterId(meter), model, firmware, profile, name, phases)


def ordinal_of(key: int) -> int:
    """The local day that a key of `days` is of."""
    return key & _DAY_MASK


def quarter_of(key: int) -> int:
    """The quarter-hour that a key of `quarters` is of, by its number."""
    return key & _PART_MASK


def part_of(key: int) -> int:
    """Which of a roll-up's rows it is the key of."""
    return key >> _PART_BITS


def quarter_parts(roles: Roles) -> int:
    """How many rows a quarter-hour of such a home has."""
    return -(-len(roles.quantities) // QUANTITIES_A_ROW)


def quarter_key(quarter: int, part: int = 0) -> int:
    return part << _PART_BITS | quarter


def quarter_keys(quarter: int, roles: Roles) -> list[int]:
    return [quarter_key(quarter, part) for part in range(quarter_parts(roles))]


def day_key(ordinal: int, netting: Netting, part: int = 0) -> int:
    return part << _PART_BITS | NETTING_NUMBERS[netting] << _DAY_BITS | ordinal


def day_rows(ordinal: int, netting: Netting, energies: Energies) -> list[tuple[int | None, ...]]:
    """Six sums and three times a row: one row where the home has no more than mains and a plant."""
    sums, times_s = sums_and_times(energies)
    parts = _rows_for(sums, times_s)
    sums += [None] * (parts * SUMS_A_ROW - len(sums))
    times_s += [0] * (parts * TIMES_A_ROW - len(times_s))
    return [
        (
            day_key(ordinal, netting, part),
            *sums[part * SUMS_A_ROW : (part + 1) * SUMS_A_ROW],
            *times_s[part * TIMES_A_ROW : (part + 1) * TIMES_A_ROW],
        )
        for part in range(parts)
    ]


def _rows_for(sums: Sequence[int | None], times_s: Sequence[int]) -> int:
    return max(-(-len(sums) // SUMS_A_ROW), -(-len(times_s) // TIMES_A_ROW))


def day_parts(roles: Roles) -> int:
    """How many rows a day of such a home has under each netting."""
    return _rows_for(*sums_and_times(unknown(roles)))


def day_keys(ordinal: int, roles: Roles) -> list[int]:
    parts = range(day_parts(roles))
    return [day_key(ordinal, netting, part) for netting in NETTINGS for part in parts]


def days_from(parts: Sequence[Sequence[Sequence[int]]], roles: Roles) -> list[tuple[int, Energies]]:
    """The local days of rows that are as `day_rows` makes them, of each part of the same days."""
    if len(parts) == 1 and roles.are_known:
        # What the rest says of mains and plant: own use is own supply, since nothing is stored.
        return [
            (
                key & _DAY_MASK,
                _energies(
                    ((bought, sold, made), used, own, own, common, (grid_s, solar_s), both_s)
                ),
            )
            for key, bought, sold, made, used, own, common, grid_s, solar_s, both_s, _ in parts[0]
        ]
    return [
        (ordinal_of(rows[0][0]), energies_of_rows([row[1:10] for row in rows], roles))
        for rows in zip(*parts, strict=True)
    ]


def energies_of_rows(rows: Sequence[Sequence[int | None]], roles: Roles) -> Energies:
    """The inverse of `day_rows`, of their columns without the keys."""
    first, *further = rows
    sums, times = first[:SUMS_A_ROW], first[SUMS_A_ROW:]
    for row in further:  # most homes have none
        sums, times = (*sums, *row[:SUMS_A_ROW]), (*times, *row[SUMS_A_ROW:])
    return energies_from(sums, [time_s or 0 for time_s in times], roles)
