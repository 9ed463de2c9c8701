"""What a meter, a phone or a backup says is shown as what it is: it moves no cursor, writes no line
of its own and has an end, on a terminal and in the log.
"""

import asyncio
import re
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.kit import MAC, run, started, written
from tests.cli.terminal import Terminal, on_terminal
from wattledger.simulator.clock import SimClock
from wattledger.simulator.feeds.synthetic import ConstantFeed
from wattledger.simulator.meter import PretendMeter

FORGED = "\x1b[2J\x1b]0;title\x07\r\nERROR store: all is lost\x9b2J\u202e\u2028"
LONG = "x" * 20_000
OWN = re.compile(r"\x1b\[(?:\?25[lh]|\d*[KC])|\r")
"""What click's bars say to the terminal."""
TEXTS = pytest.mark.parametrize("text", [FORGED, LONG], ids=["forged", "long"])


def _hostile(text: str, **options: Any) -> PretendMeter:
    return PretendMeter(
        feed=ConstantFeed(),
        clock=SimClock(),
        mac=MAC,
        name=text,
        firmware=f"1.7.5-{text}",
        **options,
    )


def _assert_tame(shown: str) -> None:
    lines = OWN.sub("", shown).split("\n")
    assert not [line for line in lines if line.startswith("ERROR")]
    assert all(line.isprintable() for line in lines), [
        one for one in lines if not one.isprintable()
    ]
    assert all(len(line) < 1_200 for line in lines)


async def _to_the_end(terminal: Terminal) -> str:
    assert await terminal.end() is not None
    await asyncio.sleep(0)
    return terminal.shown


@TEXTS
async def test_probe(tmp_path: Path, text: str) -> None:
    async with (
        _hostile(text) as meter,
        on_terminal(tmp_path, "probe", meter.address, "--seconds", "1") as terminal,
    ):
        await terminal.expect("total W")
        shown = await _to_the_end(terminal)
    assert MAC in shown
    _assert_tame(shown)


@TEXTS
async def test_record(tmp_path: Path, text: str) -> None:
    async with (
        _hostile(text) as meter,
        on_terminal(tmp_path, "record", meter.address, "--seconds", "1") as terminal,
    ):
        await terminal.expect('"frames"')
        shown = await _to_the_end(terminal)
    for sign in set(FORGED) - set("\r\n"):
        if not sign.isprintable():
            assert sign not in OWN.sub("", shown)


@TEXTS
async def test_setup(tmp_path: Path, text: str) -> None:
    async with (
        _hostile(text) as meter,
        on_terminal(tmp_path, "setup", "--host", meter.address) as terminal,
    ):
        await terminal.answer("Meter 1 (grid, solar, battery, load, none)", "grid")
        for question in ("Name of your home", "Its time zone", "Main fuse", "Let phones in"):
            await terminal.answer(question)
        await terminal.answer("Write them to")
        assert await terminal.end() == 0
        _assert_tame(terminal.shown)
    assert run("check-config", "-c", tmp_path / "wattledger.toml").exit_code == 0


@TEXTS
async def test_the_log_of_a_server(tmp_path: Path, text: str) -> None:
    async with _hostile(text) as meter:
        config = written(tmp_path / "home", meter.address)
        async with started("serve", "-c", config, "--verbose") as server:
            await server.url()
            async with asyncio.timeout(300):
                while not (tmp_path / "home/wattledger.sqlite").exists() or not _met(tmp_path):
                    await asyncio.sleep(0.05)
            server.send(signal.SIGTERM)
            _, told = await server.end()
    assert f"connected to {MAC}" in told
    _assert_tame(told)


def _met(folder: Path) -> bool:
    with closing(sqlite3.connect(folder / "home/wattledger.sqlite", timeout=5)) as file:
        try:
            return bool(file.execute("SELECT count(*) FROM meters").fetchone()[0])
        except sqlite3.OperationalError:
            return False


@TEXTS
def test_a_backup_and_the_file_of_an_import(tmp_path: Path, text: str) -> None:
    config = written(tmp_path / "home")
    file = tmp_path / "minutes.csv"
    file.write_text("start,imported_wh\n1750000500,1.5\n")
    more = ("--meter", "mains", "--mac", MAC, "--period", "60")
    assert run("import", "-c", config, file, *more).exit_code == 0
    backup = tmp_path / "backup"
    assert run("backup", "-c", config, backup).exit_code == 0
    with closing(sqlite3.connect(backup)) as store:
        store.execute("UPDATE bindings SET name = ?", (text,))
        store.commit()
    told = run("restore", "-c", config, backup)
    assert told.exit_code == 0
    _assert_tame(told.output)
    file.write_text(f'start,imported_wh,meter\n1750000500,1.5,"{text[:2_000]}"\n')
    refused = run("import", "-c", config, file, "--period", "60")
    assert refused.exit_code == 2
    _assert_tame(refused.output)


@TEXTS
def test_settings(tmp_path: Path, text: str) -> None:
    path = tmp_path / "wattledger.toml"
    shown = text.encode("unicode_escape").decode().replace("\\x", "\\u00")
    path.write_text(
        f'[site]\nname = "{shown}"\ntime_zone = "{shown}"\n[server]\nhost = "{shown}"\n'
    )
    told = run("check-config", "-c", path)
    assert told.exit_code == 2
    _assert_tame(told.output)
