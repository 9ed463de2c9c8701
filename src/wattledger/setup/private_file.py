"""A small file that the owner alone may read: it is there whole, or not at all."""

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from wattledger.disk import give_to_owner, make_lasting

_OF_ITS_OWNER = 0o600


def write_new(path: Path, content: bytes, like: Path) -> None:
    """Made by root, it belongs to whom the file `like`, or its folder, belongs: to the service.

    Raises OSError, FileExistsError for one that is there.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(path, flags, _OF_ITS_OWNER), "wb") as file:
        give_to_owner(file.fileno(), like)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def written_whole(path: Path, content: bytes, *, over: bool) -> None:
    """In the place of what is there, or raises FileExistsError. Raises OSError."""
    fresh = fresh_beside(path)
    try:
        write_new(fresh, content, path)
        put_in_place(fresh, path, over=over)
    finally:
        fresh.unlink(missing_ok=True)


def put_in_place(fresh: Path, path: Path, *, over: bool) -> None:
    """A file that was written beside it gets the name. Raises OSError, FileExistsError."""
    if over:
        fresh.replace(path)
    else:
        os.link(fresh, path)
    make_lasting(path.parent)


def fresh_beside(path: Path) -> Path:
    """A name that nobody has."""
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}")


def remove_half_written(path: Path) -> None:
    """What lies beside `path` since whoever wrote it, or a file named after it, was killed.

    It may hold secrets.
    """
    half = re.compile(rf"\.{re.escape(path.name)}(\.[a-z-]+)?\.[0-9a-f]{{8}}")
    with suppress(OSError):  # a folder that may not be read, or written
        for beside in path.parent.iterdir():
            if half.fullmatch(beside.name):
                beside.unlink()
