"""What a stranger says comes into the log inside one line."""

import io
import logging

import pytest

from wattledger.cli.log_lines import LONGEST_MESSAGE, OneLine


def _logged(message: str, *values: object, error: BaseException | None = None) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLine("%(levelname)s %(message)s"))
    record = logging.LogRecord("x", logging.INFO, "x", 1, message, values, None)
    if error is not None:
        record.exc_info = (type(error), error, None)
    handler.emit(record)
    return stream.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "x\nERROR store: damaged",
        "x\r\nERROR y",
        "\x1b[2J\x1b]0;title\x07",
        "\u202eabc",
        "a\x85b",
        "a\u2028b",
        "a\x9b2Jb",
        "a\udcffb",
        "x" * 200_000,
    ],
)
def test_one_line_that_says_nothing_to_a_terminal(text: str) -> None:
    line = _logged("mains: no connection: %s", text)
    assert line.startswith("INFO mains: no connection: ")
    assert line.endswith("\n")
    assert line[:-1].isprintable()
    assert len(line) < LONGEST_MESSAGE + 20
    line.encode()


def test_letters_of_every_language_stay() -> None:
    assert _logged("%s: yhteys poikki", "pääkeskus 電気") == "INFO pääkeskus 電気: yhteys poikki\n"


def test_a_trace_keeps_its_lines() -> None:
    lines = _logged("crashed", error=ValueError("a\x1b[2J\nb")).splitlines()
    assert lines == ["INFO crashed", "ValueError: a\\x1b[2J", "b"]
