"""Which names are those of time zones, whatever files a machine has."""

import pytest

from wattledger.energy.time_zone import zone_named


@pytest.mark.parametrize("name", ["Europe/Helsinki", "Asia/Kathmandu", "UTC", "Etc/GMT+5"])
def test_an_iana_name_is_one(name: str) -> None:
    assert zone_named(name).key == name


@pytest.mark.parametrize(
    "name",
    [
        *("right/Europe/Helsinki", "posix/Europe/Helsinki", "localtime", "posixrules", "Factory"),
        *("", "Europe", "Europe/Atlantis", "../../etc/passwd", "/etc/localtime", "a\0b"),
        *("x" * 300, "zone.tab"),
    ],
)
def test_what_else_lies_there_is_none(name: str) -> None:
    """Days in `right/` would begin inside a minute, and no phone knows one of the others."""
    with pytest.raises(ValueError, match=r"."):
        zone_named(name)
