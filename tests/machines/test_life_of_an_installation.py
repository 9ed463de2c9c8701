"""The package on bare Debian machines: installed, upgraded, removed, and what goes wrong."""

import json
import shutil
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.machines import debs
from tests.machines.machine import Machine, wait_until

MOST_BYTES = 20_000_000
MOST_EXPOSED = 2.0
SETTINGS = """[server]
host = "0.0.0.0"
access = "token"
[store]
path = "/var/lib/wattledger/books.sqlite"
[[meters]]
name = "mains"
role = "grid"
host = "127.0.0.1:9"
"""
BOOKS = "/var/lib/wattledger/books.sqlite"
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def test_a_life(
    machine: Machine, suite: str, package: Callable[[str], Path], tmp_path: Path
) -> None:
    first = package(suite)
    assert first.stat().st_size <= MOST_BYTES
    _is_told_when_it_does_not_come_up(machine, debs.later(first, tmp_path, "0.0.1", debs.CRASHES))
    _is_installed(machine, first)
    _is_set_up(machine)
    machine.shut_down()
    machine.boot()
    wait_until(lambda: _serves(machine), "it serves after a reboot")
    _comes_again_when_killed(machine)
    _comes_again_when_it_hangs(machine)
    good = debs.later(first, tmp_path, "99.1")
    _is_upgraded(machine, good)
    for version, program in (("99.2", debs.FALLS_OVER), ("99.3", debs.CRASHES)):
        _is_not_upgraded(machine, debs.later(first, tmp_path, version, program))
    _is_removed(machine, good)
    _is_purged(machine)


def _is_told_when_it_does_not_come_up(machine: Machine, package: Path) -> None:
    """What comes after it is started all the same."""
    told = _apt(machine, "install", package, succeeds=False)
    assert "it is installed, and does not come up" in told
    assert "sudo dpkg --configure wattledger" in told
    assert _installed_version(machine) == "install ok half-configured 0.0.1"
    assert machine.property("ActiveState") not in {"active", "activating"}


def _is_installed(machine: Machine, package: Path) -> None:
    told = _apt(machine, "install", package)
    assert f"Wattledger is at http://{machine.address}:8080/setup" in told
    assert "█" in told
    wait_until(lambda: not _health(machine)["ok"], "it waits for settings")
    assert _status(machine, "/api/v1/power") == 401
    assert _status(machine, "/") == 200
    for folder in ("/etc/wattledger", "/var/lib/wattledger"):
        assert machine.say("stat", "-c", "%a %U %G", folder) == "700 wattledger wattledger"
    exposure = machine.say("systemd-analyze", "security", "wattledger", "--no-pager")
    assert float(exposure.rpartition("wattledger.service:")[2].split()[0]) <= MOST_EXPOSED
    assert machine.say("dpkg", "--verify", "wattledger") == ""


def _is_set_up(machine: Machine) -> None:
    """Without a restart."""
    before = machine.property("MainPID")
    file = machine.folder / "etc/wattledger/config.toml"
    file.write_text(SETTINGS, encoding="utf-8")
    machine.run("chown", "wattledger:", "/etc/wattledger/config.toml")
    wait_until(lambda: _serves(machine), "it serves")
    assert machine.property("MainPID") == before
    assert machine.say("stat", "-c", "%a %U", BOOKS) == "600 wattledger"
    machine.run("systemctl", "reload", "wattledger")
    assert machine.property("MainPID") == before


def _comes_again_when_killed(machine: Machine) -> None:
    before = machine.property("MainPID")
    _signal(machine, "SIGKILL")
    wait_until(lambda: _serves(machine) and _is_another(machine, before), "it comes again")


def _comes_again_when_it_hangs(machine: Machine) -> None:
    """Its watch is set to a short time, and what it was is put back."""
    machine.run("mkdir", "-p", "/etc/systemd/system/wattledger.service.d")
    drop_in = machine.folder / "etc/systemd/system/wattledger.service.d/watch.conf"
    drop_in.write_text("[Service]\nWatchdogSec=5\n", encoding="utf-8")
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", "wattledger")
    before = machine.property("MainPID")
    _signal(machine, "SIGSTOP")
    wait_until(lambda: _serves(machine) and _is_another(machine, before), "it comes again")
    assert "watchdog" in machine.say("journalctl", "-u", "wattledger", "--no-pager").lower()
    shutil.rmtree(drop_in.parent)
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", "wattledger")


def _signal(machine: Machine, name: str) -> None:
    machine.run("systemctl", "kill", f"--signal={name}", "--kill-who=main", "wattledger")


def _is_upgraded(machine: Machine, package: Path) -> None:
    told = _apt(machine, "install", package)
    assert "the books as they were before are in" in told
    assert _health(machine)["version"] == "99.1"
    assert _installed_version(machine) == "install ok installed 99.1"
    assert len(_backups(machine)) == 1


def _is_not_upgraded(machine: Machine, package: Path) -> None:
    known = _backups(machine)
    told = _apt(machine, "install", package, succeeds=False)
    assert "did not come up within a minute" in told
    assert "the version before runs again" in told
    assert _installed_version(machine) == "install ok installed 99.1"
    wait_until(lambda: _serves(machine), "the version before serves")
    assert _health(machine)["version"] == "99.1"
    assert len(_backups(machine) - known) == 1
    with closing(sqlite3.connect(machine.folder / BOOKS[1:])) as books:
        assert books.execute("PRAGMA user_version").fetchone() != (999,)


def _is_removed(machine: Machine, package: Path) -> None:
    """And comes back with the same books."""
    told = _apt(machine, "remove")
    assert "the books stay in /var/lib/wattledger" in told
    assert machine.property("ActiveState") != "active"
    assert (machine.folder / BOOKS[1:]).is_file()
    assert not (machine.folder / "usr/lib/wattledger").exists()
    told = _apt(machine, "install", package)
    assert f"Wattledger is at http://{machine.address}:8080/\n" in told
    wait_until(lambda: _serves(machine), "it serves again")


def _is_purged(machine: Machine) -> None:
    told = _apt(machine, "purge")
    assert "the books are left in /var/lib/wattledger" in told
    assert (machine.folder / BOOKS[1:]).is_file()
    assert not (machine.folder / "etc/wattledger").exists()


def _apt(machine: Machine, verb: str, package: Path | None = None, *, succeeds: bool = True) -> str:
    """What it says."""
    what = "wattledger"
    if package is not None:
        shutil.copy(package, machine.folder / "root" / package.name)
        what = f"/root/{package.name}"
    command = f"DEBIAN_FRONTEND=noninteractive apt-get {verb} --yes {what} 2>&1 </dev/null"
    done = machine.run("sh", "-c", command, check=False)
    assert (done.returncode == 0) == succeeds, done.stdout
    return done.stdout


def _backups(machine: Machine) -> set[str]:
    folder = machine.folder / Path(BOOKS[1:]).parent
    return {path.name for path in folder.iterdir() if "backup" in path.name}


def _installed_version(machine: Machine) -> str:
    return machine.say("dpkg-query", "--show", "--showformat", "${Status} ${Version}", "wattledger")


def _is_another(machine: Machine, before: str) -> bool:
    return machine.property("MainPID") not in {"0", before}


def _serves(machine: Machine) -> bool:
    """Whether it answers, and has a home."""
    try:
        return any(part["name"] == "store" for part in _health(machine)["parts"])
    except OSError:
        return False


def _health(machine: Machine) -> Any:
    with _OPENER.open(f"http://{machine.address}:8080/api/v1/health", timeout=60) as answer:
        return json.load(answer)


def _status(machine: Machine, path: str) -> int:
    try:
        with _OPENER.open(f"http://{machine.address}:8080{path}", timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
