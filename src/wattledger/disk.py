"""Files that last, and that the server may open: whoever makes one, root for one; and small ones
that a person has named, whatever lies there.
"""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


def make_lasting(path: Path) -> None:
    """The file, or the names in the folder, are on the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def give_to_owner(descriptor: int, path: Path) -> None:
    """Gives an open file, where root has made it, to whom `path` belongs, or its folder where there
    is no `path` yet. Raises OSError.

    Of a file that is open, since a name may have come to mean another one.
    """
    if os.geteuid() == 0:
        like = (path if path.exists() else path.parent).stat()
        os.fchown(descriptor, like.st_uid, like.st_gid)


def open_plain(path: Path) -> BinaryIO:
    """A file to read. Raises OSError, also for a pipe, which would wait for ever, and a device."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    what = "a folder" if stat.S_ISDIR(mode) else "a pipe or a device"
    raise OSError(errno.EINVAL, f"it is {what}, and no file", str(path))


def read_small(path: Path, most_bytes: int) -> bytes:
    """What is in such a file. Raises OSError, also for one with more than that."""
    with open_plain(path) as file:
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise OSError(errno.EFBIG, f"it has more than {most_bytes >> 10} KiB", str(path))
    return content


def text_of(content: bytes) -> str:
    """UTF-8, with or without the mark that Windows puts first. Raises ValueError in words."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError("it is UTF-16: save it as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("it is no text in UTF-8: save it as that") from error
