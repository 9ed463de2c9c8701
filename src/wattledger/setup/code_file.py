"""The one-time code of setup, in a file beside the settings to come: it outlives restarts, and both
the server and the command line can read it.
"""

import logging
import secrets
from pathlib import Path

from wattledger.disk import read_small
from wattledger.flow.one_time_codes import ALPHABET, LENGTH, plain
from wattledger.setup.private_file import written_whole

_MOST_BYTES = 100

log = logging.getLogger(__name__)


class CodeFile:
    """`config.toml.setup-code` beside `config.toml`."""

    def __init__(self, settings: Path) -> None:
        target = settings.resolve()
        self.path = target.with_name(f"{target.name}.setup-code")

    def read(self) -> str | None:
        """The plain code that is out; None where there is none."""
        try:
            return plain(read_small(self.path, _MOST_BYTES).decode("ascii", "replace").strip())
        except OSError:
            return None

    def made(self) -> str:
        """The one that is out, or else a new one. Raises OSError."""
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        while (out := self.read()) is None:
            try:
                written_whole(self.path, f"{spelled(code)}\n".encode(), over=False)
            except FileExistsError:
                if self.read() is None:  # not a code, whatever it is
                    self.path.unlink(missing_ok=True)
        return out

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)


def spelled(code: str) -> str:
    """As a person reads it: `ABCD-EFGH`."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"
