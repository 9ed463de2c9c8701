"""The settings of what electricity costs: the tariff's files, and where prices come from."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from wattledger.energy.bidding_zones import AREAS
from wattledger.energy.price_source import SOURCES, SourceName, default_order, serves
from wattledger.settings_faults import is_loopback
from wattledger.settings_section import PATH, TYPED, Section


def _area(text: str) -> str:
    """As it is. Raises ValueError."""
    if text not in AREAS:
        raise ValueError(f"must be one of {', '.join(AREAS)}")
    return text


def _listed_files(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if not isinstance(value, (list, tuple)) or not all(isinstance(one, str) for one in value):
        raise ValueError('must be a list of files, such as ["fixed.toml"]')
    return tuple(value)


class TariffSettings(Section):
    """What electricity costs, and what it would cost elsewhere: files of their own."""

    file: Annotated[str, Field(min_length=1), *PATH]
    compare: Annotated[tuple[str, ...], Field(max_length=8), BeforeValidator(_listed_files)] = ()


def _source_names(value: object) -> object:
    names = _listed_files(value) if isinstance(value, str) else value
    if not isinstance(names, (list, tuple)) or not names or not set(map(str, names)) <= {*SOURCES}:
        raise ValueError(f"must be a list of sources among {', '.join(SOURCES)}")
    return tuple(dict.fromkeys(map(str, names)))


def _base_urls(value: object) -> object:
    """As it is. Raises ValueError."""
    if not isinstance(value, dict) or not set(value) <= {*SOURCES}:
        raise ValueError(f"has addresses of sources; the keys are {', '.join(SOURCES)}")
    for name, url in value.items():
        if not isinstance(url, str) or not is_base_url(url):
            raise ValueError(f"{name} must begin with https://, or http:// on this machine only")
    return value


def is_base_url(url: str) -> bool:
    """Whether a source may be asked there: an address without a secret, encrypted unless it does
    not leave this machine.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        has_more = parts.query or parts.fragment or parts.username is not None or parts.port == 0
    except ValueError:
        return False
    if not host or has_more or not url.isprintable() or " " in url:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


class PriceSettings(Section):
    """Where day-ahead prices come from."""

    area: Annotated[str, AfterValidator(_area)] = "FI"
    sources: Annotated[tuple[str, ...] | None, BeforeValidator(_source_names)] = None
    base_url: Annotated[dict[str, str], BeforeValidator(_base_urls)] = Field(default_factory=dict)
    entsoe_token: Annotated[SecretStr, Field(max_length=200), TYPED] = SecretStr("")

    @property
    def order(self) -> tuple[SourceName, ...]:
        """The sources that are asked, in their order."""
        if self.sources is None:
            return default_order(self.area, has_token=bool(self.entsoe_token.get_secret_value()))
        return tuple(SourceName(name) for name in self.sources)

    @model_validator(mode="after")
    def _can_be_asked(self) -> "PriceSettings":
        strange = [name for name in self.order if not serves(name, self.area)]
        if strange:
            raise ValueError(f"{', '.join(strange)} has no prices of {self.area}")
        if SourceName.ENTSOE in self.order and not self.entsoe_token.get_secret_value():
            raise ValueError("entsoe needs entsoe_token, or entsoe_token_file")
        return self
