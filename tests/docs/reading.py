"""The documents, and what stands in them."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src" / "wattledger"
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *SOURCES.rglob("*.md")],
    key=lambda path: path.as_posix(),
)
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

WORDS = {
    *("test", "test-more", "test-package", "check", "dev", "bench", "simulate", "npm"),
    *("package", "install"),
}
"""Of ./run, beside the verbs of wattledger."""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    """The fenced blocks of that language, in their order."""
    return [body for kind, body in _FENCE.findall(text_of(name)) if kind == language]


def prose(path: Path) -> str:
    """A document without its fenced blocks."""
    return _FENCE.sub("", path.read_text(encoding="utf-8"))


def modules() -> list[str]:
    """Every module of the product that says something: `flow/backfill.py`."""
    return [
        path.relative_to(SOURCES).as_posix()
        for path in sorted(SOURCES.rglob("*.py"))
        if path.name not in {"__init__.py", "__main__.py"}
    ]
