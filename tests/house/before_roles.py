"""A home as the version before there were roles left it, and what that version answered."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from bson import json_util

from tests.asking import get

FOLDER = Path(__file__).parents[1] / "fixtures" / "before_roles"
END = 1_774_728_000
"""2026-03-28 22:00 in Helsinki."""
NOW = END + 3 * 3_600 + 30
NOBODY = "127.0.0.1:9"
METERS = [
    {"name": "mains", "role": "grid", "host": NOBODY},
    {"name": "roof", "role": "solar", "host": "127.0.0.1:10", "production": "negative"},
]
"""Neither answers any more."""
MACS = ("A0DD6CA0C27C", "84FCE6367400")


def store_at(path: Path) -> None:
    with closing(sqlite3.connect(path)) as file:
        file.executescript((FOLDER / "books.sql").read_text("utf-8"))


def rows_of(path: Path, table: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as file:
        return file.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()


def posted(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Its documents in MongoDB; a minute's key in the store is start // 60 * 256 + meter."""
    documents = json_util.loads((FOLDER / "copy.json").read_text("utf-8"))
    names = [f"{way}_{phase}_dmwh" for way in ("imported", "exported") for phase in "abc"]
    documents["minutes"] = [
        {
            "t": json_util.loads(json.dumps({"$date": (key >> 8) * 60_000})),
            "meter": {"site": "home", "meter": MACS[key & 0xFF]},
            "period_s": 60,
            **dict(zip(names, energies, strict=True)),
        }
        for key, *energies, _ in rows_of(path, "minutes")
    ]
    return dict(documents)


async def assert_answers_as_before(url: str, source: str, *, later: bool = False) -> None:
    """Every answer is the same to the byte but for new fields, and where it is from; much `later`
    those of what was over then.
    """
    for asked in json.loads((FOLDER / "answers.json").read_text("utf-8")):
        if later and asked["path"] in RUNNING:
            continue
        old = {**asked["answer"], "source": source}
        found = await get(url, asked["path"], **asked["parameters"])
        assert json.dumps(_known(old, found)) == json.dumps(old), asked["parameters"]
        assert found["totals"]["loads"] == []
        assert {found["totals"][name] for name in NEW} == {None}


RUNNING = ("/energy/2026-03", "/energy/2026")
NEW = ("discharged_wh", "charged_wh", "battery_coverage_pct")
"""Of a battery that is not there."""


def _known(old: Any, found: Any) -> Any:
    """Of what was found the fields that the old one has, in its order."""
    if not isinstance(old, dict):
        return found
    return {name: _known(value, found[name]) for name, value in old.items()}
