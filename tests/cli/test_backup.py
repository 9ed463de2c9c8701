"""`backup` and `restore` as whoever types them meets them."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.kit import MAC, OTHER_MAC, run, written
from wattledger.store.lock import StoreLock

START = 1_750_000_080 // 900 * 900


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return written(tmp_path / "home")


def book(config: Path, first: int, count: int, mac: str = MAC) -> None:
    lines = [f"{START + 60 * at},1.5" for at in range(first, first + count)]
    file = config.parent / "minutes.csv"
    file.write_text("\n".join(["start,imported_wh", *lines]) + "\n")
    more = ("--meter", "mains", "--mac", mac, "--period", "60")
    assert run("import", "-c", config, file, *more).exit_code == 0
    file.unlink()


def minutes(store: Path) -> int:
    with closing(sqlite3.connect(store)) as file:
        return int(file.execute("SELECT count(*) FROM minutes").fetchone()[0])


def test_there_and_back(tmp_path: Path, config: Path) -> None:
    store, folder = config.parent / "wattledger.sqlite", tmp_path / "stick"
    folder.mkdir()
    book(config, 0, 60)
    lock = StoreLock(store)  # as if the server ran
    done = run("backup", "-c", config, folder)
    refused = run("restore", "-c", config, *folder.iterdir())
    lock.release()
    (backup,) = folder.iterdir()
    assert re.fullmatch(r"wattledger-\d{4}-\d\d-\d\d-\d{6}\.sqlite", backup.name)
    assert (done.exit_code, done.stdout.split(": ")[0]) == (0, str(backup))
    assert done.stderr == ""  # nothing for cron to mail
    assert (refused.exit_code, "in use by another process" in refused.stderr) == (2, True)
    book(config, 60, 30)
    back = run("restore", "-c", config, backup)
    assert back.exit_code == 0, back.output
    assert f"is now what {backup} holds: mains {MAC}; from 2025-06-15 18:00 to " in back.stdout
    assert back.stderr == ""
    assert minutes(store) == 60
    assert minutes(config.parent / "wattledger.sqlite.before-restore-1") == 90
    assert "before-restore-1" in back.stdout


def test_another_home_is_noticed(tmp_path: Path, config: Path) -> None:
    other = written(tmp_path / "other")
    book(config, 0, 5)
    book(other, 0, 5, mac=OTHER_MAC)
    assert run("backup", "-c", other, tmp_path / "backup").exit_code == 0
    back = run("restore", "-c", config, tmp_path / "backup")
    assert back.exit_code == 0
    assert f"mains {OTHER_MAC}" in back.stdout
    assert "another home?" in back.stderr
    assert f"mains {MAC}; from 2025" in back.stderr


def test_beside_the_store_or_under_a_name(tmp_path: Path, config: Path) -> None:
    book(config, 0, 5)
    assert run("backup", "-c", config).exit_code == 0
    (made,) = config.parent.glob("wattledger-*.sqlite")
    assert minutes(made) == 5
    assert run("backup", "-c", config, tmp_path / "mine").exit_code == 0
    again = run("backup", "-c", config, tmp_path / "mine")
    assert (again.exit_code, "exists already" in again.stderr) == (2, True)


def test_what_can_not_be(tmp_path: Path, config: Path) -> None:
    nothing = run("backup", "-c", config)
    assert (nothing.exit_code, "there is no store at" in nothing.stderr) == (2, True)
    assert run("restore", "-c", config, tmp_path / "none").exit_code == 2
    nowhere = run("backup", "-c", config, tmp_path / "no" / "folder")
    assert (nowhere.exit_code, "there is no folder" in nowhere.stderr) == (2, True)
    book(config, 0, 5)
    no_stick = run("backup", "-c", config, f"{tmp_path / 'stick'}/")
    assert (no_stick.exit_code, "there is no folder" in no_stick.stderr) == (2, True)
    junk = tmp_path / "junk"
    junk.write_text("no backup")
    refused = run("restore", "-c", config, junk)
    assert refused.exit_code == 2
    assert "Traceback" not in refused.output
    assert minutes(config.parent / "wattledger.sqlite") == 5


def on_a_terminal(*arguments: str | Path) -> str:
    """What a verb that is run on a terminal shows there."""
    ours, its = os.openpty()
    command = [sys.executable, "-m", "wattledger", *map(str, arguments)]
    subprocess.run(command, stdout=its, stderr=its, check=False)
    os.set_blocking(ours, False)
    shown = os.read(ours, 10_000).decode()
    os.close(its)
    os.close(ours)
    return shown


def test_how_far_it_is_shows_on_a_terminal_once_it_copies(tmp_path: Path, config: Path) -> None:
    book(config, 0, 5)
    assert "Copying" in on_a_terminal("backup", "-c", config, tmp_path / "mine")
    refused = on_a_terminal("backup", "-c", config, tmp_path / "mine")
    assert "exists already" in refused
    assert "Copying" not in refused
