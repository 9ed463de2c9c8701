"""What a backup brings is laid beside the settings."""

from pathlib import Path

from wattledger.setup.uploaded_backup import Restoring


def test_files_are_written_whole_and_what_was_half_written_goes(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    (tmp_path / ".token.0a1b2c3d").write_text("sec")
    (tmp_path / ".other.0a1b2c3d").write_text("not of it")
    restoring = Restoring(tmp_path / "wattledger.toml", {})
    restoring.write_files({"there": "theirs", "token": "secret"})
    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert kept == {"there": "mine", "token": "secret", ".other.0a1b2c3d": "not of it"}
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600
