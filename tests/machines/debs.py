"""Packages to install: the one of this checkout, and versions after it, some of them broken."""

import re
import subprocess
from pathlib import Path

from wattledger import __version__

DIST = Path(__file__).parents[2] / "dist"

CRASHES = """#!/bin/sh
exit 1
"""
HANGS = """#!/bin/sh
exec sleep infinity
"""
FALLS_OVER = """#!/usr/bin/python3 -IS
import os, socket, sqlite3
store = sqlite3.connect("/var/lib/wattledger/books.sqlite")
store.execute("PRAGMA user_version = 999")
store.commit()
store.close()
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
    line.sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])
os.abort()
"""


def this_arch() -> str:
    command = ["dpkg", "--print-architecture"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def built(suite: str, arch: str) -> Path:
    """What `./run package` wrote."""
    package = DIST / f"wattledger_{__version__}_{suite}_{arch}.deb"
    assert package.is_file(), f"give: ./run package --suite {suite} --arch {arch}"
    return package


def later(package: Path, folder: Path, version: str, program: str | None = None) -> Path:
    """The same as another version; with another program that is started, it is broken."""
    tree = folder / f"tree-{version}"
    subprocess.run(["dpkg-deb", "-R", package, tree], check=True)
    _replace(tree / "DEBIAN/control", r"^Version: .*", f"Version: {version}")
    module = tree / "usr/lib/wattledger/wattledger/__init__.py"
    _replace(module, r"^__version__ = .*", f'__version__ = "{version}"')
    if program is not None:
        (tree / "usr/bin/wattledger").write_text(program, encoding="utf-8")
    made = folder / f"wattledger_{version}.deb"
    command = ["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "-b", str(tree), str(made)]
    subprocess.run(command, check=True, capture_output=True)
    return made


def _replace(file: Path, pattern: str, text: str) -> None:
    before = file.read_text(encoding="utf-8")
    after, count = re.subn(pattern, text, before, flags=re.MULTILINE)
    assert count == 1
    file.write_text(after, encoding="utf-8")
