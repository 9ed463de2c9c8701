"""How a verb that has something to tidy up ends when it is told to: as after Ctrl-C."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def ended_as_by_ctrl_c() -> Iterator[None]:
    """While it lasts, SIGTERM and the loss of the terminal end it the same way.

    Whoever started it may have had it ignore one of them, as nohup does; that stays so.
    """
    before = {
        number: signal.signal(number, _break_off)
        for number in (signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _break_off(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt
