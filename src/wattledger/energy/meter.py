"""A meter and what a home calls it.

Sign, everywhere: a meter's power is positive, and its energy imported, when energy flows as that
meter counts consumption. The books know a meter by its MAC only. Role and production direction are
labels, applied on reading: `quantity_series` to energy, `given_power_w` to power.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NewType

from wattledger.energy.role import Role

__all__ = ["PHASES", "MeterId", "MeterIdentity", "MeterLabel", "Production", "Role", "Source"]

MeterId = NewType("MeterId", str)
"""The MAC, twelve upper-case hexadecimal digits without colons."""

PHASES = ("a", "b", "c")


def meter_id(text: str) -> MeterId | None:
    """The MAC that is written so, with colons or without; None for what is none."""
    mac = text.replace(":", "").upper()
    return MeterId(mac) if len(mac) == 12 and set(mac) <= set("0123456789ABCDEF") else None


class Production(StrEnum):
    """Which sign of a source's power means that it gives: that a plant produces, a battery
    discharges.
    """

    POSITIVE = "positive"
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class MeterIdentity:
    """What a meter says of itself; `phases` are those that it has ever measured, None while that is
    not known.
    """

    meter: MeterId
    model: str
    firmware: str
    profile: str
    name: str | None
    phases: tuple[str, ...] | None = None

    def measuring(self, phases: Sequence[str]) -> "MeterIdentity":
        """That it measures these, besides those that it did before."""
        known = {*phases, *(self.phases or ())}
        return replace(self, phases=tuple(one for one in PHASES if one in known))


@dataclass(frozen=True, slots=True)
class Source:
    """What a home calls a meter, or some phases of one. `since` is from when on it counts, UTC
    epoch seconds: before that it is absent, whatever its meter remembers.
    """

    name: str
    role: Role
    production: Production = Production.POSITIVE
    phases: tuple[str, ...] = PHASES
    since: int = 0

    @property
    def is_turned(self) -> bool:
        """Whether it gives where its meter counts below zero."""
        return self.role.gives and self.production is Production.NEGATIVE


@dataclass(frozen=True, slots=True)
class MeterLabel:
    """A meter of the home, by the name of its first source."""

    sources: tuple[Source, ...]

    @staticmethod
    def of(name: str, role: Role, production: Production = Production.POSITIVE) -> "MeterLabel":
        """One that measures one thing with all its phases."""
        return MeterLabel((Source(name, role, production),))

    @property
    def name(self) -> str:
        return self.sources[0].name

    @property
    def role(self) -> Role:
        return self.sources[0].role

    def role_of(self, phase: str) -> Role | None:
        """Of the source that takes this phase; None where none does."""
        return next((one.role for one in self.sources if phase in one.phases), None)


def given_power_w(power_w: float, source: Source) -> float:
    """A source's power as its role counts: of one that gives, above zero where it does."""
    # Subtracted, since -0.0 would reach the screen as a minus sign before nothing.
    return 0.0 - power_w if source.is_turned else power_w
