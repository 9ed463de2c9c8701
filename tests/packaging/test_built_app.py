"""The phone app as it was built: whatever its code asks for is there."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "src/wattledger/api/static"
NAMED = re.compile(r'"\./([\w.-]+\.(?:js|css))"')


@pytest.mark.parametrize("code", sorted(STATIC.glob("assets/*.js")), ids=lambda file: file.name)
def test_each_file_that_code_names_lies_beside_it(code: Path) -> None:
    named = set(NAMED.findall(code.read_text()))
    assert {name for name in named if not (code.parent / name).is_file()} == set()
