"""The settings file gets there whole or not at all, and nothing is lost."""

import os
import stat
from pathlib import Path

import pytest

from tests.settings.writing import METER
from wattledger.cli.setup.next_steps import farewell_lines
from wattledger.energy.errors import BadSettings
from wattledger.setup.settings_place import settings_path, store_of, write_settings

NOBODY = 65_534
PHONES = {"server": {"access": "token"}}


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_each_time_what_was_there_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "wattledger.toml"
    assert write_settings(path, METER) is None
    path.chmod(0o640)
    assert write_settings(path, f"# two\n{METER}") == tmp_path / "wattledger.toml.bak"
    kept = write_settings(path, f"# three\n{METER}")
    assert kept == tmp_path / "wattledger.toml.bak-2"
    assert kept.read_text() == f"# two\n{METER}"
    assert path.read_text() == f"# three\n{METER}"
    assert (tmp_path / "wattledger.toml.bak").read_text() == METER
    assert (_mode(tmp_path / "wattledger.toml.bak"), _mode(kept)) == (0o600, 0o600)
    assert len(list(tmp_path.iterdir())) == 3


def test_settings_that_could_not_be_used_do_not_get_there(tmp_path: Path) -> None:
    path = tmp_path / "wattledger.toml"
    write_settings(path, METER)
    with pytest.raises(BadSettings):
        write_settings(path, f"{METER}{METER}")
    assert path.read_text() == METER
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    link = tmp_path / "wattledger.toml"
    link.symlink_to("kept/real.toml")
    write_settings(link, METER)
    assert link.is_symlink()
    assert (tmp_path / "kept/real.toml").read_text() == METER


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_root_writes_belongs_to_whom_the_folder_belongs(tmp_path: Path) -> None:
    os.chown(tmp_path, NOBODY, NOBODY)
    path = tmp_path / "config.toml"
    write_settings(path, METER)
    assert (path.stat().st_uid, _mode(path)) == (NOBODY, 0o600)


def test_the_file_that_serve_would_read_is_the_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert settings_path(None) == Path("wattledger.toml")
    of_user = tmp_path / ".config/wattledger/config.toml"
    of_user.parent.mkdir(parents=True)
    of_user.write_text(METER)
    assert settings_path(None) == of_user
    assert settings_path(tmp_path / "own.toml") == tmp_path / "own.toml"


def test_a_service_has_its_books_elsewhere(tmp_path: Path) -> None:
    assert store_of(Path("/etc/wattledger/config.toml"))["path"].startswith("/var/lib/wattledger/")
    assert store_of(tmp_path / "wattledger.toml") == {}


def test_the_next_steps_are_those_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    here = farewell_lines(Path("wattledger.toml"), PHONES)
    assert [line.split("  ")[1] for line in here[1:3]] == ["./run", "./run pair"]
    own = "\n".join(farewell_lines(tmp_path / "my own.toml", PHONES))
    assert f"./run serve --config '{tmp_path}/my own.toml'" in own
    assert "pair" not in "\n".join(farewell_lines(Path("wattledger.toml"), {}))
    service = farewell_lines(Path("/etc/wattledger/config.toml"), PHONES)
    assert "sudo systemctl restart wattledger" in service[1]
    assert "sudo wattledger pair" in service[2]
    assert all(len(line) <= 80 for line in (*here, *service))
