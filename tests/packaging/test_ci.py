"""What CI runs: each of the tests' words, and it fails when one of them does."""

import shutil
import subprocess
from pathlib import Path

import pytest

CI = Path(__file__).parents[2] / ".ci/run"
WORDS = ["test", "test-more", "test-package"]
RUN = """#!/bin/sh
echo "$1 $CI" >>asked
[ "$1" != BROKEN ]
"""


@pytest.mark.parametrize("broken", [None, *WORDS])
def test_each_word_is_run_and_none_may_fail(tmp_path: Path, broken: str | None) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(CI, tmp_path / ".ci/run")
    (tmp_path / "run").write_text(RUN.replace("BROKEN", broken or "-"))
    (tmp_path / "run").chmod(0o755)
    done = subprocess.run([tmp_path / ".ci/run"], check=False, capture_output=True, text=True)
    assert (done.returncode != 0) == (broken is not None)
    assert (tmp_path / "asked").read_text().splitlines() == [f"{word} true" for word in WORDS]
    if broken:
        assert f"./run {broken} failed" in done.stdout
