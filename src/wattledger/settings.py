"""The settings: one TOML file, overridden by the environment, read by app and cli only.

A wrong file gives all its faults at once, each with its line, its key and what is allowed.
"""

import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)

from wattledger.energy.errors import BadSettings
from wattledger.energy.meter import MeterLabel, Production, Role
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar
from wattledger.energy.site import Site

ENVIRONMENT = "WATTLEDGER_"
PLACES = (
    Path("wattledger.toml"),
    Path("~/.config/wattledger/config.toml"),
    Path("/etc/wattledger/config.toml"),
)
_SECRETS = {("server", "token"), ("mongodb", "uri"), ("meters", "password")}


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class SiteSettings(_Section):
    """The home."""

    name: Annotated[str, Field(min_length=1, max_length=80)] = "Home"
    time_zone: str = "Europe/Helsinki"
    netting: Netting = Netting.QUARTER
    poll_interval_s: Annotated[float, Field(ge=0.5, le=60)] = 1.0
    main_fuse_a: Annotated[float, Field(ge=1, le=1000)] = 25.0

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
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
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
    site_id: Annotated[str, Field(min_length=1, max_length=80)] = "home"


class MeterSettings(_Section):
    """One meter."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    role: Role
    host: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\s/]+$")]
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
    raise BadSettings(
        [f"no settings file; looked for {places}. Write one (docs/operation.md), or try the demo"]
    )


def read_settings(path: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of a file and the environment. Raises BadSettings with every fault found."""
    environment = os.environ if environment is None else environment
    try:
        text = path.read_text(encoding="utf-8")
        values = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings([f"{path}: can't be read: {error}"]) from error
    except tomllib.TOMLDecodeError as error:
        raise BadSettings([f"{path}: not TOML: {error}"]) from error
    faults = _override(values, environment)
    faults += _read_secrets(values, path.parent)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        faults += [_fault(path, text, dict(one)) for one in error.errors(include_url=False)]
        faults += _faults_between(path, text, values)
    else:
        faults += _faults_between(path, text, values)
        if not faults:
            return _anchored(settings, path)
    raise BadSettings(faults)


def _anchored(settings: Settings, path: Path) -> Settings:
    """Relative paths start at the settings file."""
    store = path.parent.resolve() / Path(settings.store.path).expanduser()
    return settings.model_copy(update={"store": StoreSettings(path=str(store))})


def _override(values: dict[str, Any], environment: Mapping[str, str]) -> list[str]:
    """WATTLEDGER_SECTION__KEY, and WATTLEDGER_METERS__0__KEY, replace what the file says."""
    faults = []
    for name, value in sorted(environment.items()):
        if not name.startswith(ENVIRONMENT):
            continue
        keys = name.removeprefix(ENVIRONMENT).lower().split("__")
        if len(keys) < 2:
            continue
        if not _put(values, keys, value):
            faults.append(f"environment {name}: there is no such setting in the file's meters")
    return faults


def _put(values: dict[str, Any], keys: list[str], value: str) -> bool:
    if keys[0] != "meters":
        section = values.setdefault(keys[0], {})
    else:
        meters = values.get("meters", [])
        if len(keys) != 3 or not keys[1].isdigit() or int(keys[1]) >= len(meters):
            return False
        section = meters[int(keys[1])]
    if not isinstance(section, dict):
        return False
    section[keys[-1]] = value
    return True


def _read_secrets(values: dict[str, Any], folder: Path) -> list[str]:
    """Each `…_file` becomes its secret, the first line of that file."""
    faults = []
    for section, key in sorted(_SECRETS):
        tables = values.get(section, [])
        for table in tables if isinstance(tables, list) else [tables]:
            if not isinstance(table, dict) or f"{key}_file" not in table:
                continue
            file = folder / Path(str(table.pop(f"{key}_file"))).expanduser()
            try:
                table[key] = file.read_text(encoding="utf-8").split("\n")[0].strip()
            except (OSError, UnicodeDecodeError) as error:
                faults.append(f"{section}.{key}_file: can't be read: {error}")
    return faults


def _fault(path: Path, text: str, error: dict[str, Any]) -> str:
    """One fault in words: where, which key, what is allowed. Never the value of a secret."""
    keys = [str(key) for key in error["loc"]]
    line = _line_of(text, keys)
    where = f"{path}:{line}" if line else str(path)
    match error["type"]:
        case "extra_forbidden":
            words = f"unknown key; known are {', '.join(_known_keys(keys[:-1]))}"
        case "missing":
            words = "missing"
        case "string_pattern_mismatch":
            words = "a host name or address, with :port where it is not 80"
        case _:
            words = str(error["msg"]).removeprefix("Value error, ")
    return f"{where}: {'.'.join(keys) or 'settings'}: {words}"


def _faults_between(path: Path, text: str, values: dict[str, Any]) -> list[str]:
    """What is wrong between keys that may each be right; told beside the faults of single keys."""
    found = [*_server_faults(values.get("server", {})), *_meter_faults(values.get("meters", []))]
    faults = []
    for keys, words in found:
        line = _line_of(text, keys)
        faults.append(f"{path}:{line}: {'.'.join(keys)}: {words}" if line else f"{path}: {words}")
    return faults


def _server_faults(server: object) -> list[tuple[list[str], str]]:
    if not isinstance(server, dict):
        return []
    faults = []
    host, access = str(server.get("host", "127.0.0.1")), server.get("access", "open")
    if access == "open" and not _is_loopback(host):
        words = (
            f"open access is only for loopback, and host is '{host}'; "
            'set access = "token" and a token, or host = "127.0.0.1"'
        )
        faults.append((["server", "access"], words))
    if access == "token" and not server.get("token"):
        faults.append((["server", "token"], 'access = "token" needs a token (or token_file)'))
    if bool(server.get("tls_cert")) != bool(server.get("tls_key")):
        faults.append((["server", "tls_cert"], "tls_cert and tls_key go together"))
    return faults


def _meter_faults(meters: object) -> list[tuple[list[str], str]]:
    if not isinstance(meters, list):
        return []
    if not meters:
        return [(["meters"], "no meters; add a [[meters]] section for each: name, role, host")]
    faults = []
    for key in ("name", "role", "host"):
        seen: set[str] = set()
        for index, meter in enumerate(meters):
            value = str(meter.get(key, index)) if isinstance(meter, dict) else str(index)
            if value in seen:
                words = f"another meter has the {key} '{value}' already"
                faults.append((["meters", str(index), key], words))
            seen.add(value)
    return faults


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _known_keys(keys: list[str]) -> list[str]:
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
    secrets = [f"{key}_file" for section, key in sorted(_SECRETS) if section == keys[0]]
    return [*models[keys[0]].model_fields, *secrets]


def _line_of(text: str, keys: list[str]) -> int | None:
    """The line of a key, else of its section; None when the file has neither."""
    section, found, meters = "", None, -1
    wanted = ".".join(keys[:2]) if keys[:1] == ["meters"] else (keys[0] if keys else "")
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+\s*([\w-]+)\s*\]+", line):
            section = header[1]
            if section == "meters":
                meters += 1
                section = f"meters.{meters}"
            if section == wanted or section in keys[:1]:
                found = number
            continue
        key = re.match(r"\s*([\w-]+)\s*=", line)
        if key and key[1] in keys[-1:] and section in ("", wanted):
            return number
    return found
