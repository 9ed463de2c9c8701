"""Every setting, verb, option, column, route, problem and table stands in the documents."""

import json
import re
import sqlite3
from contextlib import closing
from typing import Any

import click
import pytest

from tests.docs.reading import ROOT, SOURCES, blocks, text_of
from wattledger.api import problems
from wattledger.cli import main
from wattledger.energy.booking_entry import GapReason
from wattledger.file_formats.minute_csv_columns import KNOWN
from wattledger.settings import SECRETS, Settings, known_keys
from wattledger.store import codec
from wattledger.store.migrate import steps

OPERATION = text_of("docs/operation.md")
REST_API = text_of("docs/rest-api.md")
STORE = text_of("docs/store.md")
SETTINGS = OPERATION.split("## Settings")[1].split("\n## ")[0]
DOCUMENT: dict[str, Any] = json.loads(text_of("docs/openapi.json"))
TWINS = {"tls_cert", "tls_key"}


def _defaults() -> list[tuple[str, str, object]]:
    settings = Settings()
    return [
        (section, key, getattr(getattr(settings, section), key))
        for section in ("site", "server", "store")
        for key in type(getattr(settings, section)).model_fields
    ]


@pytest.mark.parametrize("section", Settings.model_fields)
def test_every_setting_has_a_row(section: str) -> None:
    title = "[[meters]]" if section == "meters" else f"[{section}]"
    rows = SETTINGS.split(f"| **`{title}`** |")[1].split("| **`[")[0]
    for key in known_keys([section]):
        if key.endswith("_file"):
            assert f"`{key}`" in SETTINGS
        else:
            assert re.search(rf"^\| (`\w+`, )?`{key}`[ ,]", rows, re.MULTILINE), f"{title} {key}"


@pytest.mark.parametrize(("section", "key", "value"), _defaults())
def test_defaults_are_those_of_the_code(section: str, key: str, value: object) -> None:
    if (section, key) in SECRETS or key in TWINS:
        return
    rows = SETTINGS.split(f"| **`[{section}]`** |")[1]
    row = re.search(rf"^\| `{key}` \| ([^|]+) \|", rows, re.MULTILINE)
    assert row, key
    assert row[1] == f"`{json.dumps(value)}`"


@pytest.mark.parametrize("verb", main.commands)
def test_every_verb_and_option_is_told(verb: str) -> None:
    commands = OPERATION.split("## Commands")[1].split("\n## ")[0]
    assert re.search(rf"^\| `{verb}( \w+)?` \|", commands, re.MULTILINE)
    for parameter in main.commands[verb].params:
        if isinstance(parameter, click.Option) and parameter.name not in {"config", "help", "host"}:
            assert parameter.opts[0] in commands, f"{verb} {parameter.opts[0]}"


@pytest.mark.parametrize("column", [column for column in KNOWN if column != "origin"])
def test_every_column_of_a_file_is_told(column: str) -> None:
    assert f"`{column}`" in OPERATION or re.sub("_b_", "_a_", column) in OPERATION


@pytest.mark.parametrize("path", DOCUMENT["paths"])
def test_every_route_has_a_paragraph(path: str) -> None:
    for method, operation in DOCUMENT["paths"][path].items():
        title = f"### `{method.upper()} {path}`"
        assert title in REST_API
        paragraph = REST_API.partition("## Energy" if "energy" in path else title)
        told = "".join(paragraph[1:])
        for parameter in operation.get("parameters", []):
            name = parameter["name"]
            case = re.IGNORECASE if parameter["in"] == "header" else 0
            assert re.search(rf"[`?&{{]{name}[`=}}]", told, case), f"{path} {name}"


def test_every_field_of_an_example_is_one_of_the_document() -> None:
    known = {
        name
        for schema in DOCUMENT["components"]["schemas"].values()
        for name in schema.get("properties", {})
    } | {"…"}
    for name in ("docs/rest-api.md", "README.md"):
        examples = [json.loads(block) for block in blocks(name, "json")]
        assert examples
        for example in examples:
            assert set(_keys(example)) <= known


def _keys(value: object) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(key for item in value.values() for key in _keys(item))]
    return [key for item in value for key in _keys(item)] if isinstance(value, list) else []


def test_every_top_field_is_in_an_example() -> None:
    told = {key for block in blocks("docs/rest-api.md", "json") for key in _keys(json.loads(block))}
    for schema in (
        "Power",
        "RecentPower",
        "Energy",
        "Totals",
        "MeterBooks",
        "MeterAudit",
        "Health",
        "PairRequest",
        "NewDevice",
        "PairedDevice",
    ):
        assert set(DOCUMENT["components"]["schemas"][schema]["properties"]) <= told, schema


def test_every_problem_is_told() -> None:
    kinds = set(re.findall(r"^(/problems/[\w-]+) ", problems.__doc__ or "", re.MULTILINE))
    assert kinds
    assert kinds == set(re.findall(r"`(/problems/[\w-]+)`", REST_API))


@pytest.mark.parametrize("reason", GapReason)
def test_every_reason_of_a_gap_is_told(reason: GapReason) -> None:
    assert f"`{reason.value}`" in re.sub(r"\s+", " ", REST_API)


def test_every_table_of_the_store_is_told() -> None:
    with closing(sqlite3.connect(":memory:")) as file:
        for step in steps():
            file.executescript(step)
        names = {
            name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
    told = re.findall(r"^\| `(\w+)` \| ", STORE, re.MULTILINE)
    assert set(told) == names


def test_every_packed_number_is_told() -> None:
    for words in (
        ", ".join(f"{number} {origin.value}" for number, origin in enumerate(codec.ORIGINS)),
        ", ".join(f"{number} {reason.value}" for number, reason in enumerate(codec.REASONS)),
        ", ".join(f"{number} {netting.value}" for number, netting in enumerate(codec.NETTINGS)),
    ):
        assert words in STORE


def test_the_query_by_hand_is_sql_of_the_schema() -> None:
    (query,) = blocks("docs/store.md", "sql")
    with closing(sqlite3.connect(":memory:")) as file:
        for step in steps():
            file.executescript(step)
        assert file.execute(query).fetchall() == []


def test_the_unit_for_systemd_starts_what_there_is() -> None:
    unit = (ROOT / "packaging/wattledger.service").read_text(encoding="utf-8")
    (start,) = re.findall(r"^ExecStart=\S+/wattledger (\w+) --config ", unit, re.MULTILINE)
    assert start in main.commands
    assert "RestartPreventExitStatus=2" in unit


TROUBLES = re.findall(
    r"^\| ((?:`[^|`]+`,? ?)+)[^|]*\|", OPERATION.split("## What to do when")[1], re.MULTILINE
)


def _said() -> str:
    """The product's sources, with texts that go over several lines in one piece."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(SOURCES.rglob("*.py")))
    return re.sub(r"\"\s*\n\s*f?\"", "", text)


def test_every_trouble_that_is_told_is_said_by_the_program() -> None:
    said = _said()
    phrases = [phrase for cell in TROUBLES for phrase in re.findall(r"`([^`]+)`", cell)]
    assert len(phrases) >= 14
    for phrase in phrases:
        for part in phrase.split("…"):
            words = part.strip(" '")
            assert len(words) < 5 or words in said, phrase
