"""A role is its row: what a fifth one takes, tried on a copy of the server."""

import asyncio
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

import wattledger

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web" / "src"
MEMBER = '    LOAD = "load"\n'
ROW = "        Role.LOAD: _Row("
NEW_MEMBER = '    GENERATOR = "generator"\n'
NEW_ROW = """        Role.GENERATOR: _Row(
            Place.PRODUCTION, "generator", "of the generators", {"generated": "of the generators"}
        ),
"""
OF_THE_APP = {"kinds.ts", "kinds.en.ts", "kinds.fi.ts", "sources.en.ts", "sources.fi.ts"}
NAMED = re.compile(r"""(['"])(solar|battery)\1|\.(solar|battery)\b|[{,] *(solar|battery)\b *[,}]""")
"""As a name in the code: in quotes, or looked up."""


async def test_a_fifth_role_is_its_row_and_nothing_else(tmp_path: Path) -> None:
    package = tmp_path / "wattledger"
    shutil.copytree(
        Path(wattledger.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__")
    )
    role = package / "energy" / "role.py"
    text = role.read_text("utf-8")
    assert text.count(MEMBER) == text.count(ROW) == 1
    role.write_text(text.replace(MEMBER, NEW_MEMBER + MEMBER).replace(ROW, NEW_ROW + ROW), "utf-8")
    (tmp_path / "books").mkdir()
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.house.further_role", str(tmp_path / "books"),
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await running.communicate()
    assert running.returncode == 0, said.decode()


@pytest.mark.parametrize("suffix", [".ts", ".svelte"])
def test_the_app_asks_the_rows_and_names_no_role(suffix: str) -> None:
    """But in its rows and words: what names one by itself would have to be found for a further."""
    naming = {
        file.name
        for file in WEB.rglob(f"*{suffix}")
        if not file.name.endswith(".test.ts") and file.parent.name != "testing"
        for line in file.read_text("utf-8").splitlines()
        if NAMED.search(line) and not line.lstrip().startswith(("*", "/*", "//"))
    }
    assert naming - OF_THE_APP == set()
