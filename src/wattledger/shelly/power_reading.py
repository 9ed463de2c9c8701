"""Answers about the power of this moment to a reading that knows how old it is."""

from collections.abc import Sequence
from dataclasses import replace

from wattledger.energy.clock import Clock
from wattledger.energy.plausibility import limits_of, plausible_reading
from wattledger.energy.power_reading import PowerReading
from wattledger.shelly.connection import Answer
from wattledger.shelly.decode_power import monophase_power, summed, triphase_power
from wattledger.shelly.json_values import Fields
from wattledger.shelly.measured_phases import MeasuredPhases
from wattledger.shelly.profile import Acquaintance

_ROUNDING_W = 1.0
"""Of a total beside the sum of its phases: each is rounded by itself."""


def reading_from(
    answers: Sequence[Answer], known: Acquaintance, measured_phases: MeasuredPhases, clock: Clock
) -> tuple[PowerReading, tuple[str, ...]]:
    """As old as the first of the answers, of which there is one for each channel.

    With it what was taken out of it, since no meter of this model can measure that.
    """
    received_s = min(answer.received_s for answer in answers)
    at = clock.now_s() - (clock.monotonic_s() - received_s)
    measured = decoded([answer.result for answer in answers], known, at, received_s)
    measured_phases.shown(measured)
    kept, absurd = plausible_reading(measured, limits_of(known.identity.model))
    absent = measured_phases.absent
    kept = replace(kept, absent=absent)
    if measured.active_power_w is None:
        kept = summed(kept, absent)
    elif _holds_what_was_taken_out(measured, kept):
        kept = replace(kept, active_power_w=None)
    return kept, absurd


def _holds_what_was_taken_out(measured: PowerReading, kept: PowerReading) -> bool:
    """Whether the meter's own total is the sum of powers of which one can't be."""
    powers_w = [phase.active_power_w for phase in measured.phases]
    if [phase.active_power_w for phase in kept.phases] == powers_w:
        return False
    sum_w = sum(power_w or 0.0 for power_w in powers_w)
    return abs((measured.active_power_w or 0.0) - sum_w) <= _ROUNDING_W


def decoded(
    statuses: Sequence[Fields], known: Acquaintance, at: float, received_s: float
) -> PowerReading:
    """As the meter says it."""
    meter = known.identity.meter
    if known.words.of_one_channel:
        return triphase_power(statuses[0], meter, at, received_s)
    by_channel = dict(zip(known.words.channels, statuses, strict=True))
    return monophase_power(by_channel, meter, at, received_s)
