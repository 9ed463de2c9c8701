"""Who may set a home up: one phone, by a code that strangers make neither void nor slow."""

import stat
from pathlib import Path

import pytest

from tests.fakes.clock import ManualClock
from wattledger.energy.errors import CodeTaken, TooManyTries, WrongCode
from wattledger.setup.code_file import CodeFile, spelled
from wattledger.setup.draft import Draft, DraftFile
from wattledger.setup.setup_login import Entry

HOME, STRANGER = "192.168.1.5", "192.168.1.66"


class Server:
    """One that may be started anew on the same folder."""

    def __init__(self, folder: Path, clock: ManualClock) -> None:
        self.codes = CodeFile(folder / "wattledger.toml")
        self._drafts = DraftFile(folder / "wattledger.toml")
        self.draft = self._drafts.read()
        self.entry = Entry(self.codes, lambda: self.draft, self._keep, clock)
        self.entry.open()

    def _keep(self, draft: Draft) -> None:
        self._drafts.keep(draft)
        self.draft = draft

    def enter(self, code: str, address: str = HOME, *tokens: str) -> str:
        return self.entry.enter(code, "iPhone", address, tokens)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1_764_000_000)


def test_the_code_outlives_a_restart_and_is_private(tmp_path: Path, clock: ManualClock) -> None:
    code = Server(tmp_path, clock).codes.read()
    server = Server(tmp_path, clock)
    assert code is not None
    assert server.codes.read() == code == server.codes.made()
    assert stat.S_IMODE(server.codes.path.stat().st_mode) == 0o600
    token = server.enter(spelled(code).lower())
    assert server.entry.admits(token)
    assert server.codes.read() is None
    assert Server(tmp_path, clock).entry.admits(token)
    assert Server(tmp_path, clock).codes.read() is None


def test_a_code_that_was_used_is_told_and_opens_only_to_its_phone(
    tmp_path: Path, clock: ManualClock
) -> None:
    server = Server(tmp_path, clock)
    code = server.codes.made()
    token = server.enter(code)
    with pytest.raises(CodeTaken):
        server.enter(code, STRANGER, "another token")
    assert server.enter(code, HOME, "another token", token) == token
    with pytest.raises(WrongCode):
        server.enter("0000-0000")


def test_a_code_that_a_kill_left_behind_is_void(tmp_path: Path, clock: ManualClock) -> None:
    server = Server(tmp_path, clock)
    code = server.codes.made()
    server.enter(code)
    server.codes.path.write_text(code)
    with pytest.raises(CodeTaken):
        server.enter(code, STRANGER)
    assert Server(tmp_path, clock).codes.read() is None


def test_who_guesses_waits_and_nobody_else(tmp_path: Path, clock: ManualClock) -> None:
    server = Server(tmp_path, clock)
    code = server.codes.made()
    for _ in range(5):
        with pytest.raises(WrongCode):
            server.enter("0000-0000", STRANGER)
    with pytest.raises(TooManyTries) as told:
        server.enter(code, STRANGER)
    assert told.value.retry_after_s == 60
    clock.advance(61)
    for _ in range(5):
        with pytest.raises(WrongCode):
            server.enter("no code at all", STRANGER)
    assert server.enter(code)


def test_what_is_no_code_is_replaced_by_one(tmp_path: Path) -> None:
    codes = CodeFile(tmp_path / "wattledger.toml")
    codes.path.write_text("no code")
    assert codes.read() is None
    code = codes.made()
    assert codes.read() == code
    codes.path.chmod(0o600)
    codes.remove()
    codes.remove()


def test_a_draft_that_can_not_be_read_is_begun_anew(tmp_path: Path) -> None:
    drafts = DraftFile(tmp_path / "wattledger.toml")
    drafts.path.write_bytes(b"\xff{")
    assert drafts.read() == Draft()
    drafts.keep(Draft(device="iPhone"))
    assert drafts.read().device == "iPhone"
    assert stat.S_IMODE(drafts.path.stat().st_mode) == 0o600
    assert [*tmp_path.iterdir()] == [drafts.path]
