"""Whose the files of a store are: whoever makes one, root for one, the server must be able to open
it.
"""

import os
from pathlib import Path


def give_to_owner(descriptor: int, store: Path) -> None:
    """Gives an open file to whom the store belongs, or its folder where there is no store yet.

    Of a file that is open, since a name may have come to mean another one.
    """
    if os.geteuid() == 0:
        like = (store if store.exists() else store.parent).stat()
        os.fchown(descriptor, like.st_uid, like.st_gid)
