"""Bare Debian systems: made once by debootstrap, and kept as archives."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "wattledger-roots"
INIT = "systemd-sysv,dbus,iproute2,python3"
TRIES = 3
PATIENCE_S = 1_200
SOURCES = ("/etc/apt/sources.list", "/etc/apt/sources.list.d")


def mirror() -> str:
    """Where this machine has its own packages from."""
    files = [Path(SOURCES[0]), *sorted(Path(SOURCES[1]).glob("*"))]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files if file.is_file())
    found = re.search(r"^(?:URIs:|deb (?:\[[^]]*\] )?)\s*(\S+/debian)/?\s", text, re.MULTILINE)
    return found[1] if found else "http://deb.debian.org/debian"


def bootable(suite: str) -> Path:
    """An archive of a system that boots."""
    return _kept(f"{suite}-bootable", suite, f"--include={INIT}")


def foreign(suite: str, arch: str) -> Path:
    """An archive of a system of another kind of machine, in which nothing was run yet."""
    return _kept(f"{suite}-{arch}", suite, "--foreign", f"--arch={arch}", "--include=python3")


def unpack(archive: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    subprocess.run(["tar", "-xf", archive, "-C", folder, "--numeric-owner"], check=True)


def _kept(name: str, suite: str, *words: str) -> Path:
    archive = CACHE / f"{name}.tar"
    if archive.is_file():
        return archive
    CACHE.mkdir(parents=True, exist_ok=True)
    folder = CACHE / f"{name}.new"
    _bootstrap(folder, suite, words)
    if "--foreign" in words:
        for package in sorted(folder.glob("var/cache/apt/archives/*.deb")):
            subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
    shutil.rmtree(folder / "var/cache/apt/archives", ignore_errors=True)
    part = archive.with_suffix(".part")
    subprocess.run(["tar", "-cf", part, "-C", folder, "--numeric-owner", "."], check=True)
    part.rename(archive)
    _clear(folder)
    return archive


def _clear(folder: Path) -> None:
    """Also of what a debootstrap that was killed left mounted there: that is this machine's own."""
    mounts = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    for place in reversed([line.split()[1] for line in mounts]):
        if Path(place).is_relative_to(folder):
            subprocess.run(["umount", "--lazy", place], check=True)
    shutil.rmtree(folder, ignore_errors=True)


def _bootstrap(folder: Path, suite: str, words: tuple[str, ...]) -> None:
    """Mirrors are busy at times: tried again from the beginning."""
    command = ["debootstrap", "--variant=minbase", *words, suite, str(folder), mirror()]
    said = ""
    for _ in range(TRIES):
        _clear(folder)
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=PATIENCE_S
            )
        except subprocess.TimeoutExpired:
            said = f"it took more than {PATIENCE_S} s"
            continue
        if done.returncode == 0:
            return
        said = done.stdout[-1500:] + done.stderr[-500:]
        time.sleep(20)
    raise RuntimeError(f"debootstrap of {suite} failed: {said}")
