"""A Debian machine of its own: booted by systemd-nspawn, wired to this one, and gone after."""

import itertools
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE_S = 300.0
GUARD = (
    "setpriv",
    "--pdeathsig=KILL",
    "unshare",
    "--pid",
    "--fork",
    "--kill-child=KILL",
    "--mount-proc",
)
"""Who kills the tests, kills what comes after these; and with the first process of a namespace go
all in it.
"""
_NUMBERS = itertools.count(os.getpid() % 50_000 * 4)


class Machine:
    """Its files lie in `folder`; what runs in it ends with this process, however that ends. Its
    network is a wire to this one, or this one's own.
    """

    def __init__(self, folder: Path, *, shares_network: bool = False) -> None:
        self.folder = folder
        self._shares_network = shares_network
        number = next(_NUMBERS)
        high, low = divmod(number % 60_000, 250)
        self._name = f"wl{number % 100_000}"
        self.host_address = f"10.213.{high}.{low}"
        self.address = f"10.214.{high}.{low}"
        self._process: subprocess.Popen[bytes] | None = None
        self._leader = 0

    def boot(self) -> None:
        """Until its system says that it is up."""
        nspawn = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--boot"]
        wire = [f"--network-veth-extra={self._name}:home0", "--private-network"]
        if self._shares_network:
            wire = ["--resolv-conf=copy-host"]
        place = [f"--directory={self.folder}", f"--machine={self._name}", "--console=pipe"]
        self._process = subprocess.Popen(
            [*GUARD, *nspawn, *wire, *place],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._is_booted, f"{self.folder.name} boots")
        if not self._shares_network:
            self._connect()

    def shut_down(self) -> None:
        """In good order, as for a reboot."""
        assert self._process is not None
        self.run("systemctl", "poweroff", check=False)
        self._process.wait(timeout=PATIENCE_S)

    def kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def run(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """In it, as root."""
        done = subprocess.run(
            ["nsenter", f"--target={self._leader}", "--all", *words],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"},
        )
        if check:
            assert done.returncode == 0, f"{words}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done

    def say(self, *words: str) -> str:
        return self.run(*words).stdout.strip()

    def property(self, name: str) -> str:
        """Of the service."""
        return self.say("systemctl", "show", "--property", name, "--value", "wattledger")

    def _is_booted(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "systemd-nspawn ended"
        self._leader = _first_process_of(self._process.pid, depth=2)
        if not self._leader:
            return False
        state = self.run("systemctl", "is-system-running", check=False).stdout.strip()
        return state in {"running", "degraded"}

    def _connect(self) -> None:
        """The two ends of the wire."""
        on_host = ["ip", "address", "add", self.host_address, "peer", self.address]
        subprocess.run([*on_host, "dev", self._name], check=True)
        subprocess.run(["ip", "link", "set", self._name, "up"], check=True)
        self.run("ip", "address", "add", self.address, "peer", self.host_address, "dev", "home0")
        self.run("ip", "link", "set", "home0", "up")
        self.run("ip", "route", "add", "default", "via", self.host_address)


def _first_process_of(pid: int, depth: int) -> int:
    """The only child of the only child: what has the number 1 in the machine; 0 while it is not."""
    for _ in range(depth):
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        except OSError:
            return 0
        if not children:
            return 0
        pid = int(children[0])
    return pid


def wait_until(what: Callable[[], bool], words: str, within_s: float = PATIENCE_S) -> None:
    """Asked again and again, since machines in machines tell nobody when they are ready."""
    end_s = time.monotonic() + within_s
    while not what():
        assert time.monotonic() < end_s, f"waited {within_s:.0f} s until {words}"
        time.sleep(0.2)


@contextmanager
def machine_of(folder: Path, *, shares_network: bool = False) -> Iterator[Machine]:
    machine = Machine(folder, shares_network=shares_network)
    try:
        machine.boot()
        yield machine
    finally:
        machine.kill()
        shutil.rmtree(folder, ignore_errors=True)
