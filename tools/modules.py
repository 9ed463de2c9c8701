"""Writes docs/modules.md: each module and error by the first sentence of its docstring.

`python tools/modules.py` writes it, `--check` only says whether it is what the code gives.
"""

import ast
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "src" / "wattledger"
PAGE = ROOT / "docs" / "modules.md"
HEAD = """# Every module, every error

Made from the docstrings by `python tools/modules.py`; a test holds it to them.
[ARCHITECTURE.md](../ARCHITECTURE.md) says how the folders depend on one another.
"""


def first_sentence(docstring: str) -> str:
    """Up to the first full stop that ends a sentence, or the end of the first paragraph."""
    paragraph = " ".join(docstring.split("\n\n", maxsplit=1)[0].split())
    sentence, stop, _ = paragraph.partition(". ")
    return f"{sentence}." if stop else paragraph


def modules() -> list[Path]:
    """Every module that says something."""
    paths = [path for path in SOURCES.rglob("*.py") if path.name != "__main__.py"]
    return sorted(paths, key=lambda path: (path.parent, path.name))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def said(node: ast.Module | ast.ClassDef) -> str:
    return first_sentence(ast.get_docstring(node) or "").replace("|", "\\|")


def module_lines() -> Iterator[str]:
    for folder, paths in groupby(modules(), key=lambda path: path.parent):
        under = folder.relative_to(SOURCES).as_posix()
        yield "\n## The top\n" if under == "." else f"\n## {under}/\n"
        rows = []
        for path in paths:
            if path.name == "__init__.py":
                yield f"{said(parsed(path))}\n"
            else:
                rows.append(f"| `{path.relative_to(SOURCES).as_posix()}` | {said(parsed(path))} |")
        if rows:
            yield from ("| module | |", "|---|---|", *rows)


def errors() -> dict[str, tuple[str, str, str]]:
    """Each of our errors: its parent, what it says, and its module."""
    known = {"WattledgerError": ("", "", "energy/errors.py")}
    classes = [
        (node, path.relative_to(SOURCES).as_posix())
        for path in modules()
        if "simulator" not in path.parts
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef)
    ]
    before = 0
    while len(known) != before:
        before = len(known)
        for node, module in classes:
            for base in node.bases:
                if isinstance(base, ast.Name) and base.id in known and node.name not in known:
                    known[node.name] = (base.id, said(node), module)
    return known


def tree(parent: str, known: dict[str, tuple[str, str, str]], indent: str = "") -> Iterator[str]:
    children = [name for name, (above, _, _) in known.items() if above == parent]
    for name in children:
        last = name == children[-1]
        yield f"{indent}{'└' if last else '├'}── {name}"
        yield from tree(name, known, indent + ("    " if last else "│   "))


def error_lines() -> Iterator[str]:
    known = errors()
    yield from ("\n## Errors\n", "```", "WattledgerError", *tree("WattledgerError", known), "```\n")
    yield from ("| error | | in |", "|---|---|---|")
    for name, (parent, meaning, module) in known.items():
        if parent:
            yield f"| `{name}` | {meaning} | `{module}` |"


def page() -> str:
    return "\n".join([HEAD.rstrip("\n"), *module_lines(), *error_lines()]) + "\n"


def main() -> int:
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.read_text(encoding="utf-8") == page():
        return 0
    sys.stderr.write("docs/modules.md is not what the docstrings say: python tools/modules.py\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
