"""`bill` as whoever types it meets it."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.kit import MAC, run, written
from tests.tariff_text import component, row, table
from wattledger.store.lock import StoreLock

TABLE = table(
    component("energy", "import", "fixed", price="7.51"),
    row("monthly", name="fee", amount="4.013"),
    row("monthly", name="other fee", amount="4.013"),
    vat="24",
)
START = 1_748_725_200
"""2025-06-01 00:00 in Helsinki."""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A home with a kWh in each quarter of an hour."""
    config = written(tmp_path / "home")
    (config.parent / "home.toml").write_text(TABLE)
    config.write_text(f'{config.read_text()}[tariff]\nfile = "home.toml"\n')
    file = config.parent / "quarters.csv"
    lines = [f"{START + 900 * at},1000" for at in range(4)]
    file.write_text("\n".join(["start,imported_wh", *lines]) + "\n")
    more = ("--meter", "mains", "--mac", MAC, "--period", "900", "--yes")
    assert run("import", "-c", config, file, *more).exit_code == 0
    return config


def test_lines_and_their_total(config: Path) -> None:
    done = run("bill", "-c", config, "2025-06")
    assert done.exit_code == 0
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines == [
        "2025-06, home, EUR",
        "energy 4.000 kWh 24 % 0.37",
        "fee 1.000 month 24 % 4.98",
        "other fee 1.000 month 24 % 4.98",
        "rounding -0.01",
        "not complete: 0.00 % of its time is booked, 100.00 % of that priced",
        "total 10.32",
    ]


def test_as_csv_the_lines_add_up(config: Path) -> None:
    rows = list(csv.DictReader(run("bill", "-c", config, "2025-06", "--csv").stdout.splitlines()))
    assert [row["name"] for row in rows] == ["energy", "fee", "other fee", "rounding", "total"]
    assert rows[0]["quantity"] == "4.0"
    amounts = [Decimal(row["amount"]) for row in rows]
    assert sum(amounts[:-1]) == amounts[-1]


def test_while_a_server_has_the_books_a_copy_is_read(config: Path) -> None:
    before = run("bill", "-c", config, "2025-06").stdout
    lock = StoreLock(config.parent / "wattledger.sqlite")
    try:
        assert run("bill", "-c", config, "2025-06").stdout == before
    finally:
        lock.release()


def test_what_cant_be_told(config: Path) -> None:
    assert run("bill", "-c", config, "2025").exit_code == 2
    assert run("bill", "-c", config, "2025-06", "--tariff", "none").exit_code == 2
    config.write_text(config.read_text().partition("[tariff]")[0])
    done = run("bill", "-c", config, "2025-06")
    assert done.exit_code == 2
    assert "name no tariff" in done.stderr


def test_two_tables_of_one_name_are_a_fault(config: Path) -> None:
    """Else one of them could never be asked for."""
    (config.parent / "other").mkdir()
    (config.parent / "other" / "home.toml").write_text(TABLE)
    text = config.read_text()
    config.write_text(text + 'compare = ["other/home.toml"]\n')
    done = run("check-config", "-c", config)
    assert done.exit_code == 2
    assert "other/home.toml: has the name of" in done.stderr
    config.write_text(text + 'compare = ["home.toml"]\n')
    assert run("check-config", "-c", config).exit_code == 0
