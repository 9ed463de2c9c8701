"""Whether the file and its log are still those that were opened: a file that is removed lives on
for whoever has it open, and is gone with him.
"""

from pathlib import Path

from wattledger.store.sidecar_files import log_of

WHAT_TO_DO = (
    "Stop the server, put the store back if it was moved, or a backup with 'wattledger restore', "
    "and start it again. What is booked until then may be lost with the file that is gone, and is "
    "fetched from the meters again, as far as they remember: do it within a few weeks"
)
_Identity = tuple[int, int]


class Presence:
    """Remembers which files they were."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._store = _identity(path)
        self._log: _Identity | None = _identity(log_of(path))

    def gone(self) -> str | None:
        """What has become of them, in words with what to do; None while all is there."""
        now = _identity(self._path)
        if now != self._store:
            what = "was removed" if now is None else "was replaced by another file"
            return f"the store {self._path} {what} while the server runs: {WHAT_TO_DO}"
        log = _identity(log_of(self._path))
        if self._log is not None and log != self._log:
            what = "was removed" if log is None else "was replaced by another file"
            return f"the log of the store, {log_of(self._path)}, {what}: {WHAT_TO_DO}"
        self._log = log
        return None


def _identity(path: Path) -> _Identity | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
