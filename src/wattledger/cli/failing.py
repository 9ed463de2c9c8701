"""How a verb fails: in words that say what to do, and with exit status 2 for what trying again can't mend."""

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click

from wattledger.energy.errors import BadSettings, WattledgerError

UNUSABLE = 2


def fail(message: str) -> NoReturn:
    """Says why on standard error and ends with status 2."""
    click.echo(f"wattledger: {message}", err=True)
    sys.exit(UNUSABLE)


@contextmanager
def failures_told() -> Iterator[None]:
    """Turns the product's errors, and addresses that can't be listened on, into words."""
    try:
        yield
    except BadSettings as error:
        lines = "\n".join(f"  {fault}" for fault in error.faults)
        fail(f"the settings can't be used:\n{lines}")
    except WattledgerError as error:
        fail(str(error))
    except ExceptionGroup as group:
        told = group.subgroup(WattledgerError)
        if told is None or group.split(WattledgerError)[1] is not None:
            raise
        fail(str(told.exceptions[0]))
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES):
            raise
        fail(str(error.strerror or error))
