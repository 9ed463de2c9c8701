"""The port between the app's settings of a home, and the file in which they stand.

HomeSettings   setup   tells them, tries a change out, writes it
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from wattledger.energy.meter import Production, Role
from wattledger.energy.netting import Netting


@dataclass(frozen=True, slots=True)
class MeterNow:
    """One `[[meters]]`; `begins` is its first day, None for all that it remembers."""

    name: str
    role: Role
    host: str
    production: Production
    phases: Sequence[str]
    begins: date | None
    has_password: bool


@dataclass(frozen=True, slots=True)
class SettingsNow:
    """What stands there. `tag` changes with every change of the file.

    `fixed` are keys that can't be changed there, such as `site.name` and `meters.0.host`: the
    environment says them, or a file of their own holds them.
    """

    path: str
    tag: str
    name: str
    time_zone: str
    main_fuse_a: float
    netting: Netting
    mongodb_database: str | None
    """None without MongoDB; where it is and with which password is not told."""
    meters: Sequence[MeterNow]
    fixed: Sequence[str]


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """Values by section and key, of meters by the name that a meter has and then by key; None takes
    a key away. `removed` are names of meters, `added` whole ones.
    """

    sections: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    meters: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    removed: Sequence[str] = ()
    added: Sequence[Mapping[str, object]] = ()


class EffectKind(StrEnum):
    """What a change does to what is shown of the time before it. No minute is ever lost by one."""

    NONE = "none"
    """Nothing: a name, the fuse."""
    NETTED_ANEW = "netted_anew"
    """Bought and sold are set off over another time, in all years."""
    DAYS_MOVE = "days_move"
    """Days, weeks and months begin at other instants, in all years."""
    COUNTED_ANEW = "counted_anew"
    """What this meter booked counts otherwise, from its first minute on."""
    REACHED_ELSEWHERE = "reached_elsewhere"
    """The meter is asked at another address, or with another password."""
    ADDED = "added"
    """What it remembers is fetched, and counts."""
    NOT_ANSWERING = "not_answering"
    """Just now no meter that can be read is at that address."""
    LOCKED = "locked"
    """The meter there has a password, and this is not it."""
    REMOVED = "removed"
    """Its minutes stay in the books, and count no more."""
    POSTED_ANEW = "posted_anew"
    """All that is booked is posted to the other MongoDB."""
    NOT_POSTED = "not_posted"
    """Nothing is posted any more; the store answers."""


@dataclass(frozen=True, slots=True)
class Effect:
    """`meter` is the name that it has, or will have; None for the whole home."""

    kind: EffectKind
    meter: str | None = None


class HomeSettings(Protocol):
    """Of a home that runs. Raises BadSettings where the file can't be read."""

    def now(self) -> SettingsNow: ...

    def preview(self, change: SettingsChange) -> Sequence[Effect]:
        """What it would do.

        Raises BadQuestion for what can't be changed, BadSettings for what can't be used.
        """
        ...

    async def unreached(self, change: SettingsChange) -> Sequence[Effect]:
        """Which of the meters that it adds, or reaches otherwise, can't be read just now.

        Raises as `preview`.
        """
        ...

    def change(self, change: SettingsChange, tag: str) -> Sequence[Effect]:
        """Writes it, whole or not at all; a moment later all is made anew from it.

        Raises StaleSettings where the file has another tag by now, and as `preview`.
        """
        ...
