"""Files that last, and that the server may open: whoever makes one, root for one."""

import os
from pathlib import Path


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
