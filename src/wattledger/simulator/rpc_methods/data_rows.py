"""Stored intervals as the meter lists them: names, their order, and the numbers under them."""

from wattledger.simulator.hardware import Profile
from wattledger.simulator.memory.history import Record
from wattledger.simulator.rpc_methods.phases import (
    PHASES,
    PhaseRecord,
    phase_record,
    unwired_record,
)

Row = list[float]

_NEUTRAL_KEYS = ("n_max_current", "n_min_current", "n_avg_current")
_NOT_IN_EM1 = ("fund_act_energy", "fund_act_ret_energy")
_EM1_FIELDS = tuple(name for name in PhaseRecord._fields if name not in _NOT_IN_EM1)

_FOUR_DECIMALS, _ONE_DECIMAL, _THREE_DECIMALS = "{:.4f}", "{:.1f}", "{:.3f}"


def row_keys(profile: Profile, *, has_neutral: bool = True) -> list[str]:
    if profile == "monophase":
        return [*_EM1_FIELDS]
    return [
        *(f"{phase}_{field}" for phase in PHASES for field in PhaseRecord._fields),
        *(_NEUTRAL_KEYS if has_neutral else ()),
    ]


def net_keys(profile: Profile) -> list[str]:
    if profile == "monophase":
        return ["net_act_energy"]
    return [f"{phase}_net_act_energy" for phase in PHASES]


def triphase_row(record: Record, unwired: frozenset[str], *, has_neutral: bool) -> Row:
    row: Row = []
    for phase in range(3):
        row.extend(_phase_values(record, phase, unwired, phase))
    return [*row, 0.028, 0.026, 0.027] if has_neutral else row


def monophase_row(record: Record, phase: int, unwired: frozenset[str], *, one_line: bool) -> Row:
    values = _phase_values(record, phase, unwired, 0 if one_line else phase)
    return [getattr(values, name) for name in _EM1_FIELDS]


def _phase_values(record: Record, phase: int, unwired: frozenset[str], line: int) -> PhaseRecord:
    """`line`: the conductor of which it has its voltage."""
    if PHASES[phase] in unwired:
        return unwired_record()
    begin_ms, end_ms = record.span
    return phase_record(
        record.phases[phase], begin_ms / 1000, max(0, end_ms - begin_ms) / 3_600_000, line
    )


def net_row(records: list[Record], phases: range) -> Row:
    """Consumed minus returned of each phase over the records, Wh."""
    return [
        sum(
            record.phases[phase].imported_dmwh - record.phases[phase].exported_dmwh
            for record in records
        )
        / 10_000
        for phase in phases
    ]


def csv_line(stamp: int, row: Row, keys: list[str]) -> str:
    numbers = (_decimals_of(key).format(value) for key, value in zip(keys, row, strict=True))
    return ",".join([str(stamp), *numbers])


def _decimals_of(key: str) -> str:
    if key.endswith("energy"):
        return _FOUR_DECIMALS
    return _ONE_DECIMAL if key.endswith("power") else _THREE_DECIMALS
