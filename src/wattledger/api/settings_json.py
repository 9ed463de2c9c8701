"""The settings of a home that runs as JSON: what is told, what a phone changes, what that does."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, model_validator

from wattledger.api.request_validation import Asked, Day, Number
from wattledger.energy.address import typed_address
from wattledger.energy.meter import PHASES, Production, Role
from wattledger.energy.netting import Netting
from wattledger.flow.settings_ports import Effect, EffectKind, SettingsChange, SettingsNow

_HOST = "Host name or IP address, with :port where it is not 80."
_PRODUCTION = "Which sign of its power means that it gives to the home."
_PHASES = "Which of the meter's phases."
_FROM = "Its first day, from local midnight; null for all that the meter remembers."
_PASSWORD = "That of the meter's user admin; HTTPS only. Empty takes it away."  # noqa: S105 - words
_MOST = 64

Phase = Annotated[str, Field(pattern="^[abc]$")]


class SiteInFile(Asked):
    """The home."""

    name: str = Field(description="Of the home.", examples=["Home"])
    time_zone: str = Field(description="IANA name.", examples=["Europe/Helsinki"])
    main_fuse_a: float = Field(description="Of each phase, in A.", examples=[25.0])
    netting: Netting = Field(description="Over what bought and sold energy are set off.")


class MeterInFile(Asked):
    """What one name measures."""

    name: str = Field(description="Its name.", examples=["mains"])
    role: Role = Field(description="What it measures.")
    host: str = Field(description=_HOST, examples=["192.168.1.20"])
    production: Production = Field(description=_PRODUCTION)
    phases: list[str] = Field(description=_PHASES, examples=[["a", "b", "c"]])
    begins: date | None = Field(alias="from", description=_FROM)
    has_password: bool = Field(description="Whether a password is known; it is never told.")


class SettingsInFile(Asked):
    """What stands in the settings file and may be changed from a phone."""

    path: str = Field(description="The file.", examples=["/etc/wattledger/config.toml"])
    site: SiteInFile = Field(description="Its `[site]`.")
    mongodb_database: str | None = Field(
        description="Where the online copy is; null without one. The connection string is not told."
    )
    meters: list[MeterInFile] = Field(description="In the order of the file.")
    fixed: list[str] = Field(
        description="Keys that can't be changed here, since the environment or a file of their own "
        "says them.",
        examples=[["site.netting"]],
    )
    takes_secrets: bool = Field(
        description="Whether passwords and the connection string may be sent: over HTTPS."
    )


class SiteChange(Asked):
    """What of the home is to be otherwise."""

    name: str | None = Field(None, description="Of the home.")
    time_zone: str | None = Field(None, description="IANA name.")
    main_fuse_a: Number | None = Field(None, description="Of each phase, in A.")
    netting: Netting | None = Field(None, description="Over what is set off.")


class MeterChange(Asked):
    """What of a meter is to be otherwise; what is left away stays."""

    meter: str = Field(description="Which, by the name that it has.", examples=["mains"])
    name: str | None = Field(None, description="Its new name.")
    role: Role | None = Field(None, description="What it measures.")
    host: str | None = Field(None, description=_HOST)
    production: Production | None = Field(None, description=_PRODUCTION)
    phases: list[Phase] | None = Field(None, max_length=len(PHASES), description=_PHASES)
    begins: Day | None = Field(None, alias="from", description=_FROM)
    password: str | None = Field(None, max_length=1000, description=_PASSWORD)


class MeterToAdd(Asked):
    """Another meter, or other phases of one that is there."""

    name: str = Field(description="What to call it.", examples=["car"])
    role: Role = Field(description="What it measures.")
    host: str = Field(description=_HOST, examples=["192.168.1.30"])
    production: Production | None = Field(None, description=_PRODUCTION)
    phases: list[Phase] | None = Field(None, max_length=len(PHASES), description=_PHASES)
    begins: Day | None = Field(None, alias="from", description=_FROM)
    password: str | None = Field(None, max_length=1000, description=_PASSWORD)


class ChangeOfSettings(Asked):
    """What is to be otherwise; what is left away stays."""

    site: SiteChange | None = Field(None, description="The home.")
    meters: list[MeterChange] = Field([], max_length=_MOST, description="Meters that are there.")
    added: list[MeterToAdd] = Field([], max_length=_MOST, description="Other meters.")
    removed: list[str] = Field([], max_length=_MOST, description="Names of meters.")
    mongodb_uri: str | None = Field(
        None,
        max_length=4000,
        description="Where the online copy goes; empty ends it. HTTPS only.",
    )

    @model_validator(mode="after")
    def _says_one_thing_of_each(self) -> Self:
        names = [*(one.meter for one in self.meters), *self.removed]
        if len(set(names)) < len(names):
            raise ValueError("says two things of one meter")
        return self

    @property
    def secret(self) -> str | None:
        """What of it nobody else may read, in words."""
        if self.mongodb_uri:
            return "the connection string of MongoDB"
        passwords = [one.password for one in self.meters]
        passwords += [one.password for one in self.added]
        return "the meter's password" if any(passwords) else None


class EffectOfChange(Asked):
    """What a change does to what is shown of the time before it."""

    kind: EffectKind = Field(description="For programs.")
    meter: str | None = Field(description="Which; null for the whole home.")


class Effects(Asked):
    """All that a change does; no minute is ever lost by one."""

    effects: list[EffectOfChange] = Field(description="In the order of the settings.")


def settings_document(now: SettingsNow, *, takes_secrets: bool) -> dict[str, object]:
    """The `SettingsInFile` document."""
    return {
        "path": now.path,
        "site": {
            "name": now.name,
            "time_zone": now.time_zone,
            "main_fuse_a": now.main_fuse_a,
            "netting": now.netting.value,
        },
        "mongodb_database": now.mongodb_database,
        "meters": [
            {
                "name": one.name,
                "role": one.role.value,
                "host": one.host,
                "production": one.production.value,
                "phases": list(one.phases),
                "from": None if one.begins is None else one.begins.isoformat(),
                "has_password": one.has_password,
            }
            for one in now.meters
        ],
        "fixed": list(now.fixed),
        "takes_secrets": takes_secrets,
    }


def effects_document(effects: list[Effect]) -> dict[str, object]:
    """The `Effects` document."""
    return {"effects": [{"kind": one.kind.value, "meter": one.meter} for one in effects]}


def change_of(asked: ChangeOfSettings) -> SettingsChange:
    """As the file has it."""
    site = {} if asked.site is None else _given(asked.site)
    mongodb = {} if asked.mongodb_uri is None else {"uri": asked.mongodb_uri or None}
    sections = {"site": site, "mongodb": mongodb}
    return SettingsChange(
        sections={name: values for name, values in sections.items() if values},
        meters={one.meter: _given(one, exclude={"meter"}) for one in asked.meters},
        removed=asked.removed,
        added=[
            {key: value for key, value in _given(one).items() if value is not None}
            for one in asked.added
        ],
    )


def _given(model: BaseModel, exclude: set[str] | None = None) -> Mapping[str, Any]:
    """What was said, by the file's keys, as plain values; what takes a key away is None."""
    values = model.model_dump(exclude_unset=True, by_alias=True, exclude=exclude)
    return {key: _plain(key, value) for key, value in values.items()}


def _plain(key: str, value: object) -> object:
    if key == "host" and isinstance(value, str):
        return typed_address(value)
    if key == "password" and not value:
        return None
    if key == "phases" and value == list(PHASES):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return getattr(value, "value", value)
