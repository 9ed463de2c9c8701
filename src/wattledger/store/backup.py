"""A backup of the store, made while a server runs, and the way back.

A backup is a store like any other: one file, whole by itself. Neither way ever leaves half a file
under its name: it is written beside it, checked, and renamed.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from wattledger.energy.errors import StoreBusy, StoreUnusable
from wattledger.store import migrate
from wattledger.store.connection import connect_reader, damaged, translated
from wattledger.store.lock import StoreLock

PAGES_AT_ONCE = 1_024
BESIDE = ("-wal", "-shm")
OWNERS_ONLY = 0o600
"""What is in a store tells when somebody is at home."""

Told = Callable[[float], None]
"""Hears how far it has come, 0 to 1."""


def back_up(store: Path, target: Path, told: Told) -> None:
    """Copies the store as it is at this moment to `target`, which must not exist.

    Raises StoreUnusable.
    """
    if target.exists():
        raise StoreUnusable(f"{target} exists already: name another file for the backup")
    if not target.parent.is_dir():
        raise StoreUnusable(f"there is no folder {target.parent}: make it, or name another")
    _check(store)
    part = _part_of(target)
    try:
        _copy(store, part, told)
        part.rename(target)
        _make_lasting(target.parent)
    finally:
        part.unlink(missing_ok=True)


def put_back(backup: Path, store: Path, told: Told) -> Path | None:
    """Puts a backup in the store's place: where the store that was there is kept, if one was.

    Raises StoreUnusable: for a backup that is none, or while a server has the store.
    """
    _check(backup)
    if store.exists() and store.samefile(backup):
        raise StoreUnusable(f"{backup} is the store itself: name a backup of it")
    lock = StoreLock(store)
    part = _part_of(store)
    try:
        _copy(backup, part, told)
        _give_to_owner(part, store)
        kept = _set_aside(store)
        part.replace(store)
        _make_lasting(store.parent)
    finally:
        part.unlink(missing_ok=True)
        lock.release()
    return kept


def _check(store: Path) -> None:
    """Whether it is a store that this version can read."""
    if not store.exists() or not store.stat().st_size:
        raise StoreUnusable(f"there is no store at {store}")
    with translated(store):
        migrate.check_file(store, len(migrate.steps()))
        with closing(connect_reader(store)) as connection:
            if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise StoreUnusable(f"there is no store at {store}")


def _copy(source: Path, part: Path, told: Told) -> None:
    """One transaction reads it all, so that what is booked meanwhile does not mix in.

    The copy needs no files beside it, so that it can be read where nothing can be written. It is
    read through: a copy of something damaged is no backup.
    """
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNERS_ONLY))
    try:
        with (
            translated(source),
            closing(connect_reader(source)) as reader,
            closing(sqlite3.connect(part)) as writer,
        ):
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
            reader.backup(
                writer,
                pages=PAGES_AT_ONCE,
                progress=lambda _, left, total: told(1 - left / max(total, 1)),
                sleep=0,
            )
            writer.execute("PRAGMA journal_mode = DELETE")
            (found,) = writer.execute("PRAGMA quick_check(1)").fetchone()
    except StoreBusy as error:
        raise StoreUnusable(
            f"{error}. Is there room for a copy in {part.parent}, and may it be written?"
        ) from error
    if found != "ok":
        raise damaged(source, str(found))
    _make_lasting(part)


def _give_to_owner(part: Path, store: Path) -> None:
    """Whoever puts it back, root for one, the server must be able to open it."""
    if store.exists():
        like = store.stat()
        part.chmod(like.st_mode & 0o777)
    else:
        like = store.parent.stat()
    if os.geteuid() == 0:
        os.chown(part, like.st_uid, like.st_gid)


def _part_of(path: Path) -> Path:
    """Where the file is written; what an earlier try left there is of no use."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    return part


def _set_aside(store: Path) -> Path | None:
    """Gives the store a second name, with the log that belongs to it.

    Nothing is opened: it may be damaged. The log goes first from beside what comes in its place, as
    SQLite would take it for that one's.
    """
    if not store.exists():
        return None
    kept = _free_name(store)
    try:
        os.link(store, kept)
    except OSError:  # some file systems know no second name; then there is none for a moment
        store.rename(kept)
    for ending in BESIDE:
        with suppress(FileNotFoundError):
            store.with_name(store.name + ending).rename(kept.with_name(kept.name + ending))
    return kept


def _free_name(store: Path) -> Path:
    number = 1
    while (kept := store.with_name(f"{store.name}.before-restore-{number}")).exists():
        number += 1
    return kept


def _make_lasting(path: Path) -> None:
    """The file, or the names in the folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
