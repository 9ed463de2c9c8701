"""A QR code in a terminal: dark on light whatever the terminal's own colours are."""

from collections.abc import Iterator, Sequence

QUIET_MODULES = 2
"""The light frame. The standard says 4; readers find a code in 2, and it must fit a window."""

_INK_ON_PAPER = "\033[30;107m"
_INK, _PAPER, _PLAIN = "\033[40m", "\033[107m", "\033[0m"
_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def qr_lines(text: str, columns: int, encoding: str) -> list[str] | None:
    """The code, line by line, for a terminal of that width; None where it does not fit.

    Two modules a character where the terminal has half blocks, else two characters a module.
    """
    import segno

    code = segno.make(text, error="l", micro=False, boost_error=False)
    rows = [[bool(dark) for dark in row] for row in code.matrix_iter(border=QUIET_MODULES)]
    has_blocks = _can_write("".join(_HALVES.values()), encoding)
    width = len(rows) if has_blocks else 2 * len(rows)
    if width > columns:
        return None
    return [*(_halved(rows) if has_blocks else _spaced(rows))]


def _halved(rows: Sequence[Sequence[bool]]) -> Iterator[str]:
    below = [*rows[1:], [False] * len(rows)]
    for at in range(0, len(rows), 2):
        blocks = "".join(_HALVES[pair] for pair in zip(rows[at], below[at], strict=True))
        yield f"{_INK_ON_PAPER}{blocks}{_PLAIN}"


def _spaced(rows: Sequence[Sequence[bool]]) -> Iterator[str]:
    for row in rows:
        yield "".join(f"{_INK if dark else _PAPER}  " for dark in row) + _PLAIN


def _can_write(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
