"""`sudo ./run install` in a checkout, on a bare Debian with the network of this machine."""

import json
import shutil
import socket
import subprocess
import urllib.request
from pathlib import Path

from tests.machines import roots
from tests.machines.machine import Machine, machine_of, wait_until

ROOT = Path(__file__).parents[2]
CERTIFICATES = Path("etc/ssl/certs/ca-certificates.crt")
CHECKOUT = "home/anna/wattledger"
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def test_it_is_built_installed_and_serves(tmp_path: Path) -> None:
    """What is built stays its owner's. This machine's port 8080 may be taken."""
    folder = tmp_path / "trixie"
    roots.unpack(roots.bootable("trixie"), folder)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    own = folder / "etc/systemd/system/wattledger.service.d/port.conf"
    own.parent.mkdir(parents=True)
    own.write_text(f"[Service]\nEnvironment=WATTLEDGER_SERVER__PORT={port}\n", encoding="utf-8")
    with machine_of(folder, shares_network=True) as machine:
        _put_checkout(machine)
        _trust_what_is_trusted_here(machine)
        told = machine.say("sh", "-c", f"cd /{CHECKOUT} && HOME=/root ./run install 2>&1")
        assert "█" in told
        assert machine.say("systemctl", "is-active", "wattledger") == "active"
        assert machine.say("stat", "-c", "%U", f"/{CHECKOUT}/dist") == "anna"
        wait_until(lambda: _waits_for_settings(port), "it answers")


def _put_checkout(machine: Machine) -> None:
    """The files that git knows or would take."""
    listing = [
        "git",
        "-C",
        str(ROOT),
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]
    names = subprocess.run(listing, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            place = machine.folder / CHECKOUT / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, place)
    machine.run("useradd", "--create-home", "anna")
    machine.run("chown", "-R", "anna:", "/home/anna")


def _trust_what_is_trusted_here(machine: Machine) -> None:
    """The network may be one that reads along, with a certificate of its own."""
    install = "apt-get update -qq && apt-get install -qq --no-install-recommends ca-certificates"
    machine.run("sh", "-c", f"{install} </dev/null >/dev/null 2>&1")
    if (here := Path("/") / CERTIFICATES).is_file():
        shutil.copy(here, machine.folder / CERTIFICATES)


def _waits_for_settings(port: int) -> bool:
    try:
        with _OPENER.open(f"http://127.0.0.1:{port}/api/v1/health", timeout=60) as answer:
            return any(part["name"] == "settings" for part in json.load(answer)["parts"])
    except OSError:
        return False
