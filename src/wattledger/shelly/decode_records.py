"""Rows of stored and pushed intervals to minute records: by name, never by position.

Energies come in Wh with four decimals per interval, counters in Wh with two; both are exact as
integers of 0.1 mWh. Row j of a block starts at block.ts + j * block.period, UTC, by the meter's
clock.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from wattledger.energy.errors import BadRecord
from wattledger.energy.meter import PHASES
from wattledger.energy.meter_model import Profile
from wattledger.energy.plausibility import (
    WIDEST,
    Limits,
    counted_dmwh,
    recorded_dmwh,
    whole_or_none,
    within_or_none,
)
from wattledger.energy.record import Counters, MinuteRecord, RecordDetail, check_record
from wattledger.shelly.json_values import Fields, fields_or_none

_ENERGIES = ("total_act_energy", "total_act_ret_energy")
_DETAILS = ("max_act_power", "min_act_power", "avg_voltage", "avg_current")
_MONOPHASE_NAMES = (
    *_ENERGIES,
    *("lag_react_energy", "lead_react_energy"),
    *("max_act_power", "min_act_power", "max_aprt_power", "min_aprt_power"),
    *("max_voltage", "min_voltage", "avg_voltage"),
    *("max_current", "min_current", "avg_current"),
)
_TRIPHASE_NAMES = (
    *("total_act_energy", "fund_act_energy", "total_act_ret_energy", "fund_act_ret_energy"),
    *_MONOPHASE_NAMES[2:],
)
_KNOWN_ORDER: dict[Profile, tuple[str, ...]] = {
    "monophase": _MONOPHASE_NAMES,
    "triphase": (
        *(f"{phase}_{name}" for phase in PHASES for name in _TRIPHASE_NAMES),
        *("n_max_current", "n_min_current", "n_avg_current"),
    ),
}


class PhaseRow(NamedTuple):
    """One phase of one interval: energies in 0.1 mWh, then what goes into the detail, which is None
    also where no meter can have measured it.
    """

    imported_dmwh: int
    exported_dmwh: int
    max_power_w: float | None
    min_power_w: float | None
    voltage_v: float | None
    current_a: float | None


ABSENT = PhaseRow(0, 0, None, None, None, None)
"""What a phase counted that the meter does not measure."""


class Columns:
    """Where the columns of a row are. Detail columns may be missing."""

    def __init__(self, keys: Sequence[str], profile: Profile) -> None:
        """Raises BadRecord where the energies of no phase are among the keys, or are there twice.

        A phase that has no columns is one that the meter does not measure.
        """
        places = {key: place for place, key in enumerate(keys)}
        prefixes = [f"{phase}_" for phase in PHASES] if profile == "triphase" else [""]
        names = [[prefix + name for name in _ENERGIES] for prefix in prefixes]
        self._energies = [[places.get(name) for name in pair] for pair in names]
        if not any(None not in pair for pair in self._energies):
            raise BadRecord(f"records without {_ENERGIES[0]} and {_ENERGIES[1]}")
        if any(keys.count(name) > 1 for pair in names for name in pair):
            raise BadRecord("records with two columns of one energy")
        self._details = [[places.get(prefix + name) for name in _DETAILS] for prefix in prefixes]
        self._length = len(keys)

    def fits(self, values: object) -> bool:
        """Whether a row has as many values as there are columns."""
        return isinstance(values, list) and len(values) == self._length

    def measured(self, values: object) -> list[bool]:
        """Of which phases the row holds an energy."""
        if not isinstance(values, list) or not self.fits(values):
            return [False] * len(self._energies)
        return [any(_at(values, place) is not None for place in pair) for pair in self._energies]

    def phases(
        self,
        values: object,
        period_s: int,
        limits: Limits = WIDEST,
        absent: Collection[int] = (),
    ) -> list[PhaseRow]:
        """Three of them, or the one of a monophase channel. Raises BadRecord.

        `absent`: the places of those that the meter does not measure, if the row has none of them.
        """
        if not isinstance(values, list) or not self.fits(values):
            raise BadRecord(f"a record that has not {self._length} values")
        measured = self.measured(values)
        return [
            self._phase(place, values, period_s, limits)
            if measured[place] or place not in absent
            else ABSENT
            for place in range(len(measured))
        ]

    def _phase(self, place: int, values: list[object], period_s: int, limits: Limits) -> PhaseRow:
        imported, exported = (_at(values, column) for column in self._energies[place])
        highest, lowest, voltage, current = (_at(values, column) for column in self._details[place])
        return PhaseRow(
            recorded_dmwh(imported, period_s, limits),
            recorded_dmwh(exported, period_s, limits),
            within_or_none(highest, limits.power_w),
            within_or_none(lowest, limits.power_w),
            within_or_none(voltage, limits.voltage_v),
            within_or_none(current, limits.current_a),
        )


class Row(NamedTuple):
    """One interval of one component, not looked at yet: its numbers may still be anything.

    `columns` are those that held when it came.
    """

    start: int
    period_s: int
    values: object
    columns: Columns


def _at(values: list[object], place: int | None) -> object:
    return None if place is None else values[place]


def known_columns(profile: Profile) -> Columns:
    """The order that every public capture shows, until the meter itself has given its keys."""
    return Columns(_KNOWN_ORDER[profile], profile)


def columns_from(keys: object, profile: Profile) -> Columns:
    """By the keys in an answer of GetData. Raises BadRecord for what names no columns."""
    if not isinstance(keys, list):
        raise BadRecord("columns that are no list")
    return Columns([str(key) for key in keys], profile)


def rows_of(blocks: object, columns: Columns) -> Iterator[Row]:
    """All rows of a list of blocks (`data` of GetData), in their order. Raises BadRecord."""
    if blocks is None:
        return
    if not isinstance(blocks, list):
        raise BadRecord("blocks that are no list")
    for block in blocks:
        yield from _rows_of_block(block, columns)


def _rows_of_block(block: object, columns: Columns) -> Iterator[Row]:
    fields = fields_or_none(block)
    if fields is None:
        raise BadRecord("a block that is no object")
    start, period_s = whole_or_none(fields.get("ts")), whole_or_none(fields.get("period"))
    values = fields.get("values")
    if start is None or period_s is None or period_s <= 0 or not isinstance(values, list):
        raise BadRecord("a block without time, period or values")
    for place, row in enumerate(values):
        yield Row(start + place * period_s, period_s, row, columns)


def record_of(
    start: int, period_s: int, phases: Sequence[PhaseRow]
) -> tuple[MinuteRecord, RecordDetail]:
    """Raises BadRecord for what no meter can have counted."""
    a, b, c = phases
    record = MinuteRecord(
        start,
        period_s,
        *(a.imported_dmwh, b.imported_dmwh, c.imported_dmwh),
        *(a.exported_dmwh, b.exported_dmwh, c.exported_dmwh),
    )
    detail = RecordDetail(
        max_power_w=(a.max_power_w, b.max_power_w, c.max_power_w),
        min_power_w=(a.min_power_w, b.min_power_w, c.min_power_w),
        voltage_v=(a.voltage_v, b.voltage_v, c.voltage_v),
        current_a=(a.current_a, b.current_a, c.current_a),
    )
    return check_record(record), detail


def triphase_counters(
    status: Fields, at: int, limits: Limits = WIDEST, absent: Collection[int] = ()
) -> Counters | None:
    """From EMData.GetStatus or a whole emdata:0; None while one of a phase it measures is missing.

    Raises BadRecord for what no meter can have counted.
    """
    values = [
        _counter(status.get(f"{phase}_{name}"), place in absent)
        for name in _ENERGIES
        for place, phase in enumerate(PHASES)
    ]
    return _counters(at, values, limits)


def monophase_counters(
    statuses: Mapping[int, Fields],
    at: int,
    limits: Limits = WIDEST,
    absent: Collection[int] = (),
) -> Counters | None:
    """From EM1Data.GetStatus by channel; as `triphase_counters`."""
    values = [
        _counter(statuses.get(place, {}).get(name), place in absent)
        for name in _ENERGIES
        for place in range(len(PHASES))
    ]
    return _counters(at, values, limits)


def _counter(value: object, is_absent: bool) -> object:
    return 0 if value is None and is_absent else value


def _counters(at: int, values: Sequence[object], limits: Limits) -> Counters | None:
    if any(value is None for value in values):
        return None
    known = [counted_dmwh(value, limits) for value in values]
    return Counters(at, (known[0], known[1], known[2], known[3], known[4], known[5]))
