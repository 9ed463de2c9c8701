"""The disk of the server: what of the store's file is there after whatever befell it."""

import random
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

from typing_extensions import override

from tests.fakes.inline import InlineExecutor
from tests.room import room_for
from tests.simulation.hang import Hang
from tests.store.harm import PAGE, flip_a_bit, pages_of

P = ParamSpec("P")
T = TypeVar("T")
LOG = "-wal"
BLOCK = 512
TABLES = (
    "minutes", "hours", "details", "gaps", "quarters", "days", "outbox", "outbox_days", "counters",
    "contradictions", "parked", "meters", "bindings", "meta",
)  # fmt: skip
LEAST_ROOM = 64 << 10
"""For what SQLite keeps beside the file."""


class Disk(InlineExecutor):
    """The executor of the store: each of its steps is done at once, with the disk as it is now, or
    when it does not hang any more.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lives = 0
        self._found = b"", b""
        self.was_flipped = self._log_was_flipped = False
        self.room: int | None = None
        """No file may become longer, bytes."""
        self.torn: tuple[float, Callable[[], bool]] | None = None
        """The next write breaks off where this part of it is on the disk, and this call ends the
        process, if there is one.
        """
        self.torn_opening: float | None = None
        """The power fails while the next store is opened, when this part of what that writes is on
        the disk.
        """
        self.losses = 0
        """How often something that was on the disk was lost."""
        self._is_removed = self._log_was_removed = False
        self.hang = Hang()

    @property
    def may_be_refused(self) -> bool:
        """What SQLite loses of a log that it had begun to bring into the file may break that."""
        return self._log_was_flipped or self._log_was_removed

    @property
    def path(self) -> Path:
        return self._folder / f"life-{self._lives}" / "books.sqlite"

    @property
    def log(self) -> Path:
        return self.path.with_name(self.path.name + LOG)

    def begin(self) -> Path:
        """A store of a process that begins; of the first one there is none yet."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._found = self._contents()
        self.losses += self._is_removed
        self._is_removed = False
        return self.path

    def died_opening(self) -> bool:
        """Whether the power has failed before the store that has just been opened was whole."""
        self._log_was_removed = False
        part, self.torn_opening = self.torn_opening, None
        if part is not None:
            (_, before), (file, log) = self._found, self._contents()
            self._next((file, _torn(before, log, part)))
        return part is not None

    def crash(self) -> None:
        """What was committed is there; what the old process does from now on is not."""
        self._next(self._contents())

    def _contents(self) -> tuple[bytes, bytes]:
        return _read(self.path), _read(self.log)

    def _next(self, contents: tuple[bytes, bytes]) -> None:
        self.hang.fails()
        self._lives += 1
        self.path.parent.mkdir(parents=True)
        for path, content in zip((self.path, self.log), contents, strict=True):
            if content:
                path.write_bytes(content)

    def lose(self) -> None:
        """It is another, empty disk."""
        self.losses += 1
        self._next((b"", b""))

    def remove(self, *, store: bool, log: bool) -> None:
        """Under whoever has them open: for him they are still there."""
        self._is_removed = True
        self._log_was_removed |= log
        self.losses += 1
        for path, is_meant in ((self.path, store), (self.log, log)):
            if is_meant:
                path.unlink(missing_ok=True)

    def tidy(self) -> None:
        """What earlier processes left."""
        for life in range(self._lives):
            shutil.rmtree(self._folder / f"life-{life}", ignore_errors=True)

    def keep(self, name: str) -> None:
        """As a backup would, or a disk that only says that it has written."""
        for path in (self.path, self.log):
            content = _read(path)
            self._kept(name, path).write_bytes(content)

    def put_back(self, name: str) -> None:
        self.losses += 1
        if self._kept(name, self.path).exists():
            self._next((_read(self._kept(name, self.path)), _read(self._kept(name, self.log))))
        else:
            self.lose()

    def _kept(self, name: str, path: Path) -> Path:
        return self._folder / f"{name}-{path.name}"

    def flip(self, chance: random.Random, bits: int) -> None:
        """Bits of the store's tables: what says which tables there are is left alone."""
        if self._is_removed:
            return
        self.was_flipped = True
        self.losses += 1
        with suppress(sqlite3.DatabaseError):  # where nobody can tell which page is whose
            size = len(_read(self.path))
            pages = [at for at in pages_of(self.path, *TABLES) if at + PAGE <= size]
            for _ in range(bits if pages else 0):
                flip_a_bit(self.path, pages, chance)

    def flip_in_log(self, chance: random.Random, bits: int) -> None:
        self.was_flipped = self._log_was_flipped = True
        self.losses += 1
        content = bytearray(_read(self.log))
        for _ in range(bits if content else 0):
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        self.log.write_bytes(content)

    def fill(self, room_pct: int) -> None:
        lengths = [len(one) for one in self._contents() if one]
        self.room = max(LEAST_ROOM, min(lengths, default=0) * room_pct // 100)

    @override
    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        if self.hang.holds(fn):
            return self.hang.hold(fn, partial(self._done, fn, *args, **kwargs))
        return self._done(fn, *args, **kwargs)

    def _done(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        if self.torn is not None:
            return self._tear(fn, *args, **kwargs)
        if self.room is not None:
            with room_for(self.room):
                return super().submit(fn, *args, **kwargs)
        return super().submit(fn, *args, **kwargs)

    def _tear(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        assert self.torn is not None
        (file, log), (part, crash) = self._contents(), self.torn
        done = super().submit(fn, *args, **kwargs)
        after = _read(self.log)
        if after != log:
            self.torn = None
            if crash():
                self._next((file, _torn(log, after, part)))
        return done


def _torn(before: bytes, after: bytes, part: float) -> bytes:
    """As much of what was written is there."""
    blocks = range(0, len(after), BLOCK)
    same = next((at for at in blocks if _differ(before, after, at)), len(after))
    cut = same + int((len(after) - same) * part)
    return after[:cut] + before[cut:]


def _differ(old: bytes, new: bytes, at: int) -> bool:
    return old[at : at + BLOCK] != new[at : at + BLOCK]


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
