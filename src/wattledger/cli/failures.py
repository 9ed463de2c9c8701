"""How a verb fails: in words that say what to do.

With exit status 2 for what trying again can't mend.
"""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click
from typing_extensions import override

from wattledger.energy.clean_text import clean
from wattledger.energy.errors import BadSettings, WattledgerError

UNUSABLE = 2
_LONGEST = 1_000
"""Of one sentence: what comes of a file or a meter in it is no shorter for saying more."""
_MENDABLE = frozenset(
    {
        *(errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES, errno.EPERM),
        *(errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP),
        *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO),
        *(errno.EEXIST, errno.EINVAL, errno.ENXIO, errno.ENOTSUP),
    }
)
"""What whoever gave the command can mend: an address, a file or a disk that he named."""


def fail(message: str, *, status: int = UNUSABLE) -> NoReturn:
    """Says why on standard error and ends with status 2, or another one."""
    click.echo(f"wattledger: {message}", err=True)
    sys.exit(status)


class Verbs(click.Group):
    """Verbs whose failures are told wherever they come, as from a full disk behind the output."""

    @override
    def invoke(self, ctx: click.Context) -> object:
        with failures_told():
            return super().invoke(ctx)


@contextmanager
def failures_told() -> Iterator[None]:
    """Turns the product's errors, and addresses and files that can't be had, into words."""
    try:
        yield
    except BadSettings as error:
        lines = "\n".join(f"  {clean(fault, _LONGEST)}" for fault in error.faults)
        fail(f"the settings can't be used:\n{lines}")
    except WattledgerError as error:
        fail(clean(str(error), _LONGEST))
    except ExceptionGroup as group:
        if group.subgroup(BrokenPipeError) is not None:
            # Whoever read has read enough, as `head` does: click ends a verb quietly then.
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE)) from None
        told, rest = group.split(WattledgerError)
        if told is None or rest is not None:
            raise
        fail(clean(_first_of(told), _LONGEST))
    except OSError as error:
        if error.errno not in _MENDABLE:
            raise
        where = f"{clean(str(error.filename))}: " if error.filename else ""
        fail(f"{where}{error.strerror}")


def _first_of(group: BaseExceptionGroup[WattledgerError]) -> str:
    """What one of them says; a group inside a group says nothing by itself."""
    first: BaseException = group
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    return str(first)
