"""The port between the page on which a home is set up, and what sets it up.

HomeSetup   setup   lets one phone in, finds meters, keeps what was answered, writes the settings
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from wattledger.energy.meter import MeterId, MeterIdentity, Production, Role
from wattledger.energy.netting import Netting
from wattledger.energy.power_reading import PowerReading


class SetupStep(StrEnum):
    """Where somebody is; in this order."""

    METERS = "meters"
    TRIAL = "trial"
    ROLES = "roles"
    HOME = "home"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class FoundMeter:
    """A meter that has answered, and what it is taken for.

    `role` is None where it is left out; `is_proposed` while nobody has said so. `trouble` is why
    nothing is read from it just now.
    """

    identity: MeterIdentity
    host: str
    name: str
    role: Role | None
    production: Production
    is_proposed: bool
    is_locked: bool
    reading: PowerReading | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class HomeAnswers:
    """What a person says of the home; `has_mongodb`: a connection string was given."""

    name: str
    time_zone: str
    main_fuse_a: float
    netting: Netting
    has_mongodb: bool = False


@dataclass(frozen=True, slots=True)
class RoleAnswer:
    """What a meter is, as a person has it; None is what is left as it was."""

    meter: MeterId
    role: Role | None
    production: Production | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """What is answered at once; None is what is left as it was."""

    step: SetupStep | None = None
    meters: Sequence[RoleAnswer] = ()
    name: str | None = None
    time_zone: str | None = None
    main_fuse_a: str | None = None
    netting: Netting | None = None
    mongodb_uri: str | None = None
    https: bool | None = None


@dataclass(frozen=True, slots=True)
class BackupThere:
    """A backup that the phone has brought: the home's name, None where it brings no settings; its
    meters by their names; the first and the last day of its books, None without a minute.
    """

    home: str | None
    meters: Sequence[str]
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True, slots=True)
class SetupState:
    """How far it has come."""

    step: SetupStep
    meters: Sequence[FoundMeter]
    home: HomeAnswers
    is_looking: bool
    """For meters that announce themselves."""
    backup: BackupThere | None = None
    """That is put back when the home begins."""
    fingerprint: str | None = None
    """Of the authority that phones are told to trust; None where HTTPS is not wanted."""


class HomeSetup(Protocol):
    """One home that has no settings yet."""

    def enter(self, code: str, device: str, address: str, tokens: Sequence[str]) -> str:
        """The token of a phone that comes with the code from `address`; it has `tokens`.

        Raises WrongCode, CodeTaken, TooManyTries.
        """
        ...

    def admits(self, token: str) -> bool:
        """Whether it is that of the phone that came with the code."""
        ...

    def state(self) -> SetupState: ...

    def look(self) -> None:
        """Begins to look for meters that announce themselves, unless it does."""
        ...

    async def add(self, address: str, password: str) -> FoundMeter:
        """The meter at an address as it was typed. Raises BadQuestion, MeterError."""
        ...

    def leave_out(self, meter: MeterId) -> bool:
        """False for one that is not known."""
        ...

    async def answer(self, answers: Answers, host: str = "") -> None:
        """Keeps what was answered; a certificate for HTTPS is also for `host`, by which the phone
        came. Raises BadQuestion, and nothing of it is kept.
        """
        ...

    def preview(self) -> tuple[str, str]:
        """Which file will be written, and what, its secrets hidden."""
        ...

    async def start(self) -> None:
        """Writes the settings, which are then taken; a backup that was brought is put back first.

        Raises BadSettings.
        """
        ...

    async def receive_backup(self, pieces: AsyncIterator[bytes]) -> None:
        """A backup, looked through; one that was brought before goes. Raises BadQuestion."""
        ...

    def authority(self) -> bytes | None:
        """What phones are told to trust, DER; None where HTTPS is not wanted."""
        ...

    def leave_backup(self) -> None:
        """Nothing is put back."""
        ...

    async def restore(self) -> None:
        """`start` with the settings that the backup brings. Raises BadSettings."""
        ...
