"""A file that a verb writes for whoever gave the command: for its owner only, whole or not at all,
and never over another one unasked.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

from wattledger.cli.failures import fail
from wattledger.disk import make_lasting

overwrite_option = click.option(
    "--overwrite", is_flag=True, help="Replace the file of --output if it is there."
)


def check_output(output: Path | None, *, overwrite: bool) -> None:
    """Better known now than after minutes of work."""
    if output is None or not os.path.lexists(output):
        return
    if output.is_dir():
        fail(f"{output} is a folder: name a file in it")
    if output.is_file() and not overwrite:
        fail(f"{output} exists already: name another file, or say --overwrite")


@contextmanager
def written(output: Path | None) -> Iterator[TextIO]:
    """The file to write to; standard output without one. Raises OSError."""
    if output is None:
        yield sys.stdout
        return
    target = Path(os.path.realpath(output))
    if target.exists() and not target.is_file():  # a pipe, or a device as /dev/stdout
        with target.open("w", encoding="utf-8") as file:
            yield file
        return
    descriptor, name = tempfile.mkstemp(".part", f"{target.name[:100]}.", target.parent)
    part = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            yield file
        make_lasting(part)
        part.replace(target)
        make_lasting(target.parent)
    finally:
        part.unlink(missing_ok=True)
