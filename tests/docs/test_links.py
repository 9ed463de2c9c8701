"""No document leads to a file, a heading or a word of the command line that does not exist."""

import re
from pathlib import Path

import pytest

from tests.docs.reading import DOCUMENTS, ROOT, SOURCES, WORDS, name_of, prose, text_of
from wattledger.cli import main

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
FILE = re.compile(
    r"`((?:[\w.-]+/)*[\w.-]+\.(?:py|sql|md|toml|json|ts|svelte|service|css|html|png)|(?:[\w-]+/)+)`"
)
NOT_HERE = re.compile(r"^(config|wattledger)\.toml$|^/|^~|^\.|api/static/$|^dist/$")
"""Files of the householder, and what is built, which is not in git."""
"""What `./run` does itself."""
PLACES = (
    ROOT,
    SOURCES,
    ROOT / "docs",
    ROOT / "tests",
    ROOT / "tests" / "fixtures" / "shelly",
    ROOT / "web",
    ROOT / "web" / "src",
    *(folder for folder in SOURCES.iterdir() if folder.is_dir()),
)
documents = pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _anchors(path: Path) -> set[str]:
    return {_anchor(line) for line in re.findall(r"^#+ (.*)$", prose(path), re.MULTILINE)}


@documents
def test_links_lead_somewhere(document: Path) -> None:
    for inside, tag in LINK.findall(prose(document)):
        target, _, anchor = (inside or tag).partition("#")
        if target.startswith(("http://", "https://")):
            continue
        file = (document.parent / target).resolve() if target else document
        assert file.exists(), f"{name_of(document)} leads to {target}"
        assert file.is_relative_to(ROOT)
        if anchor:
            assert anchor in _anchors(file), f"{name_of(document)} leads to {target}#{anchor}"


@documents
def test_files_that_are_named_exist(document: Path) -> None:
    for file in FILE.findall(prose(document)):
        if NOT_HERE.search(file):
            continue
        assert any((place / file).exists() for place in (*PLACES, document.parent)), (
            f"{name_of(document)} names {file}"
        )


@documents
def test_verbs_that_are_named_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    verbs = {
        *re.findall(r"\./run ([a-z][a-z-]*)", text),
        *re.findall(r"`wattledger ([a-z-]+)", text),
    }
    verbs -= {"is", "makes", "prepares", "it", "the", "as", "now"}
    assert verbs <= {*main.commands, *WORDS}, name_of(document)


def test_the_words_of_run_are_those_it_has() -> None:
    run = text_of("run")
    for word in WORDS:
        assert f"./run {word}" in run
        assert word in text_of("CONTRIBUTING.md")
