"""Several names on one host, phases, and dates: what of it can be used, and what is said else."""

from pathlib import Path

import pytest

from tests.settings.writing import faults, read
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

MAINS = '[[meters]]\nname = "mains"\nrole = "grid"\nhost = "10.0.0.1"\n'
"""Four lines."""
SHED = '[[meters]]\nname = "shed"\nrole = "solar"\nhost = "10.0.0.2"\n'


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
    ("line", "told"),
    [
        ('phases = ["d"]', 'phases: must be a list of phases, such as ["a"] or ["b", "c"]'),
        ("phases = []", "phases: must be a list of phases"),
        ('phases = ["a", "a"]', "phases: must be a list of phases"),
        ("phases = 1", "phases: must be a list of phases"),
        ('from = "soon"', "from: must be a date without quotes, such as 2027-03-01"),
        ("from = 2027-03-01T12:00:00", "from: must be a date without quotes"),
        ("from = 2027", "from: must be a date without quotes"),
        ("from = 0001-01-01", "from: must be a date of the years 2000 to 2037"),
        ("from = 1999-12-31", "from: must be a date of the years 2000 to 2037"),
        ("from = 2038-01-01", "from: must be a date of the years 2000 to 2037"),
        ('production = "up"', "production: must be 'positive' or 'negative'"),
    ],
)
def test_each_fault_has_its_line_and_what_is_allowed(tmp_path: Path, line: str, told: str) -> None:
    text = f'{MAINS}[[meters]]\nname = "x"\n{line}\nhost = "10.0.0.3"\nrole = "solar"\n'
    (fault,) = faults(tmp_path, text)
    assert fault.startswith(f"7: meters.1.{told}")


@pytest.mark.parametrize("role", [role for role in Role if not role.gives])
def test_what_gives_nothing_has_no_production(tmp_path: Path, role: Role) -> None:
    text = MAINS.replace("grid", role) + 'production = "negative"\n'
    (fault,) = faults(tmp_path, text)
    words = f"what is measured {role.where} has none; leave it out"
    assert fault == f"5: meters.0.production: {words}"


@pytest.mark.parametrize(
    ("first", "second", "where"),
    [
        ("", "", "9: meters.1.host"),
        ('phases = ["a", "b"]\n', 'phases = ["b"]\n', "11: meters.1.phases"),
        ('phases = ["a"]\n', "", "10: meters.1.host"),
    ],
)
def test_phases_of_one_meter_are_disjoint(
    tmp_path: Path, first: str, second: str, where: str
) -> None:
    """The home's other meters stand before and behind."""
    other = '[[meters]]\nname = "roof"\nrole = "solar"\nhost = "10.0.0.2"\n'
    (fault,) = faults(tmp_path, f"{SHED}{first}\n{other}{second}")
    assert fault.startswith(f"{where}: another meter has the host '10.0.0.2' already;")
    assert 'give each its own phases, such as phases = ["b"]' in fault


def test_one_meter_has_one_password(tmp_path: Path) -> None:
    other = '[[meters]]\nname = "roof"\nrole = "solar"\nhost = "10.0.0.2"\nphases = ["b"]\n'
    passwords = ('password = "one-secret"\n', 'password = "two-secret"\n')
    (fault,) = faults(tmp_path, f'{SHED}phases = ["a"]\n{passwords[0]}{other}{passwords[1]}')
    assert fault.startswith("12: meters.1.password: the meter at this host has another password")
    assert "secret" not in fault
    assert read(tmp_path, f'{SHED}phases = ["a"]\n{passwords[0]}{other}{passwords[0]}').meters


def test_lists_and_dates_may_come_as_texts(tmp_path: Path) -> None:
    text = SHARED.replace('["c", "b"]', '"b, c"').replace("2027-03-01", '"2027-03-01"')
    assert read(tmp_path, text).home.sources == read(tmp_path, SHARED).home.sources
