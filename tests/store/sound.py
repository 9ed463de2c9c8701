"""A sound store, to be harmed."""

import shutil
from pathlib import Path

from tests.store.builders import (
    MAINS,
    T0,
    both,
    home_store,
    settle,
    stretch,
)

HELSINKI = "Europe/Helsinki"
NOW = T0 + 86_400 + 7_200
ENTRIES = [*both(T0, 150), *both(T0 + 210 * 60, 400)]
LATE = stretch(MAINS, T0 + 150 * 60, 60)
TABLES = ("minutes", "hours", "quarters", "days", "gaps")


async def fresh(sound: Path, folder: Path) -> Path:
    if not sound.exists():
        async with home_store(sound) as store:
            await store.journal.book(ENTRIES, NOW)
            await settle(store, NOW)
    path = folder / "books"
    for old in folder.glob("books*"):
        old.unlink()
    return Path(shutil.copy(sound, path))
