"""`verify` as whoever types it meets it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.kit import MAC, run, written
from tests.cli.terminal import on_terminal
from wattledger.store.lock import StoreLock

START = 1_750_000_080 // 3_600 * 3_600
"""2025-06-15 18:00 in Helsinki."""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Of a home with three hours of one meter."""
    config = written(tmp_path / "home")
    lines = [f"{START + 60 * at},1.5" for at in range(180)]
    file = config.parent / "minutes.csv"
    file.write_text("\n".join(["start,imported_wh", *lines]) + "\n")
    more = ("--meter", "mains", "--mac", MAC, "--period", "60")
    assert run("import", "-c", config, file, *more).exit_code == 0
    return config


def store_of(config: Path) -> Path:
    return config.parent / "wattledger.sqlite"


def damage(config: Path, statement: str) -> None:
    with closing(sqlite3.connect(store_of(config))) as file:
        file.execute(statement)
        file.commit()


def test_a_sound_store(config: Path) -> None:
    done = run("verify", "-c", config)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "All is well: every hour and every sum is as it was booked.\n"


def test_each_damaged_hour_is_named(config: Path) -> None:
    at = (START + 3_600) // 60 << 8
    damage(config, f"UPDATE minutes SET imported_b_dmwh = 7 WHERE key = {at}")
    done = run("verify", "-c", config)
    assert done.exit_code == 1
    first, *more = done.stdout.splitlines()
    assert first == f"{MAC}: the hour from 2025-06-15T19:00:00+03:00 is damaged"
    assert "they are null" in more[0]
    assert not any("hour from" in line for line in more)


@pytest.mark.parametrize("table", ["quarters", "days"])
def test_sums_that_are_damaged_are_counted(config: Path, table: str) -> None:
    damage(config, f"UPDATE {table} SET seal = seal + 1 WHERE key = (SELECT max(key) FROM {table})")
    done = run("verify", "-c", config)
    assert done.exit_code == 1
    assert "sums, lists of gaps or counter readings that are damaged: 1\n" in done.stdout


def test_beside_a_server_that_runs(config: Path) -> None:
    lock = StoreLock(store_of(config))
    with closing(sqlite3.connect(store_of(config), isolation_level=None)) as file:
        file.execute("BEGIN IMMEDIATE")  # it is booking just now
        done = run("verify", "-c", config)
        file.execute("ROLLBACK")
    lock.release()
    assert done.exit_code == 0, done.output


async def test_a_bar_where_somebody_looks(config: Path) -> None:
    async with on_terminal(config.parent, "verify", "-c", config) as terminal:
        await terminal.expect("Looking through")
        await terminal.expect("100%")
        await terminal.expect("All is well")
        assert await terminal.end() == 0


def test_no_store_there(tmp_path: Path) -> None:
    done = run("verify", "-c", written(tmp_path / "empty"))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "there is no store at" in done.stderr
    assert run("verify", "-c", tmp_path / "none.toml").exit_code == 2


def test_something_else_in_its_place(config: Path) -> None:
    store_of(config).write_bytes(b"start,imported_wh\n" * 100)
    done = run("verify", "-c", config)
    assert done.exit_code == 2
    assert "Traceback" not in done.output
