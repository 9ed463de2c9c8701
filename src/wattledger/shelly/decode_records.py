"""Rows of stored and pushed intervals to minute records: by name, never by position.

Energies come in Wh with four decimals per interval, counters in Wh with two; both are exact as
integers of 0.1 mWh. Row j of a block starts at block.ts + j * block.period, UTC, by the meter's
clock.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from wattledger.energy.errors import BadRecord
from wattledger.energy.meter import PHASES
from wattledger.energy.plausible import number_or_none, whole_or_none
from wattledger.energy.record import Counters, MinuteRecord, RecordDetail, check_record
from wattledger.energy.units import dmwh_from_wh
from wattledger.shelly.payload import Fields, fields_or_none
from wattledger.shelly.profile import Profile

_ENERGIES = ("total_act_energy", "total_act_ret_energy")
_MOST_WH = 1e13
"""A counter after 100 years at 400 A shows 3e11."""
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
    """One phase of one interval: energies in 0.1 mWh, then what goes into the detail."""

    imported_dmwh: int
    exported_dmwh: int
    max_power_w: float | None
    min_power_w: float | None
    voltage_v: float | None
    current_a: float | None


class Row(NamedTuple):
    """One interval of one component, not looked at yet: its numbers may still be anything."""

    start: int
    period_s: int
    values: object


class Columns:
    """Where in a row the values stand that we take, phase by phase."""

    def __init__(self, keys: Sequence[str], profile: Profile) -> None:
        """Raises BadRecord when the energies are not among the keys."""
        places = {key: place for place, key in enumerate(keys)}
        prefixes = [f"{phase}_" for phase in PHASES] if profile == "triphase" else [""]
        try:
            self._energies = [[places[prefix + name] for name in _ENERGIES] for prefix in prefixes]
        except KeyError as missing:
            raise BadRecord(f"records without {missing}") from None
        self._details = [[places.get(prefix + name) for name in _DETAILS] for prefix in prefixes]
        self._length = len(keys)

    def phases(self, values: object) -> list[PhaseRow]:
        """Three of them, or the one of a monophase channel. Raises BadRecord."""
        if not isinstance(values, list) or len(values) != self._length:
            raise BadRecord(f"a record that has not {self._length} values")
        return [
            PhaseRow(
                _dmwh(values[places[0]]),
                _dmwh(values[places[1]]),
                *(None if place is None else number_or_none(values[place]) for place in details),
            )
            for places, details in zip(self._energies, self._details, strict=True)
        ]


def known_columns(profile: Profile) -> Columns:
    """The order that every public capture shows, until the meter itself has given its keys."""
    return Columns(_KNOWN_ORDER[profile], profile)


def columns_from(answer: Fields, profile: Profile) -> Columns | None:
    """By the keys in an answer of GetData; None when it gives none."""
    keys = answer.get("keys")
    if not isinstance(keys, list) or not keys:
        return None
    return Columns([str(key) for key in keys], profile)


def rows_of(blocks: object) -> Iterator[Row]:
    """All rows of a list of blocks (`data` of GetData), in their order. Raises BadRecord."""
    if blocks is None:
        return
    if not isinstance(blocks, list):
        raise BadRecord("blocks that are no list")
    for block in blocks:
        yield from _rows_of_block(block)


def _rows_of_block(block: object) -> Iterator[Row]:
    fields = fields_or_none(block)
    if fields is None:
        raise BadRecord("a block that is no object")
    start, period_s = whole_or_none(fields.get("ts")), whole_or_none(fields.get("period"))
    values = fields.get("values")
    if start is None or period_s is None or period_s <= 0 or not isinstance(values, list):
        raise BadRecord("a block without time, period or values")
    for place, row in enumerate(values):
        yield Row(start + place * period_s, period_s, row)


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


def triphase_counters(status: Fields, at: int) -> Counters | None:
    """From EMData.GetStatus or a whole emdata:0; None while any of the six is missing."""
    return _counters(at, [status.get(f"{phase}_{name}") for name in _ENERGIES for phase in PHASES])


def monophase_counters(statuses: Sequence[Fields], at: int) -> Counters | None:
    """From EM1Data.GetStatus of the three channels."""
    return _counters(at, [status.get(name) for name in _ENERGIES for status in statuses])


def _counters(at: int, values_wh: Sequence[object]) -> Counters | None:
    numbers = [number_or_none(value) for value in values_wh]
    known = [
        dmwh_from_wh(number) for number in numbers if number is not None and 0 <= number <= _MOST_WH
    ]
    if len(known) != 6:
        return None
    return Counters(at, (known[0], known[1], known[2], known[3], known[4], known[5]))


def _dmwh(value: object) -> int:
    energy_wh = number_or_none(value)
    if energy_wh is None or abs(energy_wh) > _MOST_WH:
        raise BadRecord("a record without its energy")
    return dmwh_from_wh(energy_wh)
