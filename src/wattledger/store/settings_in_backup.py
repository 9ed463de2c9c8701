"""The settings that a backup brings along, as a text in its `meta`: one file is the whole home."""

import sqlite3
from contextlib import closing
from pathlib import Path

from wattledger.store import redundant_tables
from wattledger.store.connection import connect_reader, translated

_NAME = "settings_of_backup"


def bring(backup: Path, text: str) -> None:
    """Raises StoreError."""
    with translated(backup), closing(sqlite3.connect(backup)) as file, file:
        file.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_NAME, text))
        redundant_tables.keep(file, "meta")


def brought(backup: Path) -> str | None:
    """None where it brings none. Raises StoreError."""
    with translated(backup), closing(connect_reader(backup)) as file:
        row = file.execute("SELECT value FROM meta WHERE name = ?", (_NAME,)).fetchone()
        return str(row[0]) if row else None


def leave(store: Path) -> None:
    """In a store that runs they would be out of date. Raises StoreError."""
    with translated(store), closing(sqlite3.connect(store)) as file, file:
        if file.execute("DELETE FROM meta WHERE name = ?", (_NAME,)).rowcount:
            redundant_tables.keep(file, "meta")
