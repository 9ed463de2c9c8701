"""The place that judges numbers from outside: what a meter can have measured or counted.

Whatever comes from a meter, from MongoDB or from a file is first a finite number or None, then
something that a meter of its model can say, or not: nothing else may be shown, booked or compared.
Within the meter's own resolution below zero is zero, since it rounds; more is absurd.
"""

import math
from dataclasses import dataclass, replace

from wattledger.energy.errors import BadRecord
from wattledger.energy.meter import PHASES
from wattledger.energy.meter_model import model_of
from wattledger.energy.power_reading import PhaseReading, PowerReading
from wattledger.energy.units import DMWH_PER_WH, dmwh_from_wh

MAX_PHASE_POWER_W = 120_000
"""400 A at 300 V, the largest current transformer with headroom."""
_MAX_VOLTAGE_V = 300.0
"""The meters measure up to 280 V."""
_HEADROOM = 1.25
_MAX_FREQUENCY_HZ = 100.0
_MAX_POWER_FACTOR = 1.05
_RECORD_RESOLUTION_DMWH = 1
_COUNTER_RESOLUTION_DMWH = 100
"""Records come with four decimals of a Wh, counters with two."""
_MOST_WHOLE = 2**53
_MOST_COUNTED_H = 24 * 366 * 100


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one phase of a meter measures, with headroom."""

    voltage_v: float
    current_a: float

    @property
    def power_w(self) -> float:
        return min(self.voltage_v * self.current_a, MAX_PHASE_POWER_W)


WIDEST = Limits(_MAX_VOLTAGE_V, 400 * _HEADROOM)


def limits_of(model: str) -> Limits:
    """By the number of the model; the widest for one that is not known."""
    known = model_of(model)
    return WIDEST if known is None else Limits(_MAX_VOLTAGE_V, known.rated_a * _HEADROOM)


def number_or_none(value: object) -> float | None:
    """The number, int and float alike; None for null, true, text, NaN and infinities."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def whole_or_none(value: object) -> int | None:
    """A whole number, also when written with a fraction of zero, that a float holds exactly."""
    number = within_or_none(value, _MOST_WHOLE)
    return int(number) if number is not None and number.is_integer() else None


def within_or_none(value: object, most: float) -> float | None:
    """A number from -most to most; None for anything else."""
    number = number_or_none(value)
    return number if number is not None and abs(number) <= most else None


def recorded_dmwh(given: object, period_s: int, limits: Limits = WIDEST) -> int:
    """Energy of one phase in one record, 0.1 mWh. Raises BadRecord for what can't be."""
    energy_wh = number_or_none(given)
    if energy_wh is None:
        raise BadRecord("a record without its energy")
    return _energy_dmwh(energy_wh, limits.power_w * period_s / 3600, _RECORD_RESOLUTION_DMWH)


def counted_dmwh(given: object, limits: Limits = WIDEST) -> int:
    """A meter's own counter of one phase, 0.1 mWh. Raises BadRecord for what can't be."""
    energy_wh = number_or_none(given)
    if energy_wh is None:
        raise BadRecord("a counter that is not given")
    return _energy_dmwh(energy_wh, limits.power_w * _MOST_COUNTED_H, _COUNTER_RESOLUTION_DMWH)


def _energy_dmwh(energy_wh: float, most_wh: float, resolution_dmwh: int) -> int:
    if not -1.0 <= energy_wh <= most_wh:
        raise BadRecord(f"an energy of {energy_wh:g} Wh on one phase")
    energy_dmwh = dmwh_from_wh(energy_wh)
    if energy_dmwh < -resolution_dmwh:
        raise BadRecord(f"an energy of {energy_dmwh / DMWH_PER_WH:g} Wh on one phase")
    return max(energy_dmwh, 0)


def plausible_reading(
    reading: PowerReading, limits: Limits = WIDEST
) -> tuple[PowerReading, tuple[str, ...]]:
    """The reading without what no meter can measure, and words for what was taken out."""
    absurd: list[str] = []

    def judged(value: float | None, most: float, unit: str, where: str) -> float | None:
        kept = within_or_none(value, most)
        if value is not None and kept is None:
            absurd.append(f"{value:g} {unit} {where}".rstrip())
        return kept

    def phase(measured: PhaseReading, name: str) -> PhaseReading:
        where = f"on phase {name}"
        return PhaseReading(
            active_power_w=judged(measured.active_power_w, limits.power_w, "W", where),
            apparent_power_va=judged(measured.apparent_power_va, limits.power_w, "VA", where),
            voltage_v=judged(measured.voltage_v, limits.voltage_v, "V", where),
            current_a=judged(measured.current_a, limits.current_a, "A", where),
            power_factor=within_or_none(measured.power_factor, _MAX_POWER_FACTOR),
            frequency_hz=judged(measured.frequency_hz, _MAX_FREQUENCY_HZ, "Hz", where),
        )

    a, b, c = (phase(one, name) for one, name in zip(reading.phases, PHASES, strict=True))
    kept = replace(
        reading,
        active_power_w=judged(reading.active_power_w, 3 * limits.power_w, "W", "in all"),
        phases=(a, b, c),
        neutral_current_a=judged(reading.neutral_current_a, limits.current_a, "A", "on neutral"),
    )
    return kept, tuple(absurd)
