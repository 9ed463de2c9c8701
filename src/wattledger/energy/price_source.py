"""The sources of day-ahead prices by name, and in which order a home asks them."""

from enum import StrEnum


class SourceName(StrEnum):
    PORSSISAHKO = "porssisahko"
    SPOT_HINTA = "spot-hinta"
    ELERING = "elering"
    SAHKOTIN = "sahkotin"
    ENTSOE = "entsoe"


SOURCES = tuple(str(name) for name in SourceName)
FILE = "file"
"""The source of a price that a person has imported."""

_ONLY_FINLAND = {SourceName.PORSSISAHKO, SourceName.SAHKOTIN}
_BALTIC = {"FI", "EE", "LV", "LT"}
_CONTINENT = {"DE-LU", "NL", "BE"}


def serves(source: SourceName, area: str) -> bool:
    """Whether a source has prices of a bidding zone."""
    if source in _ONLY_FINLAND:
        return area == "FI"
    if source is SourceName.ELERING:
        return area in _BALTIC
    return source is SourceName.ENTSOE or area not in _CONTINENT


def default_order(area: str, *, has_token: bool) -> tuple[SourceName, ...]:
    """Which sources are asked, where the settings name none."""
    first = (SourceName.ENTSOE,) if has_token else ()
    rest = (SourceName.PORSSISAHKO, SourceName.SPOT_HINTA, SourceName.ELERING)
    return (*first, *(one for one in rest if serves(one, area)))
