"""Whatever a verb or the server writes is for its owner only, whatever the umask."""

import asyncio
import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.kit import MAC, pretend, run, started, written
from tests.variant import variant
from wattledger.setup.settings_place import write_settings

START = 1_750_000_080 // 900 * 900
PUBLIC = {"authority.pem", "chain.pem"}
"""Which phones are given; the folder that they lie in is closed."""


@pytest.fixture(params=[0o000, variant(0o022)], ids=oct, autouse=True)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def _open_to_others(folder: Path, theirs: set[Path]) -> dict[str, str]:
    """What others may do something with, besides what a person has put there."""
    return {
        str(path.relative_to(folder)): stat.filemode(path.lstat().st_mode)
        for path in folder.rglob("*")
        if path not in theirs and path.name not in PUBLIC and path.lstat().st_mode & 0o077
    }


def _imported(home: Path, config: Path) -> None:
    file = home / "minutes.csv"
    file.write_text(f"start,imported_wh\n{START},1.5\n")
    more = ("--meter", "mains", "--mac", MAC, "--period", "60")
    assert run("import", "-c", config, file, *more).exit_code == 0


def test_of_verbs(tmp_path: Path) -> None:
    home = tmp_path / "home"
    config = written(home)
    theirs = {home, config, home / "minutes.csv"}
    _imported(home, config)
    for arguments in (
        ("export", "-c", config, "-o", home / "out.csv"),
        ("backup", "-c", config, home / "backup"),
        ("backup", "-c", config),
        ("restore", "-c", config, home / "backup"),
        ("certificate", "-c", config),
    ):
        result = run(*arguments)
        assert result.exit_code == 0, result.output
    names = {path.name for path in home.rglob("*")}
    assert {"wattledger.sqlite.before-restore-1", "key.pem", "wattledger.sqlite.lock"} <= names
    assert _open_to_others(home, theirs) == {}
    for file in PUBLIC:
        assert stat.S_IMODE((home / "tls" / file).stat().st_mode) == 0o644


def test_settings_and_those_that_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "wattledger.toml"
    text = written(tmp_path / "home").read_text()
    for _ in range(3):
        write_settings(path, text)
    assert _open_to_others(tmp_path, {tmp_path / "home", tmp_path / "home/wattledger.toml"}) == {}


async def test_of_a_server_that_runs_and_of_one_that_was_killed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    config = written(home)
    for number in (signal.SIGKILL, signal.SIGTERM):
        async with started("serve", "-c", config) as server:
            await server.url()
            assert {"wattledger.sqlite-wal", "wattledger.sqlite.console"} <= _names(home)
            assert _open_to_others(home, {config}) == {}
            server.send(number)
            await server.end()
        assert _open_to_others(home, {config}) == {}


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_what_was_made_with_wider_rights_is_closed_at_the_next_start(tmp_path: Path) -> None:
    home = tmp_path / "home"
    config = written(home)
    await asyncio.to_thread(_imported, home, config)
    (home / "wattledger.sqlite.before-restore-1").write_bytes(b"of an earlier one")
    for path in home.glob("wattledger.sqlite*"):
        path.chmod(0o644)
    told = []
    for _ in range(2):
        async with started("serve", "-c", config) as server:
            await server.url()
            assert _open_to_others(home, {config, home / "minutes.csv"}) == {}
            server.send(signal.SIGTERM)
            told.append((await server.end())[1])
    assert "others could read wattledger.sqlite, " in told[0]
    assert "others could read" not in told[1]


async def test_of_a_demo(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "demo"
    async with started("demo", "--store", folder, "--days", "1", "--port", "0") as server:
        async with asyncio.timeout(300):
            while "The demo is at" not in await server.line():
                pass
        assert _open_to_others(tmp_path, set()) == {}


async def test_of_a_recording(tmp_path: Path) -> None:
    async with (
        pretend() as meter,
        started("record", meter.address, "--seconds", "1", "-o", tmp_path / "fixture.json") as verb,
    ):
        status, told = await verb.end()
    assert status == 0, told
    assert _open_to_others(tmp_path, set()) == {}
