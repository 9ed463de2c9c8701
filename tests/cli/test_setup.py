"""`setup` on a terminal, before pretend meters on real sockets."""

import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.kit import MAC, OTHER_MAC, run
from tests.cli.terminal import Terminal, on_terminal
from tests.shelly.scripted import Script, scripted
from wattledger.energy.meter import Role
from wattledger.settings import Settings
from wattledger.settings_file import read_settings
from wattledger.simulator.clock import SimClock
from wattledger.simulator.feeds.synthetic import ConstantFeed
from wattledger.simulator.identity import Identity
from wattledger.simulator.mdns import Announcement
from wattledger.simulator.meter import PretendMeter

PASSWORD = 'correct "horse" \\ ä'
PRODUCING = ConstantFeed((-400.0, -400.0, -400.0))
DARK = ConstantFeed((0.0, -1.0, 0.0))
HELSINKI = {"TZ": "Europe/Helsinki"}


def _mains(mac: str = MAC, **options: Any) -> PretendMeter:
    return PretendMeter(feed=ConstantFeed(), clock=SimClock(), mac=mac, **options)


def _plant(feed: ConstantFeed = PRODUCING, mac: str = OTHER_MAC, **options: Any) -> PretendMeter:
    return PretendMeter(feed=feed, clock=SimClock(), mac=mac, **options)


def _settings(folder: Path, name: str = "wattledger.toml") -> Settings:
    return read_settings(folder / name, {})


def _port_of_nobody() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        return int(taken.getsockname()[1])


async def _enter(terminal: Terminal, *questions: str) -> None:
    """Takes what each of them proposes."""
    for question in questions:
        await terminal.answer(question)


def _lines_without(terminal: Terminal, folder: Path) -> list[str]:
    return [line for line in terminal.shown.splitlines() if str(folder) not in line]


async def test_enter_alone_leads_to_settings_of_two_meters(tmp_path: Path) -> None:
    async with (
        _mains(profile="monophase") as mains,
        _plant() as plant,
        on_terminal(
            tmp_path, "setup", "--host", plant.address, "--host", mains.address, **HELSINKI
        ) as terminal,
    ):
        shown = await terminal.answer("Meter 1 (grid, solar, battery, load, none) [solar]")
        await terminal.answer("Meter 2 (grid, solar, battery, load, several, none) [grid]")
        await _enter(terminal, "Name of your home [Home]", "Its time zone [Europe/Helsinki]")
        await _enter(terminal, "Main fuse of each phase, in A [25]", "Let phones in [Y/n]")
        await terminal.answer("Write them to wattledger.toml [Y/n]")
        assert await terminal.end() == 0
        assert "./run pair" in await terminal.expect("docs/operation.md has the rest")
    assert f"Shelly Pro 3EM (SPEM-003CEBEU), MAC {MAC}, firmware 1.7.5, monophase" in shown
    assert "now 250 W (a 100 W, b 200 W, c -50 W)" in shown
    assert "Its -1,200 W can only be what the plant produces: negative." in terminal.shown
    assert all(len(line) <= 80 for line in _lines_without(terminal, tmp_path))
    settings = _settings(tmp_path)
    assert [(meter.name, meter.role, meter.host) for meter in settings.meters] == [
        ("mains", "grid", mains.address),
        ("solar", "solar", plant.address),
    ]
    assert settings.meters[1].production == "negative"
    assert (settings.server.host, settings.server.access) == ("0.0.0.0", "token")
    assert run("check-config", "-c", tmp_path / "wattledger.toml").exit_code == 0


async def test_what_is_typed_is_what_is_written(tmp_path: Path) -> None:
    async with (
        _mains(name="Cellar", password=PASSWORD, firmware="2.0.0") as mains,
        on_terminal(tmp_path, "setup", "--host", mains.address) as terminal,
    ):
        await terminal.answer("Password", "battery staple")
        await terminal.expect("The meter refuses the password. 2 tries are left.")
        await terminal.answer("Password", PASSWORD)
        await terminal.answer("Meter 1 (grid, solar, battery, load, none) [grid]")
        await terminal.answer("Name of your home", 'Päivin "koti" \\')
        await terminal.answer("Its time zone", "Atlantis")
        await terminal.expect("Error: 'Atlantis' is no time zone")
        await terminal.answer("Its time zone", "kathmandu")
        await terminal.answer("Main fuse", "2000")
        await terminal.expect("Error: must be 1000 at most")
        await terminal.answer("Main fuse", "3x35 A")
        await terminal.answer("Let phones in", "n")
        await terminal.answer("Write them to")
        assert await terminal.end() == 0
    for secret in ("battery staple", PASSWORD, "correct"):
        assert secret not in terminal.shown
    settings = _settings(tmp_path)
    assert (settings.site.name, settings.site.time_zone) == ('Päivin "koti" \\', "Asia/Kathmandu")
    assert settings.site.main_fuse_a == 35.0
    assert (settings.server.host, settings.server.access) == ("127.0.0.1", "open")
    (meter,) = settings.meters
    assert (meter.name, meter.password.get_secret_value()) == ("Cellar", PASSWORD)
    assert stat.S_IMODE((tmp_path / "wattledger.toml").stat().st_mode) == 0o600


@pytest.mark.usefixtures("air")
async def test_meters_that_announce_themselves_are_found_once(tmp_path: Path) -> None:
    loopback, gone = ["127.0.0.1"], _port_of_nobody()
    refused = f"127.0.0.1:{gone} announces itself, but: no connection"
    async with (
        _mains("A0DD6C5E7001", name="Cellar of setup") as mains,
        _plant(DARK, "A0DD6C5E7002") as plant,
        Announcement(mains.identity, "127.0.0.1", mains.port, loopback),
        Announcement(plant.identity, "127.0.0.1", plant.port, loopback),
        Announcement(Identity("A0DD6C5E7003"), "127.0.0.1", gone, loopback),
        _notifications(tmp_path, refused, "Found 2 meters.") as terminal,
    ):
        shown = await terminal.answer("Meter 1 (grid, solar, battery, load, none) [")
        await terminal.answer("Meter 2 (")
        await terminal.answer("Sign of producing (positive, negative) [positive]", "negative")
        await _enter(terminal, "Name of your home", "Its time zone", "Main fuse", "Let phones in")
        await terminal.answer("Write them to")
        assert await terminal.end() == 0
    assert (shown.count(mains.address), shown.count(plant.address)) == (1, 1)
    meters = {meter.role: meter for meter in _settings(tmp_path).meters}
    assert (meters[Role.GRID].name, meters[Role.GRID].host) == ("Cellar of setup", mains.address)
    assert (meters[Role.SOLAR].host, meters[Role.SOLAR].production) == (plant.address, "negative")


@asynccontextmanager
async def _notifications(folder: Path, *lines: str) -> AsyncIterator[Terminal]:
    """`setup`, begun anew until it shows these: a busy machine may speak later than it listens."""
    while True:
        async with on_terminal(folder, "setup") as terminal:
            await terminal.expect("ound")
            await terminal.expect("\n")
            if all(line in terminal.shown for line in lines):
                yield terminal
                return


@pytest.mark.usefixtures("air")
async def test_where_none_is_found_the_address_is_asked(tmp_path: Path) -> None:
    nobody = f"127.0.0.1:{_port_of_nobody()}"
    plug = Script(
        Shelly_GetDeviceInfo=lambda _: {"mac": MAC, "model": "SNPL-00112EU", "app": "PlusPlugS"},
        Shelly_GetStatus=lambda _: {"sys": {"uptime": 900}, "switch:0": {"apower": 3.0}},
    )
    async with (
        _mains() as mains,
        scripted(plug) as other,
        on_terminal(tmp_path, "setup") as terminal,
    ):
        await terminal.answer("Address of a meter", "ftp://mains/")
        await terminal.expect("Error: a host name or address, with :port where it is not 80")
        await terminal.answer("Address of a meter", nobody)
        await terminal.expect(f"{nobody}: no connection: Connection refused")
        await terminal.answer("Address of a meter", f"http://{other.host}/")
        await terminal.expect("this is no meter, but a plug: Shelly Plus Plug S (SNPL-00112EU)")
        await terminal.answer("Address of a meter", mains.address)
        await terminal.answer("Address of another meter", mains.address)
        await terminal.expect("is on the list already")
        await terminal.answer("Address of another meter (Enter: there is none)")
        await terminal.answer("Meter 1 (grid, solar, battery, load, none) [grid]")
        await terminal.interrupt("Name of your home", signal.SIGINT)
        assert await terminal.end() == 1


async def test_a_meter_that_stays_locked_is_left_out(tmp_path: Path) -> None:
    async with (
        _mains(password=PASSWORD, firmware="2.0.0") as mains,
        on_terminal(tmp_path, "setup", "--host", mains.address) as terminal,
    ):
        for _ in range(3):
            await terminal.answer("Password", "wrong")
        assert await terminal.end() == 1
        await terminal.expect("Left out: the meter refuses the password.")
        await terminal.expect("no meter is left to be read; nothing was written")
    assert list(tmp_path.iterdir()) == []


async def test_meters_beyond_the_roles_and_without_one_are_left_out(tmp_path: Path) -> None:
    third = PretendMeter(
        feed=ConstantFeed(), clock=SimClock(), mac="A0DD6CA0C2BB", name="Heat pump"
    )
    async with (
        _mains() as mains,
        _plant(password=PASSWORD) as plant,
        third,
        on_terminal(
            tmp_path,
            *("setup", "--host", mains.address, "--host", plant.address, "--host", third.address),
        ) as terminal,
    ):
        await terminal.answer("Password")
        await terminal.expect("Left out.")
        await terminal.answer("Meter 1 (grid, solar, battery, load, none)", "none")
        await terminal.answer("Meter 3 (grid, solar, battery, load, none)", "grid")
        await _enter(terminal, "Name of your home", "Its time zone", "Main fuse", "Let phones in")
        await terminal.answer("Write them to")
        assert await terminal.end() == 0
    assert [meter.host for meter in _settings(tmp_path).meters] == [third.address]


async def test_a_home_that_measures_more_is_asked_for_all_of_it_once(tmp_path: Path) -> None:
    """A battery, and a meter whose phases are different things; a second run proposes all that."""
    third = PretendMeter(feed=ConstantFeed(), clock=SimClock(), mac="A0DD6CA0C2BB")
    parts = PretendMeter(
        feed=ConstantFeed(), clock=SimClock(), mac="A0DD6CA0C2BC", profile="monophase"
    )
    async with _mains(name="Verkko") as mains, _plant(name="Aurinko") as plant, third, parts:
        hosts = [plant.address, mains.address, third.address, parts.address]
        arguments = ["setup", *(word for host in hosts for word in ("--host", host))]
        async with on_terminal(tmp_path, *arguments) as terminal:
            await terminal.expect("several: its phases measure different things")
            await terminal.answer("Meter 1 (grid, solar, battery, load, none) [solar]", "grid")
            await terminal.answer("Meter 2 (grid, solar, battery, load, none) [load]", "solar")
            await terminal.answer("Sign of producing")
            await terminal.answer("Meter 3 (grid, solar, battery, load, none) [load]", "battery")
            await terminal.answer("Sign of discharging", "negative")
            question = "Meter 4 (grid, solar, battery, load, several, none) [load]"
            await terminal.answer(question, "several")
            await terminal.answer("Meter 4, phase a", "load")
            await terminal.answer("Its name [part]", "heat pump")
            await terminal.answer("Meter 4, phase b (grid, solar, battery, load, none) [none]")
            await terminal.answer("Meter 4, phase c", "load")
            await terminal.answer("Its name [part]", "heat pump")
            await terminal.expect("another one has that name")
            await terminal.answer("Its name [part]", "car")
            await _enter(terminal, "Name of your", "Its time zone", "Main fuse", "Let phones in")
            await terminal.answer("Write them to")
            assert await terminal.end() == 0
        meters = _settings(tmp_path).meters
        assert [(one.name, one.role, one.phases) for one in meters] == [
            ("Aurinko", "grid", ("a", "b", "c")),
            ("Verkko", "solar", ("a", "b", "c")),
            ("battery", "battery", ("a", "b", "c")),
            ("heat pump", "load", ("a",)),
            ("car", "load", ("c",)),
        ]
        assert meters[2].production == "negative"
        async with on_terminal(tmp_path, *arguments) as terminal:
            await terminal.expect("before: as the settings have it that are there")
            await _enter(terminal, "Meter 1")
            await terminal.answer("Meter 2", "solar")
            await terminal.answer("Sign of producing")
            choices = "(grid, solar, battery, load, before, none) [before]"
            await terminal.answer(f"Meter 3 {choices}")
            await terminal.answer("Meter 4 (grid, solar, battery, load, several, before, none) [")
            await _enter(terminal, "Name of your", "Its time zone", "Main fuse")
            await terminal.answer("Replace", "y")
            assert await terminal.end() == 0
        assert _settings(tmp_path).meters[2:] == meters[2:]


@pytest.mark.parametrize("question", ["Password", "Meter 1", "Name of", "Write them to"])
async def test_an_interrupt_writes_nothing(tmp_path: Path, question: str) -> None:
    answers = {
        "Password": PASSWORD,
        "Meter 1": "",
        "Name of": "",
        "Its time zone": "",
        "Main fuse": "",
        "Let phones in": "",
        "Write them to": "",
    }
    async with (
        _mains(password=PASSWORD) as mains,
        on_terminal(tmp_path, "setup", "--host", mains.address) as terminal,
    ):
        for earlier, typed in answers.items():
            if earlier == question:
                break
            await terminal.answer(earlier, typed)
        await terminal.interrupt(question, signal.SIGINT)
        assert await terminal.end() == 1
        await terminal.expect("stopped; nothing was written")
    assert "Traceback" not in terminal.shown
    assert list(tmp_path.iterdir()) == []


BEFORE = """\
[site]
name = "Cottage"
netting = "hour"
[server]
port = 9000
[store]
path = "books/cottage.sqlite"
[[meters]]
name = "cellar"
role = "grid"
host = "192.168.1.20"
password_file = "cellar.password"
[[meters]]
name = "roof"
role = "solar"
host = "192.168.1.21"
"""


async def test_settings_that_are_there_are_taken_over_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "wattledger.toml"
    path.write_text(BEFORE)
    (tmp_path / "cellar.password").write_text("of the old meter")
    async with (
        _mains() as mains,
        on_terminal(tmp_path, "setup", "--host", mains.address) as terminal,
    ):
        await terminal.expect("There are settings already.")
        await _enter(terminal, "Meter 1", "Name of your home [Cottage]", "Its time zone")
        await terminal.answer("Main fuse")
        await terminal.expect('The meter "roof" of the settings that are there is not among these.')
        await terminal.answer("Replace wattledger.toml [y/N]", "y")
        assert await terminal.end() == 0
        await terminal.expect("What was there is kept as")
    settings = _settings(tmp_path)
    assert (settings.site.name, settings.site.netting) == ("Cottage", "hour")
    assert settings.server.port == 9000
    assert settings.store.path == str(tmp_path / "books/cottage.sqlite")
    assert [(meter.name, meter.host) for meter in settings.meters] == [("cellar", mains.address)]
    assert (tmp_path / "wattledger.toml.bak").read_text() == BEFORE


async def test_settings_that_are_there_stay_unless_told_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("[site\n")
    async with (
        _mains() as mains,
        on_terminal(tmp_path, "setup", "-c", "own.toml", "--host", mains.address) as terminal,
    ):
        await terminal.expect("nothing is taken over from them")
        await _enter(terminal, "Meter 1", "Name of", "Its time zone", "Main fuse", "Let phones")
        await terminal.answer("Replace own.toml [y/N]")
        assert await terminal.end() == 1
    assert path.read_text() == "[site\n"
    assert list(tmp_path.iterdir()) == [path]


async def _refused(folder: Path, *arguments: str | Path) -> str:
    async with on_terminal(folder, "setup", *arguments) as terminal:
        assert await terminal.end() == 2
        await terminal.expect("wattledger: ")
        await terminal.expect("\n")
        return " ".join(terminal.shown.split())


async def test_addresses_that_lead_nowhere_or_to_one_meter(tmp_path: Path) -> None:
    nobody = f"127.0.0.1:{_port_of_nobody()}"
    assert f"{nobody}: no connection: Connection refused" in await _refused(
        tmp_path, "--host", nobody
    )
    async with _mains() as mains:
        twice = await _refused(
            tmp_path, "--host", mains.address, "--host", f"localhost:{mains.port}"
        )
    assert f"lead to one meter, {MAC}" in twice


async def test_places_that_can_not_be_written(tmp_path: Path) -> None:
    assert "No such file or directory" in await _refused(tmp_path, "-c", "no/where.toml")
    assert "is a folder" in await _refused(tmp_path, "-c", tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert "is no file" in await _refused(tmp_path, "-c", tmp_path / "pipe")
    assert "is no file" in await _refused(tmp_path, "-c", "/dev/zero")
    assert "can't be written: /sys" in await _refused(tmp_path, "-c", "/sys/wattledger.toml")


def test_without_a_terminal_it_says_what_to_do() -> None:
    result = run("setup")
    assert result.exit_code == 2
    assert "no terminal to answer them" in result.stderr
    assert "check-config" in result.stderr


async def test_back_leads_one_question_back(tmp_path: Path) -> None:
    async with (
        _mains() as mains,
        on_terminal(tmp_path, "setup", "--host", mains.address, **HELSINKI) as terminal,
    ):
        await terminal.answer("Meter 1 (", "load")
        await terminal.answer("Its name", "<")
        await terminal.answer("Meter 1 (", "grid")
        await terminal.answer("Name of your home [Home]", "Mökki")
        await terminal.answer("Its time zone", "<")
        await terminal.answer("Name of your home [Mökki]", "Koti")
        await terminal.answer("Its time zone", "oslo")
        await terminal.answer("Main fuse of each phase", " < ")
        await terminal.answer("Its time zone [Europe/Oslo]")
        await terminal.answer("Main fuse of each phase", "35")
        await terminal.answer("Let phones in", "n")
        await terminal.answer("Write them to", "<")
        await terminal.answer("Let phones in", "y")
        await terminal.answer("Write them to")
        assert await terminal.end() == 0
    settings = _settings(tmp_path)
    assert (settings.site.name, settings.site.time_zone) == ("Koti", "Europe/Oslo")
    assert settings.site.main_fuse_a == 35.0
    assert (settings.meters[0].role, settings.server.access) == (Role.GRID, "token")


async def test_by_options_nothing_is_asked(tmp_path: Path) -> None:
    config = tmp_path / "new.toml"
    password = tmp_path / "password"
    password.write_text(f"\ufeff{PASSWORD}\n")
    async with (
        _mains(password=PASSWORD) as mains,
        _plant() as plant,
        _plant(mac="A0DD6CA0C27E") as sauna,
    ):
        given = ["--grid", f"http://{mains.address}/#/", "--solar", plant.address]
        more = ["--load", sauna.address, "--name", "Koti", "--zone", "oslo", "--fuse", "3x35 A"]
        last = ["--netting", "hour", "--https", "--password-file", str(password)]
        done = await _ran("setup", "-c", config, *given, *more, *last)
        assert done.returncode == 0, done.stderr
        assert PASSWORD not in done.stdout
        again = await _ran("setup", "-c", config, *given)
        assert (again.returncode, "--replace keeps them" in again.stderr) == (2, True)
        locked = await _ran("setup", "-c", tmp_path / "other.toml", *given)
        assert (locked.returncode, "--password-file" in locked.stderr) == (2, True)
        replaced = await _ran("setup", "-c", config, "--solar", plant.address, "--replace")
        assert replaced.returncode == 0, replaced.stderr
    settings = _settings(tmp_path, "new.toml.bak")
    site = settings.site
    assert (site.name, site.time_zone, site.main_fuse_a) == ("Koti", "Europe/Oslo", 35.0)
    assert site.netting == "hour"
    assert [(one.role, one.host) for one in settings.meters] == [
        ("grid", mains.address),
        ("solar", plant.address),
        ("load", sauna.address),
    ]
    assert settings.meters[1].production == "negative"
    assert settings.meters[0].password.get_secret_value() == PASSWORD
    assert Path(settings.server.tls_cert) == tmp_path / "tls" / "chain.pem"
    assert len(_settings(tmp_path, "new.toml").meters) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--name", "Koti"], "say which meters there are"),
        (["--host", "127.0.0.1:9", "--grid", "127.0.0.1:9"], "give one or the other"),
        (["--grid", "127.0.0.1:9"], "127.0.0.1:9: "),
        (["--grid", "ftp://x/"], "ftp://x/: "),
        (["--grid", "a b"], "a b: "),
    ],
)
def test_options_that_can_not_be_are_told(tmp_path: Path, words: list[str], told: str) -> None:
    done = run("setup", "-c", tmp_path / "x.toml", *words, "--https")
    assert (done.exit_code, told in done.stderr) == (2, True)
    assert [*tmp_path.iterdir()] == []


async def _ran(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """In a process without a terminal."""
    command = [sys.executable, "-m", "wattledger", *map(str, words)]
    return await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, check=False
    )
