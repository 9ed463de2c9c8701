"""Power now: the home from its meters' latest readings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from wattledger.energy.meter import PHASES, MeterLabel, Source, given_power_w
from wattledger.energy.power_reading import PowerReading
from wattledger.energy.role import Role

STALE_AFTER_S = 10.0
OFFLINE_AFTER_S = 60.0
SAME_MOMENT_S = 2.0
"""Readings further apart than this are two moments, and their sum is nobody's power."""


class MeterState(StrEnum):
    LIVE = "live"
    STALE = "stale"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class MeterNow:
    """One meter as the home sees it now. `reading` is the last one with a value, however old."""

    label: MeterLabel
    state: MeterState
    age_s: float | None
    reading: PowerReading | None


class PartPower(NamedTuple):
    """A part of the home, W; None while its meter is not live."""

    name: str
    power_w: float | None
    state: MeterState


@dataclass(frozen=True, slots=True)
class PowerNow:
    """Signed powers in W, None where unknown or absent; `at` is UTC epoch seconds.

    `roles_w` are those of the balanced roles, each above zero where it comes into the home: bought,
    produced, discharged. Home is their sum.
    """

    at: float
    roles_w: Mapping[Role, float | None]
    home_w: float | None
    parts: tuple[PartPower, ...]
    meters: tuple[MeterNow, ...]


def meter_state(*, connected: bool, age_s: float | None) -> MeterState:
    """Live below 10 s of age, offline without a connection or from 60 s on, stale between."""
    if not connected or age_s is None or age_s >= OFFLINE_AFTER_S:
        return MeterState.OFFLINE
    return MeterState.LIVE if age_s < STALE_AFTER_S else MeterState.STALE


def power_now(at: float, meters: Sequence[MeterNow], *, is_known: bool = True) -> PowerNow:
    """The home's powers at one moment; a role without a source is absent, a silent meter unknown.

    A source that has not begun is not there. Unless `is_known`, there is something else in the home
    that these meters do not tell of.
    """
    begun = [(s, meter) for meter in meters for s in meter.label.sources if s.since <= at]
    by_role = {role: [one for one in begun if one[0].role is role] for role in Role}
    roles_w = {
        role: _sum_w([_power_w(*one) for one in own])
        for role, own in by_role.items()
        if role.is_balanced
    }
    parts = [
        PartPower(source.name, _power_w(source, meter), meter.state)
        for role, own in by_role.items()
        if not role.is_balanced
        for source, meter in own
    ]
    balanced = [one for role in roles_w for one in by_role[role]]
    home_w = _home_w(roles_w, balanced) if by_role[Role.GRID] and is_known else None
    return PowerNow(at, roles_w, home_w, tuple(parts), tuple(meters))


def _power_w(source: Source, meter: MeterNow) -> float | None:
    """As its role counts; None while its meter is not live."""
    if meter.reading is None or meter.state is not MeterState.LIVE:
        return None
    power_w = meter.reading.active_power_w
    if len(source.phases) < len(PHASES):
        power_w = _sum_w(
            [
                phase.active_power_w
                for place, phase in enumerate(meter.reading.phases)
                if PHASES[place] in source.phases and place not in meter.reading.absent
            ]
        )
    return None if power_w is None else given_power_w(power_w, source)


def _sum_w(powers_w: Sequence[float | None]) -> float | None:
    """None where there is none, and where one is unknown."""
    known = [power_w for power_w in powers_w if power_w is not None]
    return sum(known) if known and len(known) == len(powers_w) else None


def _home_w(
    roles_w: Mapping[Role, float | None], balanced: Sequence[tuple[Source, MeterNow]]
) -> float | None:
    """The sum of those that the home has, where all were read in one moment."""
    there = {source.role for source, _ in balanced}
    total_w = _sum_w([power_w for role, power_w in roles_w.items() if role in there])
    readings = [meter.reading.received_s for _, meter in balanced if meter.reading is not None]
    if total_w is None or max(readings) - min(readings) > SAME_MOMENT_S:
        return None
    return total_w if len(there) == 1 else round(total_w, 3)
