"""Machines to install the package on; only `./run test-package` has them made."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.machines import debs, roots
from tests.machines.machine import Machine, machine_of

if "WATTLEDGER_MACHINES" not in os.environ:
    collect_ignore_glob = ["test_*.py"]

Booted = Callable[[str], Machine]


@pytest.fixture(scope="session")
def package() -> Callable[[str], Path]:
    """That of a suite, for this kind of machine, as `./run package` made it."""
    return lambda suite: debs.built(suite, debs.this_arch())


@pytest.fixture(params=["bookworm", "trixie"])
def suite(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def machine(suite: str, tmp_path: Path) -> Iterator[Machine]:
    """A bare Debian, booted."""
    folder = tmp_path / suite
    roots.unpack(roots.bootable(suite), folder)
    with machine_of(folder) as booted:
        yield booted
