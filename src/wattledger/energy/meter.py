"""A meter and what a home calls it.

Sign, everywhere: a meter's power is positive, and its energy imported, when energy flows as that
meter counts consumption. The books know a meter by its MAC only. Role and production direction are
labels, applied on reading: `Series.oriented` to energy, `produced_power_w` to power.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

MeterId = NewType("MeterId", str)
"""The MAC, twelve upper-case hexadecimal digits without colons."""

PHASES = ("a", "b", "c")


def meter_id(text: str) -> MeterId | None:
    """The MAC that is written so, with colons or without; None for what is none."""
    mac = text.replace(":", "").upper()
    return MeterId(mac) if len(mac) == 12 and set(mac) <= set("0123456789ABCDEF") else None


class Role(StrEnum):
    GRID = "grid"
    SOLAR = "solar"


class Production(StrEnum):
    """Which sign of the solar meter's power means that the plant produces."""

    POSITIVE = "positive"
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class MeterIdentity:
    """What a meter says of itself."""

    meter: MeterId
    model: str
    firmware: str
    profile: str
    name: str | None


@dataclass(frozen=True, slots=True)
class MeterLabel:
    """What a home calls one of its meters."""

    name: str
    role: Role
    production: Production = Production.POSITIVE


def produced_power_w(power_w: float, production: Production) -> float:
    """The solar meter's power with positive meaning that the plant produces."""
    # Subtracted, since -0.0 would reach the screen as a minus sign before nothing.
    return power_w if production is Production.POSITIVE else 0.0 - power_w
