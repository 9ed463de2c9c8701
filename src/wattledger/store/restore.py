"""A backup in the store's place; the store that was there is kept."""

import codecs
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from wattledger.disk import give_to_owner, make_lasting
from wattledger.energy.errors import StoreError, StoreUnusable
from wattledger.store import verify
from wattledger.store.connection import StoreDamaged, translated
from wattledger.store.file_copy import Told, check, copy
from wattledger.store.file_permissions import narrow
from wattledger.store.lock import StoreLock
from wattledger.store.restore_rollback import kept_aside
from wattledger.store.settings_in_backup import leave
from wattledger.store.sidecar_files import part_of
from wattledger.store.store_path import check_place, is_plain_file, real_path
from wattledger.store.store_summary import Contents, contents_of

_SQLITE = b"SQLite format 3\0"
_PACKED = {
    b"\x1f\x8b": "gunzip",
    b"PK\x03\x04": "unzip",
    b"\xfd7zXZ": "xz -d",
    b"BZh": "bunzip2",
    b"(\xb5/\xfd": "zstd -d",
}


@dataclass(frozen=True, slots=True)
class PutBack:
    """Where what was there is kept, the store first; what it held, None where that is not known."""

    kept: list[Path]
    before: Contents | None
    now: Contents


def looked_into(backup: Path) -> Contents:
    """What a backup holds, once it is known to be one and sound.

    Raises StoreUnusable, in words without its name.
    """
    try:
        _check_beginning(backup)
        check(backup)
        found, contents = verify.fault(backup), contents_of(backup)
    except StoreDamaged as error:
        raise StoreUnusable(f"it is damaged ({error.what})") from error
    except StoreError as error:
        words = str(error).replace(f"the store {backup}", "it").replace(str(backup), "it")
        raise StoreUnusable(words) from error
    if found:
        raise StoreUnusable(f"it is damaged ({found})")
    return contents


def put_back(backup: Path, store: Path, told: Told) -> PutBack:
    """Puts a backup in the store's place, and keeps what was there.

    Raises StoreUnusable: for a backup that is none, or while a server has the store.
    """
    store = real_path(store)
    check_place(store)
    with _said_of(backup):
        _check_beginning(backup)
        check(backup)
    if store.exists() and store.samefile(backup):
        raise StoreUnusable(f"{backup} is the store itself: name a backup of it")
    lock = StoreLock(store)
    try:
        with part_of(store) as part:
            with _said_of(backup):
                copy(backup, part, told)
                if found := verify.fault(part):
                    raise StoreDamaged(backup, found)
            now = contents_of(part)
            leave(part)
            _make_ready(part)
            _give(part, store)
            before = _closed_up(store)
            narrow(store)
            with kept_aside(store) as kept:
                part.replace(store)
            make_lasting(store.parent)
            return PutBack(kept, before, now)
    finally:
        lock.release()


@contextmanager
def _said_of(backup: Path) -> Iterator[None]:
    """What is wrong with it, in words about the backup: with the store nothing is wrong."""
    try:
        yield
    except StoreDamaged as error:
        raise StoreUnusable(
            f"the backup {backup} is damaged ({error.what}): take another one, or, where there is "
            "none, copy it to where the store lies by hand: the server sets aside what is damaged, "
            "and fetches it again. The store is as it was"
        ) from error
    except StoreUnusable as error:
        raise StoreUnusable(
            f"{backup} can't be put back, and the store is as it was: {error}"
        ) from error


def _make_ready(part: Path) -> None:
    """With a log, as the server wants it: to give it one needs the file alone, and whoever reads it
    just then, as a backup does, would keep the server from starting.
    """
    with translated(part), closing(sqlite3.connect(part)) as file:
        file.execute("PRAGMA journal_mode = WAL")
    make_lasting(part)


def _check_beginning(backup: Path) -> None:
    """What somebody took for a backup is said to be what it is. Raises StoreUnusable."""
    if not is_plain_file(backup):
        raise StoreUnusable("there is no such file")
    try:
        with backup.open("rb") as file:
            beginning = file.read(512)
    except OSError as error:
        raise StoreUnusable(f"it can't be read ({error.strerror})") from error
    if beginning and not beginning.startswith(_SQLITE):
        raise StoreUnusable(_what_it_is(beginning))


def _what_it_is(beginning: bytes) -> str:
    columns = re.split(rb"[,;\t]", beginning.removeprefix(codecs.BOM_UTF8).partition(b"\n")[0])
    if len(columns) > 1 and b"start" in (name.strip(b'" \r') for name in columns):
        return "it is a CSV file, as `export` writes: give it to `wattledger import`"
    packed = next((how for sign, how in _PACKED.items() if beginning.startswith(sign)), None)
    if packed is not None:
        return f"it is packed: unpack it first ({packed})"
    return "it is no backup, or its beginning is damaged"


def _give(part: Path, store: Path) -> None:
    """Whose the store was, to them belongs what comes in its place."""
    descriptor = os.open(part, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        give_to_owner(descriptor, store)
    finally:
        os.close(descriptor)


def _closed_up(store: Path) -> Contents | None:
    """What the old store holds, once its log is brought into it: then not even a power cut can part
    the two. A damaged one is not touched, and is kept with its log as it is.
    """
    with suppress(StoreError):
        check(store)
        contents = contents_of(store)
        with (
            translated(store),
            closing(sqlite3.connect(f"{store.as_uri()}?mode=rw", uri=True)) as old,
        ):
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return contents
    return None
