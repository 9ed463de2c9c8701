"""The time zone of a machine, and of who names a city."""

from pathlib import Path

import pytest

from wattledger.setup.system_time_zone import system_zone, zone_called


@pytest.mark.parametrize("told", ["Asia/Kathmandu", ":Asia/Kathmandu"])
def test_the_environment_tells_first(tmp_path: Path, told: str) -> None:
    assert system_zone({"TZ": told}, tmp_path / "localtime") == "Asia/Kathmandu"


def test_the_link_of_the_system_tells(tmp_path: Path) -> None:
    link = tmp_path / "localtime"
    link.symlink_to("/usr/share/zoneinfo/Europe/Stockholm")
    assert system_zone({}, link) == "Europe/Stockholm"
    assert system_zone({"TZ": "EET-2EEST"}, link) == "Europe/Stockholm"


@pytest.mark.parametrize("zone", ["Etc/UTC", "No/Where"])
def test_utc_is_the_place_of_nobody(tmp_path: Path, zone: str) -> None:
    link = tmp_path / "localtime"
    link.symlink_to(f"/usr/share/zoneinfo/{zone}")
    assert system_zone({}, link) == ""


def test_a_file_that_is_no_link_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / "localtime").write_bytes(b"TZif")
    assert system_zone({}, tmp_path / "localtime") == ""


@pytest.mark.parametrize(
    ("answer", "zone"),
    [
        ("Europe/Helsinki", "Europe/Helsinki"),
        (" europe/helsinki ", "Europe/Helsinki"),
        ("helsinki", "Europe/Helsinki"),
        ("New York", "America/New_York"),
        ("Louisville", "Louisville"),  # two zones end so
        ("Atlantis", "Atlantis"),
    ],
)
def test_a_city_will_do(answer: str, zone: str) -> None:
    assert zone_called(answer) == zone
