"""What a reader is told to type is typed: settings are read, commands parsed, addresses known."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest

from tests.docs.reading import WORDS, blocks, text_of
from wattledger.cli import main
from wattledger.energy.meter import Role
from wattledger.settings_file import read_settings

DOCUMENT = json.loads(text_of("docs/openapi.json"))
TOLD = [
    (name, block) for name in ("README.md", "docs/operation.md") for block in blocks(name, "toml")
]
SHELL = "\n".join(
    block
    for name in (
        "README.md",
        "docs/operation.md",
        "docs/https.md",
        "docs/rest-api.md",
        "CONTRIBUTING.md",
    )
    for block in blocks(name, "sh")
)
ADDRESSES = sorted(set(re.findall(r"https?://[\w.]+:8080(/[^\s\"?#`>)]*)", SHELL)))
COMMANDS = [
    shlex.split(line, comments=True)
    for line in re.findall(r"(?:\./run|^wattledger) +([a-z][^\n]*)", SHELL, re.MULTILINE)
]


@pytest.mark.parametrize(("name", "text"), TOLD)
def test_settings_can_be_used(tmp_path: Path, name: str, text: str) -> None:
    for file in re.findall(r'_file = "(.*)"', text):
        (tmp_path / file).write_text("open sesame\n")
    path = tmp_path / "wattledger.toml"
    path.write_text(text, encoding="utf-8")
    settings = read_settings(path, {})
    assert [meter.role for meter in settings.meters] == [Role.GRID, Role.SOLAR], name


def test_there_are_examples() -> None:
    assert len(TOLD) >= 2
    assert len(ADDRESSES) >= 5
    assert len(COMMANDS) >= 3


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses_are_those_of_routes(address: str) -> None:
    if address in {"/", "/api/v1/docs"}:
        return
    forms = [re.sub(r"\{\w+\}", r"[\\w-]+", path) for path in DOCUMENT["paths"]]
    assert any(re.fullmatch(form, address) for form in forms), address


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_commands_can_be_parsed(command: list[str]) -> None:
    verb, *arguments = command
    if verb in WORDS:
        return
    context = click.Context(main)
    with main.commands[verb].make_context(verb, arguments, parent=context) as parsed:
        assert parsed.params
