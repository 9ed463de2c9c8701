"""Setting a home up as JSON: what the page sends, and what it is told."""

from datetime import date
from typing import Annotated

from pydantic import Field

from wattledger.api.access_json import LONGEST_NAME
from wattledger.api.request_validation import Asked, Number, Whether
from wattledger.energy.meter import Production, Role
from wattledger.energy.meter_model import model_name
from wattledger.energy.netting import Netting
from wattledger.flow.setup_ports import BackupThere, FoundMeter, SetupState, SetupStep

_ADDRESS = Field(
    max_length=300,
    description="Host name or IP address, with :port where it is not 80; also as a browser has it.",
    examples=["http://192.168.1.20/"],
)
_MAC = Field(max_length=20, description="Its MAC.", examples=["A0DD6CA0C27C"])
_PRODUCTION = "Which sign of a plant's or battery's power means that it gives to the home."


class EnterSetup(Asked):
    """The one-time code, and who comes with it."""

    code: str = Field(
        max_length=LONGEST_NAME,
        description="As `wattledger setup --code` shows it; case, hyphen and spaces do not matter.",
        examples=["7K2M-9QXD"],
    )
    device: str = Field("", max_length=LONGEST_NAME, description="What to call the phone.")


class MeterAddress(Asked):
    """Where a meter is."""

    address: str = _ADDRESS
    password: str = Field(
        "", max_length=1000, description="That of its user admin, where it has one; HTTPS only."
    )


class MeterRole(Asked):
    """What a meter measures, as a person has it."""

    mac: str = _MAC
    role: Role | None = Field(description="null leaves the meter out.")
    production: Production | None = Field(None, description=_PRODUCTION)
    name: Annotated[str, Field(max_length=LONGEST_NAME)] | None = Field(
        None, description="What to call it."
    )


class SetupAnswers(Asked):
    """What is answered; what is left away stays as it was."""

    step: SetupStep | None = Field(None, description="Where the person is now.")
    meters: list[MeterRole] = Field([], max_length=64, description="What meters measure.")
    name: str | None = Field(None, description="Of the home.")
    time_zone: str | None = Field(None, description="IANA name.", examples=["Europe/Helsinki"])
    main_fuse_a: str | Number | None = Field(
        None, description="Of each phase, in A; also as on a bill.", examples=["3x25 A"]
    )
    netting: Netting | None = Field(
        None, description="Over what bought and sold energy are set off against each other."
    )
    mongodb_uri: str | None = Field(
        None, description="Where the online copy goes; empty takes it back. HTTPS only."
    )
    https: Whether | None = Field(
        None,
        description="Whether the home will speak HTTPS, by an authority of its own, which is made "
        "at once and lies at `/authority.crt`.",
    )


class FoundMeterNow(Asked):
    """A meter that was found, and what it is taken for."""

    mac: str = _MAC
    host: str = Field(description="Its address.", examples=["192.168.1.20"])
    model: str = Field(description="What people call its model.", examples=["Shelly Pro 3EM"])
    own_name: str | None = Field(description="As its own app calls it.")
    name: str = Field(description="What it will be called; empty where it is left out.")
    role: Role | None = Field(description="What it measures; null where it is left out.")
    production: Production = Field(description=_PRODUCTION)
    is_proposed: bool = Field(description="Nobody has said so yet.")
    is_locked: bool = Field(description="It has a password that is not known.")
    power_w: float | None = Field(
        description="Its power now in W, above 0 as it counts consumption; null where not known."
    )
    trouble: str | None = Field(description="Why nothing is read from it just now.")


class HomeToBe(Asked):
    """What is known of the home, or usual."""

    name: str = Field(description="What it is called.")
    time_zone: str = Field(description="IANA name.", examples=["Europe/Helsinki"])
    main_fuse_a: float = Field(description="Of each phase, in A.")
    netting: Netting = Field(description="Over what bought and sold energy are set off.")
    has_mongodb: bool = Field(description="A connection string was given.")


class BackupBrought(Asked):
    """A backup that is put back when the home begins."""

    home: str | None = Field(description="The home's name; null where it brings no settings.")
    meters: list[str] = Field(description="By their names.")
    first_day: date | None = Field(description="Of its books; null without a minute.")
    last_day: date | None = Field(description="Of its books.")


class SetupNow(Asked):
    """How far it has come."""

    step: SetupStep = Field(description="Where the person is.")
    is_looking: bool = Field(description="For meters that announce themselves.")
    takes_secrets: bool = Field(description="Whether this connection may carry passwords.")
    meters: list[FoundMeterNow] = Field(description="As they were found.")
    home: HomeToBe = Field(description="As it was answered, or is usual.")
    fingerprint: str | None = Field(
        description="SHA-256 of the authority for HTTPS; null where that is not wanted."
    )
    backup: BackupBrought | None = Field(description="That the phone has brought; else null.")


class SettingsToBe(Asked):
    """What will be written."""

    path: str = Field(description="The file.", examples=["/etc/wattledger/config.toml"])
    text: str = Field(description="TOML, secrets hidden.")


def setup_document(state: SetupState, *, takes_secrets: bool) -> dict[str, object]:
    """The `SetupNow` document."""
    home = state.home
    return {
        "step": state.step.value,
        "is_looking": state.is_looking,
        "takes_secrets": takes_secrets,
        "meters": [meter_document(meter) for meter in state.meters],
        "home": {
            "name": home.name,
            "time_zone": home.time_zone,
            "main_fuse_a": home.main_fuse_a,
            "netting": home.netting.value,
            "has_mongodb": home.has_mongodb,
        },
        "fingerprint": state.fingerprint,
        "backup": None if state.backup is None else backup_document(state.backup),
    }


def backup_document(backup: BackupThere) -> dict[str, object]:
    """The `BackupBrought` document."""
    first, last = backup.first_day, backup.last_day
    return {
        "home": backup.home,
        "meters": list(backup.meters),
        "first_day": None if first is None else first.isoformat(),
        "last_day": None if last is None else last.isoformat(),
    }


def meter_document(meter: FoundMeter) -> dict[str, object]:
    """The `FoundMeterNow` document."""
    power_w = meter.reading.active_power_w if meter.reading else None
    return {
        "mac": meter.identity.meter,
        "host": meter.host,
        "model": model_name(meter.identity.model),
        "own_name": meter.identity.name,
        "name": meter.name,
        "role": meter.role.value if meter.role else None,
        "production": meter.production.value,
        "is_proposed": meter.is_proposed,
        "is_locked": meter.is_locked,
        "power_w": None if power_w is None else round(power_w, 1),
        "trouble": meter.trouble,
    }
