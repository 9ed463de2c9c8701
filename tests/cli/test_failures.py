"""How a verb fails: words and status 2 for what can be mended, a trace for what is our mistake."""

import errno

import pytest

from wattledger.cli.failures import failures_told
from wattledger.energy.errors import BadSettings, MeterUnreachable, StoreUnusable

FAR = MeterUnreachable("mains: no connection")


def _told(capsys: pytest.CaptureFixture[str], error: BaseException) -> str:
    with pytest.raises(SystemExit) as ended, failures_told():
        raise error
    assert ended.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StoreUnusable("the store is damaged"), "wattledger: the store is damaged\n"),
        (BadSettings(["a: one", "b: two"]), "can't be used:\n  a: one\n  b: two\n"),
        (ExceptionGroup("tasks", [FAR]), "wattledger: mains: no connection\n"),
        (ExceptionGroup("tasks", [ExceptionGroup("", [FAR, FAR])]), "mains: no connection\n"),
        (PermissionError(errno.EACCES, "Permission denied", "out.csv"), "out.csv: Permission"),
        (OSError(errno.ENOSPC, "No space left on device"), "wattledger: No space left"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "wattledger: Disk quota"),
        (OSError(errno.EIO, "Input/output error", "/media/stick"), "/media/stick: Input/output"),
        (OSError(errno.ENAMETOOLONG, "File name too long", "long"), "long: File name too long"),
    ],
)
def test_what_can_be_mended_is_told_in_words(
    capsys: pytest.CaptureFixture[str], error: BaseException, words: str
) -> None:
    told = _told(capsys, error)
    assert words in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    "error",
    [
        ValueError("a mistake of ours"),
        ExceptionGroup("tasks", [FAR, ValueError("a mistake of ours")]),
        OSError(errno.EBADF, "Bad file descriptor"),
    ],
)
def test_a_mistake_of_ours_keeps_its_trace(error: Exception) -> None:
    with pytest.raises(type(error)) as raised, failures_told():
        raise error
    assert raised.value is error
