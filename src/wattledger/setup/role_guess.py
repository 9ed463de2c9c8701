"""Which meter is at the mains, which at the plant: a guess for a person to correct."""

import re
from collections.abc import Sequence

from wattledger.energy.meter import Production, Role
from wattledger.energy.power_reading import PowerReading
from wattledger.shelly.probe import Sight

_SOLAR = ("aurinko", "inverter", "invertteri", "katto", "panel", "photov", "plant", "pv", "roof")
_SOLAR_TOO = ("sol", "sun", "voimala")
_GRID = ("grid", "home", "house", "liittymä", "main", "meter", "pääkeskus", "talo", "verkko")
"""How the words of a name begin, in English and Finnish."""

_DARK_W = 20.0
"""A plant at night takes less than this; a home hardly ever does."""
_PRODUCES_FROM_W = 50.0
"""A plant takes less than this at any time: more can only be what it produces."""
_SAME = 0.05
"""An inverter feeds its phases alike, within this share; the loads of a home are never alike."""


def guessed_roles(sights: Sequence[Sight]) -> list[Role | None]:
    """A role for each, at most one meter to a role; one that is alone is at the mains."""
    roles: list[Role | None] = [None] * len(sights)
    likeness = [_likeness(sight) for sight in sights]
    order = sorted(range(len(sights)), key=likeness.__getitem__)
    if len(order) > 1:
        roles[order[-1]] = Role.SOLAR
    if order:
        called_solar = len(order) == 1 and _called(sights[0], (*_SOLAR, *_SOLAR_TOO))
        roles[order[0]] = Role.SOLAR if called_solar else Role.GRID
    return roles


def evident_production(reading: PowerReading) -> Production | None:
    """Which sign means producing, where the power of this moment shows it."""
    total_w = reading.active_power_w
    powers_w = _powers_w(reading)
    one_way = min(powers_w) > -_DARK_W or max(powers_w) < _DARK_W
    if total_w is None or abs(total_w) < _PRODUCES_FROM_W or not one_way:
        return None
    return Production.POSITIVE if total_w > 0 else Production.NEGATIVE


def _likeness(sight: Sight) -> int:
    """How much it is like a meter at a plant; what people call it counts more than what it says."""
    likeness = 1 if _measures_like_plant(sight.reading) else 0
    if _called(sight, (*_SOLAR, *_SOLAR_TOO)):
        likeness += 2
    if _called(sight, _GRID):
        likeness -= 2
    return likeness


def _called(sight: Sight, beginnings: tuple[str, ...]) -> bool:
    words = re.findall(r"[^\W\d_]+", (sight.identity.name or "").casefold())
    return any(word.startswith(beginnings) for word in words)


def _measures_like_plant(reading: PowerReading) -> bool:
    """Dark, or the same on all its phases, or on one phase alone."""
    sizes_w = sorted(map(abs, _powers_w(reading)))
    if reading.active_power_w is None:
        return False
    if sizes_w[-1] < _DARK_W:
        return True
    alike = sizes_w[-1] - sizes_w[0] <= _SAME * sizes_w[-1]
    alone = all(size_w < _SAME * sizes_w[-1] for size_w in sizes_w[:-1])
    return evident_production(reading) is not None and (alike or alone)


def _powers_w(reading: PowerReading) -> list[float]:
    """Of the phases that it measures."""
    return [
        phase.active_power_w or 0.0
        for place, phase in enumerate(reading.phases)
        if place not in reading.absent
    ]
