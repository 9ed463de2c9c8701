"""A backup that a phone brings to a new machine: received, looked through, put back."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from wattledger.energy.errors import BadQuestion, BadSettings, StoreError
from wattledger.energy.spans import Span
from wattledger.flow.setup_ports import BackupThere
from wattledger.settings import SiteSettings
from wattledger.setup.portable_settings import Brought, unpacked
from wattledger.setup.private_file import remove_half_written, written_whole
from wattledger.setup.settings_place import store_of, tried
from wattledger.setup.settings_text import settings_text
from wattledger.setup.system_time_zone import system_zone
from wattledger.store.restore import looked_into, put_back
from wattledger.store.settings_in_backup import brought
from wattledger.store.sidecar_files import beside, part_of

PATIENCE_S = 30.0
"""For the next piece of it."""
SPARE_BYTES = 64 << 20
"""Of the disk, which is left free."""
_ANY = {"name": "any", "role": "grid", "host": "any"}


class Restoring:
    """Of the settings that will be at `path`; the backup waits beside the store to come."""

    def __init__(self, path: Path, environment: Mapping[str, str] | None = None) -> None:
        self._path = path
        self._environment = os.environ if environment is None else environment

    async def receive(self, pieces: AsyncIterator[bytes]) -> BackupThere:
        """What it holds. Raises BadQuestion for what is no backup, or has no room."""
        waiting = self._waiting()
        try:
            with part_of(waiting) as part:
                await self._write(part, pieces)
                found = await asyncio.to_thread(_looked_through, part)
                part.replace(waiting)
                return found
        except (StoreError, OSError) as error:
            raise BadQuestion("backup", str(error)) from error

    async def _write(self, part: Path, pieces: AsyncIterator[bytes]) -> None:
        """Raises BadQuestion, OSError."""
        with part.open("wb") as file:
            while True:
                try:
                    async with asyncio.timeout(PATIENCE_S):
                        piece = await anext(pieces, None)
                except TimeoutError as error:
                    raise BadQuestion("backup", "the rest of it did not come") from error
                if piece is None:
                    break
                if shutil.disk_usage(part.parent).free < SPARE_BYTES + len(piece):
                    raise BadQuestion("backup", f"there is no room for it in {part.parent}")
                await asyncio.to_thread(file.write, piece)

    def forget(self) -> None:
        waiting = self._waiting()
        for file in (waiting, *beside(waiting), *waiting.parent.glob(f"{waiting.name}.*.part")):
            file.unlink(missing_ok=True)

    def settings(self) -> Brought:
        """That it brings along. Raises BadSettings where it brings none."""
        try:
            text = brought(self._waiting())
        except StoreError as error:
            raise BadSettings([str(error)]) from error
        if text is None:
            raise BadSettings(["the backup brings no settings"])
        return unpacked(text)

    def put_back(self, text: str) -> None:
        """To where settings of this text have the store. Raises BadSettings, OSError."""
        store = Path(tried(self._path, text, self._environment).store.path)
        try:
            put_back(self._waiting(), store, lambda _: None)
        except StoreError as error:
            raise BadSettings([str(error)]) from error

    def write_files(self, files: Mapping[str, str]) -> None:
        """Beside the settings; what is there already stays. Raises OSError."""
        for name, text in files.items():
            path = self._path.resolve().with_name(name)
            remove_half_written(path)
            with suppress(FileExistsError):
                written_whole(path, text.encode(), over=False)

    def _waiting(self) -> Path:
        """Raises BadQuestion where no store can be."""
        text = settings_text({"store": store_of(self._path), "meters": [_ANY]})
        try:
            store = Path(tried(self._path, text, self._environment).store.path)
        except (BadSettings, OSError) as error:
            raise BadQuestion("backup", f"it can't be taken: {error}") from error
        return store.with_name(f"{store.name}.restore")


def _looked_through(part: Path) -> BackupThere:
    """Raises StoreError for what is none, or is damaged."""
    contents = looked_into(part)
    text, site = brought(part), None
    with suppress(BadSettings):
        site = None if text is None else unpacked(text).site
    zone = site.time_zone if site else system_zone() or SiteSettings().time_zone
    names = [name or meter for meter, name in contents.meters.items()]
    return BackupThere(site.name if site else None, names, *_days(contents.booked, zone))


def _days(booked: Span | None, zone: str) -> tuple[date | None, date | None]:
    if booked is None:
        return None, None
    first, last = (
        datetime.fromtimestamp(at, ZoneInfo(zone)).date() for at in (booked.start, booked.end - 1)
    )
    return first, last
