"""The settings: one TOML file, overridden by the environment, read by app and cli only.

A wrong file gives all its faults at once, each with its line, its key and what is allowed.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_core import PydanticKnownError

from wattledger.energy.address import ADDRESS, authority_of
from wattledger.energy.errors import BadSettings
from wattledger.energy.meter import MeterLabel, Production, Role
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar
from wattledger.energy.power import STALE_AFTER_S
from wattledger.energy.site import Site
from wattledger.settings_environment import override
from wattledger.settings_faults import Faults

PLACES = (
    Path("wattledger.toml"),
    Path("~/.config/wattledger/config.toml"),
    Path("/etc/wattledger/config.toml"),
)
SECRETS = {("server", "token"), ("mongodb", "uri"), ("meters", "password")}
"""What may stand in a file of its own, named under the same key with `_file`."""

LONGEST_INTERVAL_S = STALE_AFTER_S / 2
"""Between two readings: with one that fails in between, the last one is still live."""

_UNREAD = "mongodb://unread"
"""Stands for a secret that could not be read, and passes every check: one fault is enough."""

NOT_IN_A_DATABASE = '/\\. "$*<>:|?\0'
"""What MongoDB allows in no name of a database, on any system."""


def _single_line(text: str) -> str:
    """As it is, for a terminal shows it. Raises ValueError."""
    if not text.isprintable():
        raise ValueError("must be a single line, without control characters")
    return text


_SINGLE_LINE = AfterValidator(_single_line)


def _whole(value: object) -> object:
    """As it is, unless it is true or false, which pydantic takes for 1 and 0."""
    if isinstance(value, bool):
        raise PydanticKnownError("int_type")
    return value


def _number(value: object) -> object:
    if isinstance(value, bool):
        raise PydanticKnownError("float_type")
    return value


_WHOLE = BeforeValidator(_whole)
_NUMBER = BeforeValidator(_number)


def _address(text: str) -> str:
    """As it is, since what leads to a meter is asked for by it. Raises ValueError."""
    try:
        authority_of(text)
    except ValueError as error:
        raise ValueError(f"a {ADDRESS}") from error
    return text


class _Section(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False
    )


class SiteSettings(_Section):
    """The home."""

    name: Annotated[str, Field(min_length=1, max_length=80), _SINGLE_LINE] = "Home"
    time_zone: str = "Europe/Helsinki"
    netting: Netting = Netting.QUARTER
    poll_interval_s: Annotated[float, Field(ge=0.5, le=LONGEST_INTERVAL_S), _NUMBER] = 1.0
    main_fuse_a: Annotated[float, Field(ge=1, le=1000), _NUMBER] = 25.0

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(
                f"'{value}' is no time zone; use a name like Europe/Helsinki"
            ) from error
        return value


class ServerSettings(_Section):
    """Where the server listens, and to whom."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535), _WHOLE] = 8080
    access: Literal["open", "token"] = "open"
    token: SecretStr = SecretStr("")
    tls_cert: str = ""
    tls_key: str = ""


class StoreSettings(_Section):
    """The local books."""

    path: Annotated[str, Field(min_length=1)] = "wattledger.sqlite"


class MongoSettings(_Section):
    """The hosted books."""

    uri: SecretStr
    database: Annotated[str, Field(min_length=1, max_length=38)] = "wattledger"
    site_id: Annotated[str, Field(min_length=1, max_length=80), _SINGLE_LINE] = "home"

    @field_validator("uri")
    @classmethod
    def _is_an_address(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(("mongodb://", "mongodb+srv://")):
            raise ValueError("a connection string begins with mongodb+srv:// (or mongodb://)")
        return value

    @field_validator("database")
    @classmethod
    def _is_a_name(cls, value: str) -> str:
        if not set(value).isdisjoint(NOT_IN_A_DATABASE):
            raise ValueError("a database's name has letters, digits, - and _ only")
        return value


class MeterSettings(_Section):
    """One meter."""

    name: Annotated[str, Field(min_length=1, max_length=40), _SINGLE_LINE]
    role: Role
    host: Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_address)]
    password: SecretStr = SecretStr("")
    production: Production = Production.POSITIVE

    @property
    def label(self) -> MeterLabel:
        return MeterLabel(self.name, self.role, self.production)


class Settings(_Section):
    """All of it."""

    site: SiteSettings = SiteSettings()
    server: ServerSettings = ServerSettings()
    store: StoreSettings = StoreSettings()
    mongodb: MongoSettings | None = None
    meters: tuple[MeterSettings, ...] = ()

    @property
    def home(self) -> Site:
        """The home in the core's own words."""
        return Site(
            name=self.site.name,
            calendar=Calendar(ZoneInfo(self.site.time_zone)),
            netting=self.site.netting,
            meters=tuple(meter.label for meter in self.meters),
            poll_interval_s=self.site.poll_interval_s,
            main_fuse_a=self.site.main_fuse_a,
        )


def find_settings(given: Path | None) -> Path:
    """The settings file to use. Raises BadSettings when there is none."""
    if given is not None:
        if not given.is_file():
            raise BadSettings([f"{given}: there is no such file"])
        return given
    for place in PLACES:
        if place.expanduser().is_file():
            return place.expanduser()
    places = ", ".join(str(place) for place in PLACES)
    raise BadSettings([f"no settings file; looked for {places}. `wattledger setup` writes one"])


def read_settings(path: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of a file and the environment. Raises BadSettings with every fault found."""
    environment = os.environ if environment is None else environment
    text, values = _parsed(path)
    faults = Faults(path, text, known_keys)
    override(values, environment, faults)
    _read_secrets(values, path.parent, faults)
    settings: Settings | None = None
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        faults.of_keys(error)
    faults.between_keys(values)
    if settings is None or faults.found:
        raise BadSettings(faults.found)
    return _anchored(settings, path)


def _parsed(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSettings([f"{path}: not TOML: {error}"]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings([f"{path}: can't be read: {error}"]) from error
    except (ValueError, RecursionError) as error:  # a number or a nesting without end
        raise BadSettings([f"{path}: no settings: {type(error).__name__}"]) from error


def _anchored(settings: Settings, path: Path) -> Settings:
    """Relative paths start at the settings file."""
    folder = path.parent.resolve()

    def anchored(text: str) -> str:
        return str(folder / _expanded(text)) if text else ""

    server = settings.server.model_copy(
        update={
            "tls_cert": anchored(settings.server.tls_cert),
            "tls_key": anchored(settings.server.tls_key),
        }
    )
    store = StoreSettings(path=anchored(settings.store.path))
    return settings.model_copy(update={"server": server, "store": store})


def _expanded(text: str) -> Path:
    """With `~` for a home folder, where there is one of that name."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)


def _read_secrets(values: dict[str, Any], folder: Path, faults: Faults) -> None:
    """Each `…_file` becomes its secret, the first line of that file."""
    for section, key in sorted(SECRETS):
        tables = values.get(section, [])
        for index, table in enumerate(tables if isinstance(tables, list) else [tables]):
            if not isinstance(table, dict) or f"{key}_file" not in table:
                continue
            file = folder / _expanded(str(table.pop(f"{key}_file")))
            try:
                table[key] = file.read_text(encoding="utf-8").split("\n")[0].strip()
                if key == "token" and not table[key]:
                    faults.at([section, "token_file"], f"{file} is empty")
            except (OSError, ValueError) as error:
                table[key] = _UNREAD
                where = [section, str(index), f"{key}_file"] if section == "meters" else None
                reason = error.strerror if isinstance(error, OSError) else "no text"
                # Not what stands there: it may be the secret itself.
                words = f"the file that it names can't be read: {reason}"
                faults.at(where or [section, f"{key}_file"], words)


def known_keys(keys: list[str]) -> list[str]:
    """The keys of a section, with the `…_file` form of its secrets."""
    if not keys:
        return list(Settings.model_fields)
    models: dict[str, type[_Section]] = {
        "site": SiteSettings,
        "server": ServerSettings,
        "store": StoreSettings,
        "mongodb": MongoSettings,
        "meters": MeterSettings,
    }
    secrets = [f"{key}_file" for section, key in sorted(SECRETS) if section == keys[0]]
    return [*models[keys[0]].model_fields, *secrets]
