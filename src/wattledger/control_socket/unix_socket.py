"""Where a running server listens to the command line: a Unix socket beside its store.

The file system says who may connect: the server's own user, and root. The address of a socket may
have a hundred letters only, so that its folder is named by a descriptor.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OWN_USER_ONLY = 0o600
BACKLOG = 8


def place_of(store: Path) -> Path:
    """Of the server on this store."""
    return store.with_name(store.name + ".console")


@contextmanager
def short_name(place: Path) -> Iterator[str]:
    """A name for the socket that is short enough, while the block lasts. Raises OSError."""
    folder = os.open(place.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{place.name}"
    finally:
        os.close(folder)


def listener_at(place: Path) -> socket.socket:
    """Who holds the store's lock may clear away what a killed server left. Raises OSError."""
    place.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.setblocking(False)
        with short_name(place) as name:
            listener.bind(name)
        # Nobody can connect before it listens, so that there is no moment in which others may.
        place.chmod(OWN_USER_ONLY)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
