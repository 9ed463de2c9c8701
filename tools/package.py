"""Writes dist/wattledger_VERSION_SUITE_ARCH.deb: `./run package`, for this machine or another one.

Everything that the program needs beside Python itself is in it, so that installing asks no package
index. Nothing of the other machine is run here: what its Python needs comes as wheels.
"""

import argparse
import hashlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "packaging"
DIST = ROOT / "dist"
VERSION = ROOT / "src" / "wattledger" / "__init__.py"
PROGRAM = "usr/lib/wattledger"
SCRIPTS = ("postinst", "prerm", "postrm")
DOCUMENTS = ("README.md", "CHANGELOG.md", "docs/*.md")

NOT_RUN = ("py.typed", "*.py[ix]", "*.px[di]", "INSTALLER", "RECORD", "REQUESTED", "WHEEL")
"""For compilers and installers; each file takes its time to be put on a card."""

DESCRIPTION = """Home energy metering, booked like a ledger
 Reads Shelly energy meters at the mains and at a solar plant, keeps every
 minute that they counted, and shows a phone the power now and the energy of a
 day, week, month or year."""
COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: wattledger

Files: *
Copyright: the authors of Wattledger
License: Apache-2.0
 On Debian systems the license is in /usr/share/common-licenses/Apache-2.0.
 What is packaged with it, under /usr/lib/wattledger, has its own licenses there,
 in the folders that end in .dist-info.
"""


class NotBuiltError(Exception):
    """Says in a sentence why there is no package."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A release of Debian, or of Raspberry Pi OS: its Python, and its C library."""

    python: str
    glibc: str


SUITES = {"bookworm": Suite("3.11", "2_36"), "trixie": Suite("3.13", "2_40")}
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}
"""What Debian and what Python call a kind of machine."""


@dataclass(frozen=True, slots=True)
class Target:
    """The machine that the package is for."""

    suite: str
    arch: str

    @property
    def wheels(self) -> tuple[str, ...]:
        """What uv is told of it."""
        suite = SUITES[self.suite]
        machine = f"{MACHINES[self.arch]}-manylinux_{suite.glibc}"
        return "--python-platform", machine, "--python-version", suite.python

    @property
    def depends(self) -> str:
        major, minor = SUITES[self.suite].python.split(".")
        return f"python3 (>= {major}.{minor}), python3 (<< {major}.{int(minor) + 1}), passwd"


def this_machine() -> Target:
    """Raises NotBuiltError where there is no package for it."""
    release = Path("/etc/os-release")
    text = release.read_text(encoding="utf-8") if release.is_file() else ""
    named = re.search(r"^VERSION_CODENAME=(\w+)", text, re.MULTILINE)
    suite = named[1] if named else "unknown"
    arch = {machine: arch for arch, machine in MACHINES.items()}.get(platform.machine())
    if suite not in SUITES or arch is None:
        raise NotBuiltError(
            f"there is no package for this machine ({suite}, {platform.machine()}): name one with "
            f"--suite {'|'.join(SUITES)} --arch {'|'.join(MACHINES)}"
        )
    return Target(suite, arch)


def version() -> str:
    found = re.search(r'^__version__ = "(.+)"', VERSION.read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else "0"


def build(target: Target, dist: Path = DIST) -> Path:
    """The package. Raises NotBuiltError."""
    if shutil.which("dpkg-deb") is None:
        raise NotBuiltError("there is no dpkg-deb; on Debian: apt install dpkg")
    dist.mkdir(exist_ok=True)
    package = dist / f"wattledger_{version()}_{target.suite}_{target.arch}.deb"
    with tempfile.TemporaryDirectory(prefix="wattledger-package-") as scratch:
        tree, work = Path(scratch) / "tree", Path(scratch) / "work"
        work.mkdir()
        _put_program(tree / PROGRAM, target, work)
        _put_files(tree)
        _allow_all_to_read(tree)
        _put_control(tree, target)
        part = dist / f".{package.name}.part"
        _run("dpkg-deb", "--root-owner-group", "-Zxz", "-z9", "--build", str(tree), str(part))
        part.replace(package)
    return package


def _put_program(folder: Path, target: Target, work: Path) -> None:
    """Wattledger, and all that it needs as the lock names it."""
    needs = work / "needs.txt"
    words = ("--frozen", "--no-dev", "--no-emit-project", "--no-hashes", "--no-annotate")
    _run("uv", "export", "--quiet", *words, "--output-file", str(needs))
    _run("uv", "build", "--quiet", "--wheel", "--out-dir", str(work))
    (own,) = work.glob("wattledger-*.whl")
    _build_sdists(needs, work)
    wanted = (
        "--no-deps",
        "--only-binary",
        ":all:",
        "--link-mode",
        "copy",
        "--find-links",
        str(work),
        *target.wheels,
    )
    _run(
        "uv",
        "pip",
        "install",
        "--quiet",
        "--target",
        str(folder),
        *wanted,
        "-r",
        str(needs),
        str(own),
    )
    (folder / ".lock").unlink(missing_ok=True)
    shutil.rmtree(folder / "bin", ignore_errors=True)
    for pattern in NOT_RUN:
        for file in [*folder.rglob(pattern)]:
            file.unlink()


def _build_sdists(needs: Path, work: Path) -> None:
    """Wheels of what is published as sources only; they must fit every machine."""
    locked = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    bare = {package["name"] for package in locked if not package.get("wheels")}
    for line in needs.read_text(encoding="utf-8").splitlines():
        wanted = line.partition(";")[0].strip()
        if wanted.partition("==")[0] in bare:
            _run(
                sys.executable,
                "-m",
                "pip",
                "wheel",
                "--quiet",
                "--no-deps",
                "-w",
                str(work),
                wanted,
            )
    for wheel in work.glob("*.whl"):
        if not wheel.name.endswith("-none-any.whl"):
            raise NotBuiltError(f"{wheel.name} would fit no other machine")


def _put_files(tree: Path) -> None:
    _copy(SOURCES / "wattledger", tree / "usr/bin/wattledger", mode=0o755)
    _copy(SOURCES / "wattledger.service", tree / "usr/lib/systemd/system/wattledger.service")
    documents = tree / "usr/share/doc/wattledger"
    for pattern in DOCUMENTS:
        for source in sorted(ROOT.glob(pattern)):
            _copy(source, documents / source.name)
    (documents / "copyright").write_text(COPYRIGHT, encoding="utf-8")


def _put_control(tree: Path, target: Target) -> None:
    folder = tree / "DEBIAN"
    folder.mkdir()
    kilobytes = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file()) // 1024
    fields = {
        "Package": "wattledger",
        "Version": version(),
        "Architecture": target.arch,
        "Maintainer": "The authors of Wattledger <wattledger@localhost>",
        "Installed-Size": str(kilobytes),
        "Depends": target.depends,
        "Section": "misc",
        "Priority": "optional",
        "Description": DESCRIPTION,
    }
    lines = "".join(f"{name}: {value}\n" for name, value in fields.items())
    (folder / "control").write_text(lines, encoding="utf-8")
    (folder / "md5sums").write_text("".join(_sums(tree)), encoding="utf-8")
    common = (SOURCES / "debian/common.sh").read_text(encoding="utf-8")
    for name in SCRIPTS:
        script = (SOURCES / "debian" / name).read_text(encoding="utf-8")
        (folder / name).write_text(script.replace("#COMMON#\n", common), encoding="utf-8")
        (folder / name).chmod(0o755)


def _sums(tree: Path) -> Iterator[str]:
    """By these `dpkg --verify` finds what was changed."""
    for path in sorted(tree.rglob("*")):
        if path.is_file() and path.parent.name != "DEBIAN":
            digest = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
            yield f"{digest}  {path.relative_to(tree).as_posix()}\n"


def _copy(source: Path, place: Path, mode: int = 0o644) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, place)
    place.chmod(mode)


def _allow_all_to_read(tree: Path) -> None:
    """Whatever the umask of who builds."""
    for path in [tree, *tree.rglob("*")]:
        path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o644))


def _run(*words: str) -> None:
    """In the checkout, its output shown only when it fails. Raises NotBuiltError."""
    done = subprocess.run(  # noqa: S603 - the words are this file's own
        words, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip()
        raise NotBuiltError(f"`{' '.join(words)[:200]}` failed: {said[-2000:]}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="./run package", description=__doc__)
    parser.add_argument("--suite", choices=SUITES, help="Debian's release; else this machine's")
    parser.add_argument("--arch", choices=MACHINES, help="kind of machine; else this one's")
    asked = parser.parse_args()
    try:
        here = None if asked.suite and asked.arch else this_machine()
        suite = asked.suite or (here.suite if here else "")
        arch = asked.arch or (here.arch if here else "")
        package = build(Target(suite, arch))
    except NotBuiltError as reason:
        sys.exit(f"package: {reason}")
    print(f"{package}: {package.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
