"""Several names on one host, phases, and dates: what of it can be used, and what is said else."""

from pathlib import Path

import pytest

from tests.settings.writing import read
from wattledger.energy.errors import BadSettings
from wattledger.energy.meter import MeterLabel, Production, Role, Source

SHARED = """\
[[meters]]
name = "mains"
role = "grid"
host = "10.0.0.2"
phases = ["a"]

[[meters]]
name = "car"
role = "load"
host = "10.0.0.3"
from = 2027-03-01

[[meters]]
name = "roof"
role = "solar"
host = "10.0.0.2"
phases = ["c", "b"]
production = "negative"
password = "sun"
"""


def test_names_on_one_host_are_one_meter(tmp_path: Path) -> None:
    settings = read(tmp_path, SHARED)
    mains = Source("mains", Role.GRID, phases=("a",))
    roof = Source("roof", Role.SOLAR, Production.NEGATIVE, ("b", "c"))
    midnight = settings.home.calendar.instant_from("from", "2027-03-01")
    car = Source("car", Role.LOAD, since=midnight)
    assert settings.home.meters == (MeterLabel((mains, roof)), MeterLabel((car,)))
    assert settings.home.sources == (mains, roof, car)
    assert [(one.label.name, one.host, one.password) for one in settings.accesses] == [
        ("mains", "10.0.0.2", "sun"),
        ("car", "10.0.0.3", None),
    ]


def test_several_meters_of_a_role_are_no_fault(tmp_path: Path) -> None:
    text = "".join(
        f'[[meters]]\nname = "{role} {n}"\nrole = "{role}"\nhost = "{role}-{n}"\n'
        for role in Role
        for n in (1, 2)
    )
    assert [source.role for source in read(tmp_path, text).home.sources] == [
        role for role in Role for _ in (1, 2)
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('phases = ["a", "b"]', "another meter has the host '10.0.0.2' already"),
        ("phases = []", "must be a list of phases"),
        ('phases = ["d"]', "must be a list of phases"),
        ('phases = ["b", "b"]', "must be a list of phases"),
        ("phases = 3", "must be a list of phases"),
        ('phases = ["b"]\nfrom = 2027-03-01T12:00:00', "must be a date without quotes"),
        ('phases = ["b"]\nfrom = "soon"', "must be a date without quotes"),
        ('phases = ["b"]\nfrom = 2027', "must be a date without quotes"),
    ],
)
def test_what_can_not_be_is_told(tmp_path: Path, line: str, words: str) -> None:
    text = f'{SHARED}\n[[meters]]\nname = "x"\nrole = "load"\nhost = "10.0.0.2"\n{line}\n'
    text = text.replace('phases = ["c", "b"]', 'phases = ["c"]')
    with pytest.raises(BadSettings, match="meters") as raised:
        read(tmp_path, text)
    assert words in str(raised.value)


def test_a_part_of_the_home_has_no_production(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="a part of the home has none; leave it out"):
        read(tmp_path, SHARED.replace("from = 2027", 'production = "positive"\nfrom = 2027'))


def test_lists_and_dates_may_come_as_texts(tmp_path: Path) -> None:
    text = SHARED.replace('["c", "b"]', '"b, c"').replace("2027-03-01", '"2027-03-01"')
    assert read(tmp_path, text).home.sources == read(tmp_path, SHARED).home.sources
