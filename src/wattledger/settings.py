"""The settings: their keys, what each may be, and what it is where nobody says."""

from collections.abc import Sequence
from datetime import date, datetime
from ipaddress import ip_address, ip_network
from typing import Annotated, Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    field_validator,
)
from pydantic_core import PydanticKnownError

from wattledger.energy.address import ADDRESS, authority_of
from wattledger.energy.meter import PHASES, MeterLabel, Production, Role, Source
from wattledger.energy.netting import Netting
from wattledger.energy.period import FIRST_YEAR, LAST_YEAR, Calendar
from wattledger.energy.power import STALE_AFTER_S
from wattledger.energy.site import Site
from wattledger.energy.time_zone import zone_named
from wattledger.settings_costs import PriceSettings, TariffSettings
from wattledger.settings_section import PATH, SINGLE_LINE, TYPED, Section

SECRETS = {
    ("server", "token"),
    ("mongodb", "uri"),
    ("meters", "password"),
    ("prices", "entsoe_token"),
}
"""What may stand in a file of its own, named under the same key with `_file`."""

LONGEST_INTERVAL_S = STALE_AFTER_S / 2
"""Between two readings: with one that fails in between, the last one is still live."""

MOST_METERS = 64
"""More than any home has, and fewer than the books can tell apart."""

_PHASES_WORDS = 'must be a list of phases, such as ["a"] or ["b", "c"]'
_NOT_IN_A_NAME = " :/?#@[]\\"
NOT_IN_A_DATABASE = '/\\. "$*<>:|?\0'
"""What MongoDB allows in no name of a database, on any system."""


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


def _listed(value: object) -> object:
    """A list, also one that the environment brought as a text with commas."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if not isinstance(value, (list, tuple)) or not all(isinstance(one, str) for one in value):
        raise ValueError('must be a list of addresses, such as ["127.0.0.1", "172.16.0.0/12"]')
    return tuple(value)


def _networks(values: tuple[str, ...]) -> tuple[str, ...]:
    """As they are, since each is an address, or a network of addresses. Raises ValueError."""
    for value in values:
        try:
            ip_network(value.strip(), strict=False)
        except ValueError as error:
            raise ValueError(
                f"'{value[:60]}' is no address such as 127.0.0.1, nor a network such as "
                "172.16.0.0/12"
            ) from error
    return values


def _listener(text: str) -> str:
    """As it is; empty is every address of this machine. Raises ValueError."""
    try:
        ip_address(text)
    except ValueError:
        try:
            text.encode("idna")
        except UnicodeError:
            text = ":"
        is_number = text.replace(".", "").isdigit()
        if is_number or not set(text).isdisjoint(_NOT_IN_A_NAME) or not text.isprintable():
            raise ValueError("must be an address such as 0.0.0.0, or a name; no port") from None
    return text


def _phases(value: object) -> object:
    """A list of names of phases, each once, in their order; also as a text with commas."""
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if not isinstance(value, (list, tuple)) or not value or len(set(map(str, value))) < len(value):
        raise ValueError(_PHASES_WORDS)
    if not all(one in PHASES for one in value):
        raise ValueError(_PHASES_WORDS)
    return tuple(sorted(value))


def _day(value: object) -> object:
    """A date without a time of day; also as the text of one."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(  # noqa: TRY004 - pydantic takes it for a fault of the value
            "must be a date without quotes, such as 2027-03-01"
        )
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"must be a date of the years {FIRST_YEAR} to {LAST_YEAR}")
    return value


_LISTENER = AfterValidator(_listener)


class SiteSettings(Section):
    """The home."""

    name: Annotated[str, Field(min_length=1, max_length=80), SINGLE_LINE] = "Home"
    time_zone: Annotated[str, Field(max_length=80), SINGLE_LINE] = "Europe/Helsinki"
    netting: Netting = Netting.QUARTER
    poll_interval_s: Annotated[float, Field(ge=0.5, le=LONGEST_INTERVAL_S), _NUMBER] = 1.0
    main_fuse_a: Annotated[float, Field(ge=1, le=1000), _NUMBER] = 25.0

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            zone_named(value)
        except ValueError as error:
            raise ValueError(
                f"'{value}' is no time zone; use a name like Europe/Helsinki"
            ) from error
        return value


class ServerSettings(Section):
    """Where the server listens, and to whom."""

    host: Annotated[str, Field(max_length=255), _LISTENER] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535), _WHOLE] = 8080
    access: Literal["open", "token"] = "open"
    token: Annotated[SecretStr, Field(max_length=1000), TYPED] = SecretStr("")
    tls_cert: Annotated[str, *PATH] = ""
    tls_key: Annotated[str, *PATH] = ""
    trusted_proxies: Annotated[
        tuple[str, ...], Field(max_length=64), AfterValidator(_networks), BeforeValidator(_listed)
    ] = ()


class StoreSettings(Section):
    """The local books."""

    path: Annotated[str, Field(min_length=1), *PATH] = "wattledger.sqlite"


class BackupSettings(Section):
    """The nightly backups."""

    folder: Annotated[str, Field(min_length=1), *PATH]
    keep: Annotated[int, Field(ge=1, le=366), _WHOLE] = 14


class MongoSettings(Section):
    """The hosted books."""

    uri: Annotated[SecretStr, Field(max_length=4000), TYPED]
    database: Annotated[str, Field(min_length=1, max_length=38), SINGLE_LINE] = "wattledger"
    site_id: Annotated[str, Field(min_length=1, max_length=80), SINGLE_LINE] = "home"

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


class MeterSettings(Section):
    """What one meter measures, or some phases of it."""

    name: Annotated[str, Field(min_length=1, max_length=40), SINGLE_LINE]
    role: Role
    host: Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_address)]
    password: Annotated[SecretStr, Field(max_length=1000), TYPED] = SecretStr("")
    production: Production = Production.POSITIVE
    phases: Annotated[tuple[str, ...], BeforeValidator(_phases)] = PHASES
    begins: Annotated[date | None, BeforeValidator(_day), Field(alias="from")] = None

    def source(self, calendar: Calendar) -> Source:
        since = 0 if self.begins is None else calendar.start_of(self.begins)
        return Source(self.name, self.role, self.production, self.phases, since)


class MeterAccess(NamedTuple):
    """One meter: all that it measures, where it is, and its password."""

    label: MeterLabel
    host: str
    password: str | None


class Settings(Section):
    """All of it."""

    site: SiteSettings = SiteSettings()
    server: ServerSettings = ServerSettings()
    store: StoreSettings = StoreSettings()
    backup: BackupSettings | None = None
    mongodb: MongoSettings | None = None
    meters: Annotated[tuple[MeterSettings, ...], Field(max_length=MOST_METERS)] = ()
    tariff: TariffSettings | None = None
    prices: PriceSettings | None = None

    @property
    def accesses(self) -> tuple[MeterAccess, ...]:
        """The meters, each once, however much it measures."""
        calendar = Calendar(ZoneInfo(self.site.time_zone))
        by_host: dict[str, list[MeterSettings]] = {}
        for meter in self.meters:
            by_host.setdefault(meter.host, []).append(meter)
        return tuple(_access(host, own, calendar) for host, own in by_host.items())

    @property
    def home(self) -> Site:
        """The home in the core's own words."""
        return Site(
            name=self.site.name,
            calendar=Calendar(ZoneInfo(self.site.time_zone)),
            netting=self.site.netting,
            meters=tuple(access.label for access in self.accesses),
            poll_interval_s=self.site.poll_interval_s,
            main_fuse_a=self.site.main_fuse_a,
        )


def _access(host: str, own: Sequence[MeterSettings], calendar: Calendar) -> MeterAccess:
    """A password may stand with any of the names that lie on one host."""
    passwords = (meter.password.get_secret_value() for meter in own)
    label = MeterLabel(tuple(meter.source(calendar) for meter in own))
    return MeterAccess(label, host, next(filter(None, passwords), None))


def known_keys(keys: list[str]) -> list[str]:
    """The keys of a section, with the `…_file` form of its secrets."""
    if not keys:
        return list(Settings.model_fields)
    secrets = [f"{key}_file" for section, key in sorted(SECRETS) if section == keys[0]]
    fields = _model_of(Settings.model_fields[keys[0]].annotation).model_fields
    return [*(field.alias or name for name, field in fields.items()), *secrets]


def _model_of(annotation: object) -> type[Section]:
    """Of a section, of one that may be absent, and of one that may be there several times."""
    kinds = [annotation, *get_args(annotation)]
    return next(one for one in kinds if isinstance(one, type) and issubclass(one, Section))
