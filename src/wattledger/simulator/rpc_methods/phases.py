"""Voltage, current and the like of one phase, worked out from its active power.

A plain model, the same for every call: a grid of about 230 V that sways slowly, and a load with
some reactive power, inductive on phase a and capacitive on b and c.
"""

import math
from typing import NamedTuple

from wattledger.simulator.feed import PhaseMinute

PHASES = "abc"
_NOMINAL_V = 230.0
_IDLE_A = 0.027


class PhaseReading(NamedTuple):
    """One phase at one moment, not yet rounded."""

    act_power_w: float
    aprt_power_va: float
    current_a: float
    voltage_v: float
    pf: float
    freq_hz: float


def reading_of(power_w: float, at: float, phase: int) -> PhaseReading:
    voltage_v = voltage_at(at, phase)
    apparent_va = math.hypot(power_w, reactive_var(power_w, phase))
    return PhaseReading(
        act_power_w=power_w,
        aprt_power_va=apparent_va,
        current_a=apparent_va / voltage_v,
        voltage_v=voltage_v,
        pf=abs(power_w) / apparent_va,
        freq_hz=50.0 + 0.04 * math.sin(at / 311.0),
    )


def unwired_reading(phase: int, *, shows_garbage: bool) -> PhaseReading:
    """An open input: noise as current, and by firmware nothing or garbage as pf and frequency."""
    pf, freq_hz = (1.0, (198.0, 160.7, 173.2)[phase]) if shows_garbage else (0.0, 0.0)
    return PhaseReading(0.0, 0.0, _IDLE_A + (0.001 if phase == 0 else 0.0), 0.0, pf, freq_hz)


def voltage_at(at: float, phase: int) -> float:
    return _NOMINAL_V + 2.5 * math.sin(at / 860.0 + 2.1 * phase) + 0.6 * math.sin(at / 15.5 + phase)


def reactive_var(power_w: float, phase: int) -> float:
    return 18.0 + 6.0 * phase + 0.12 * abs(power_w)


class PhaseRecord(NamedTuple):
    """One phase over one interval, in the order in which the meter lists it."""

    total_act_energy: float
    fund_act_energy: float
    total_act_ret_energy: float
    fund_act_ret_energy: float
    lag_react_energy: float
    lead_react_energy: float
    max_act_power: float
    min_act_power: float
    max_aprt_power: float
    min_aprt_power: float
    max_voltage: float
    min_voltage: float
    avg_voltage: float
    max_current: float
    min_current: float
    avg_current: float


def phase_record(flow: PhaseMinute, begin_s: float, hours: float, phase: int) -> PhaseRecord:
    """The sixteen values of an interval that began at `begin_s` and was counted for `hours`."""
    low_w, high_w = sorted((abs(flow.min_power_w), abs(flow.max_power_w)))
    if flow.min_power_w < 0 < flow.max_power_w:
        low_w = 0.0
    low_va, high_va = (math.hypot(w, reactive_var(w, phase)) for w in (low_w, high_w))
    react_varh = reactive_var((low_w + high_w) / 2, phase) * hours
    volts = [voltage_at(begin_s + step, phase) for step in (0.0, 20.0, 40.0)]
    volt = sum(volts) / len(volts)
    return PhaseRecord(
        total_act_energy=flow.imported_dmwh / 10_000,
        fund_act_energy=round(flow.imported_dmwh * 0.985) / 10_000,
        total_act_ret_energy=flow.exported_dmwh / 10_000,
        fund_act_ret_energy=round(flow.exported_dmwh * 0.985) / 10_000,
        lag_react_energy=round(react_varh, 4) if phase == 0 else 0.0,
        lead_react_energy=round(react_varh, 4) if phase else 0.0,
        max_act_power=round(flow.max_power_w, 1),
        min_act_power=round(flow.min_power_w, 1),
        max_aprt_power=round(high_va, 1),
        min_aprt_power=round(low_va, 1),
        max_voltage=round(max(volts), 3),
        min_voltage=round(min(volts), 3),
        avg_voltage=round(volt, 3),
        max_current=round(high_va / min(volts), 3),
        min_current=round(low_va / max(volts), 3),
        avg_current=round((high_va + low_va) / 2 / volt, 3),
    )


def unwired_record() -> PhaseRecord:
    idle = (0.0,) * 13
    return PhaseRecord(*idle, max_current=0.029, min_current=_IDLE_A, avg_current=0.028)
