"""What a home measures in the settings: its roles, phases and dates, and what of them can't be."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.settings.writing import faults, read
from wattledger.energy.meter import MeterLabel, Production, Role, Source

MAINS = '[[meters]]\nname = "mains"\nrole = "grid"\nhost = "10.0.0.1"\n'
"""Four lines."""
SHED = '[[meters]]\nname = "shed"\nrole = "solar"\nhost = "10.0.0.2"\n'


def test_several_names_may_lie_on_one_host(tmp_path: Path) -> None:
    text = (
        f'{SHED}phases = ["a"]\nproduction = "negative"\n{MAINS}'
        '[[meters]]\nname = "car"\nrole = "load"\nhost = "10.0.0.2"\nphases = ["c", "b"]\n'
        'from = 2027-03-01\npassword = "secret"\n'
    )
    settings = read(tmp_path, text)
    since = int(datetime(2027, 2, 28, 22, tzinfo=UTC).timestamp())
    assert [access.label for access in settings.accesses] == [
        MeterLabel(
            (
                Source("shed", Role.SOLAR, Production.NEGATIVE, ("a",)),
                Source("car", Role.LOAD, phases=("b", "c"), since=since),
            )
        ),
        MeterLabel.of("mains", Role.GRID),
    ]
    assert [access.password for access in settings.accesses] == ["secret", None]


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
        ('production = "up"', "production: must be 'positive' or 'negative'"),
        ('role = "battery"', None),
    ],
)
def test_each_fault_has_its_line_and_what_is_allowed(
    tmp_path: Path, line: str, told: str | None
) -> None:
    text = f'{MAINS}[[meters]]\nname = "x"\n{line}\nhost = "10.0.0.3"\n'
    if not line.startswith("role"):
        text += 'role = "solar"\n'
    if told is None:
        assert read(tmp_path, text).home.roles.has(Role.BATTERY)
        return
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
