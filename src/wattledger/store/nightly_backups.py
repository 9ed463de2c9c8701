"""The folder of the nightly backups: what lies there, one more, and no more than are to be kept.

A folder on a stick that is not in is either not there, or an empty one on the disk of the store,
where a backup would be lost with it.
"""

import asyncio
import re
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import UTC, datetime
from glob import escape
from pathlib import Path
from typing import TypeVar

from wattledger.energy.errors import StoreUnusable
from wattledger.store.backup import back_up_open
from wattledger.store.single_thread_executor import SingleThreadExecutor

FSTAB = Path("/etc/fstab")
_MOMENT = "%Y%m%dT%H%M%SZ"

T = TypeVar("T")


class NightlyBackups:
    """Of a store that this process has open. A thread of its own reads and writes: a share may let
    it wait for ever.
    """

    def __init__(
        self,
        store: Path,
        folder: Path,
        keep: int,
        executor: Executor | None = None,
        fstab: Path = FSTAB,
        settings: Callable[[], str] = str,
    ) -> None:
        """`settings` are what a backup brings along, as a text."""
        self._store = store
        self._folder = folder
        self._keep = keep
        self._executor = executor or SingleThreadExecutor("backup")
        self._fstab = fstab
        self._settings = settings
        self._was_on_another_disk = False
        self._stem = f"{store.stem}-nightly-"
        self._name = re.compile(
            rf"{re.escape(self._stem)}(\d{{8}}T\d{{6}}Z){re.escape(store.suffix)}"
        )

    @property
    def place(self) -> str:
        return str(self._folder)

    async def latest_s(self, now_s: float) -> float | None:
        def latest() -> float | None:
            self._check_there()
            return max((at for at in self._kept() if at <= now_s), default=None)

        return await self._in_thread(latest)

    async def make(self, now_s: float) -> None:
        def make() -> None:
            self._check_there()
            for part in self._folder.glob(f"{escape(self._stem)}*.part"):  # of one broken off
                part.unlink(missing_ok=True)
            moment = datetime.fromtimestamp(int(now_s), UTC).strftime(_MOMENT)
            target = self._folder / f"{self._stem}{moment}{self._store.suffix}"
            back_up_open(self._store, target, lambda _: None, self._settings())
            self._was_on_another_disk = not self._is_on_the_stores_disk()
            for _, old in sorted(self._kept().items())[: -self._keep]:
                old.unlink(missing_ok=True)

        await self._in_thread(make)

    def close(self) -> None:
        """Waits for nothing."""
        self._executor.shutdown(wait=False)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.wrap_future(self._executor.submit(work))
        except OSError as error:
            raise StoreUnusable(f"{self._folder}: {error.strerror}") from error

    def _check_there(self) -> None:
        if (point := _not_mounted(self._folder, self._fstab)) is not None:
            raise StoreUnusable(f"nothing is mounted at {point}: is the stick in, or the share up?")
        if not self._folder.is_dir():
            raise StoreUnusable(
                f"there is no folder {self._folder}: is the stick in? Else make it, for the user "
                "of the server"
            )
        if self._was_on_another_disk and self._is_on_the_stores_disk():
            raise StoreUnusable(f"{self._folder} is on the disk of the store now: is the stick in?")

    def _is_on_the_stores_disk(self) -> bool:
        return self._folder.stat().st_dev == self._store.stat().st_dev

    def _kept(self) -> dict[float, Path]:
        """By when they were made, UTC epoch seconds."""
        found = ((self._moment_of(path.name), path) for path in self._folder.iterdir())
        return {moment: path for moment, path in found if moment is not None}

    def _moment_of(self, name: str) -> float | None:
        if (found := self._name.fullmatch(name)) is None:
            return None
        try:
            return datetime.strptime(f"{found[1]}+0000", f"{_MOMENT}%z").timestamp()
        except ValueError:  # somebody else's, of the 99th of a month
            return None


def _not_mounted(folder: Path, fstab: Path) -> Path | None:
    """Where, on the way to the folder, something should be mounted and is not."""
    try:
        lines = fstab.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    fields = [line.split() for line in lines if not line.lstrip().startswith("#")]
    points = [Path(_unescaped(field[1])) for field in fields if len(field) > 1]
    way = {folder, *folder.parents}
    return next((point for point in points if point in way and not point.is_mount()), None)


def _unescaped(text: str) -> str:
    """A space is written as its number (fstab(5))."""
    return re.sub(r"\\([0-7]{3})", lambda number: chr(int(number[1], 8)), text)
