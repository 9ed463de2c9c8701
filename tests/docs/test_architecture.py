"""ARCHITECTURE.md shows the server as it is: every module, every error, every task."""

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator
from subprocess import run

import pytest

import wattledger
from tests.docs.reading import ROOT, modules, text_of
from wattledger.energy import errors
from wattledger.energy.errors import WattledgerError

ARCHITECTURE = text_of("ARCHITECTURE.md")


def _all_errors() -> Iterator[type[BaseException]]:
    for module in pkgutil.walk_packages(wattledger.__path__, "wattledger."):
        if ".simulator" in module.name or module.name.endswith("__main__"):
            continue  # the other side of the wire has errors of its own
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(kind, BaseException) and kind.__module__ == module.name:
                yield kind


def _drawn(text: str) -> dict[str, str]:
    """Each error of a drawn tree with its parent."""
    parents: dict[str, str] = {}
    above = ["WattledgerError"]
    for indent, name in re.findall(r"^((?:│   |    )*)[├└]── (\w+)", text, re.MULTILINE):
        depth = len(indent) // 4 + 1
        above[depth:] = [name]
        parents[name] = above[depth - 1]
    return parents


def test_every_module_and_error_is_told_as_its_docstring_says() -> None:
    made = run(
        [sys.executable, ROOT / "tools/modules.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr


@pytest.mark.parametrize("module", modules())
def test_every_module_says_what_it_is(module: str) -> None:
    assert re.search(rf"^\| `{re.escape(module)}` \| \S", text_of("docs/modules.md"), re.MULTILINE)


def test_no_module_is_named_that_does_not_exist() -> None:
    folders = "|".join(path.parent.name for path in ROOT.glob("src/wattledger/*/__init__.py"))
    named = set(re.findall(rf"`((?:{folders})/[\w/]+\.py)`", ARCHITECTURE))
    assert named <= set(modules())


def test_it_can_be_read_in_one_go() -> None:
    assert ARCHITECTURE.count("\n") <= 220


def test_every_error_descends_from_ours_and_is_drawn_under_its_parent() -> None:
    drawn = _drawn(text_of("docs/modules.md"))
    found = {}
    for kind in _all_errors():
        if kind is WattledgerError:
            continue
        assert issubclass(kind, WattledgerError), kind
        found[kind.__name__] = kind.__mro__[1].__name__
    assert drawn == found


def test_the_tree_in_the_code_is_drawn_as_it_is() -> None:
    drawn = _drawn(errors.__doc__ or "")
    for name, parent in drawn.items():
        assert getattr(errors, name).__mro__[1].__name__ == parent
    own = {
        name
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if kind is not WattledgerError
    }
    assert set(drawn) == own


def test_every_task_of_the_app_is_told() -> None:
    joining = [
        *(ROOT / "src/wattledger/composition").glob("*.py"),
        ROOT / "src/wattledger/flow/meter_session.py",
    ]
    app = "\n".join(file.read_text(encoding="utf-8") for file in joining)
    names = {*re.findall(r'name="([\w ]+)"', app), *re.findall(r'"([\w ]+)": [\w.]+[,}]', app)}
    names |= {f"{kind} NAME" for kind in re.findall(r'f"(\w+) \{name\}"', app)}
    assert {
        "server",
        "bookkeeper",
        "poller",
        "deferred work",
        "meter NAME",
        "backfill NAME",
    } <= names
    for name in names:
        assert f"| `{name}` |" in ARCHITECTURE, name


def test_every_law_names_its_tests() -> None:
    laws = ARCHITECTURE.split("## Laws")[1].split("\n## ")[0]
    rows = [line for line in laws.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 10
    for row in rows:
        assert "tests/" in row.split("|")[3] or "./run check" in row.split("|")[3], row


def test_every_decision_is_a_page_with_a_number() -> None:
    pages = sorted((ROOT / "docs/decisions").glob("*.md"))
    numbers = [int(page.name[:4]) for page in pages]
    assert len(set(numbers)) == len(numbers)
    for number, page in zip(numbers, pages, strict=True):
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {number}. ")
        assert "**Decided**:" in text
