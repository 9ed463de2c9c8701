"""Property tests try the same examples in every run, so that each run takes the same.

WATTLEDGER_TEST_EXAMPLES=1000 searches for others, longer than is fit for every day.

Of several workers (`pytest -n 6`) each takes whole files, or several where the tests share one
thing. What takes longest begins first; the rest keeps its random order.
"""

import gc
import os
import signal
import socket
import time
from collections.abc import Iterator
from zlib import crc32

import pytest
from hypothesis import HealthCheck, settings
from typing_extensions import override
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # it has no types

USUAL = 30
EXAMPLES = int(os.environ.get("WATTLEDGER_TEST_EXAMPLES", USUAL))

settings.register_profile(
    "wattledger",
    deadline=None,  # a busy machine is not a failure
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    derandomize=EXAMPLES <= USUAL,
    max_examples=EXAMPLES,
)
settings.load_profile("wattledger")

LANES = {
    "tests/mongo/": ("one MongoDB", "another MongoDB"),
    "tests/browser/": ("one browser", "another browser"),
}
SPREAD = 18
"""With this digit of it the lanes take about as long as each other."""
FIRST = (*LANES, "tests/house/")


class Lanes(LoadScopeScheduling):  # type: ignore[misc]  # of no type
    """Hands out whole files and whole lanes, in the order in which they were collected."""

    @override
    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        for folder, lanes in LANES.items():
            if file.startswith(folder):
                return lanes[(crc32(file.encode()) >> SPREAD) % len(lanes)]
        return file


def pytest_collection_finish() -> None:
    """What was read of the tests stays to the end: no search for garbage needs to go through it."""
    gc.freeze()


def pytest_configure() -> None:
    """In the background, or under nohup, all that is started would ignore Ctrl-C and hanging up."""
    for number, usual in (
        (signal.SIGINT, signal.default_int_handler),
        (signal.SIGHUP, signal.SIG_DFL),
    ):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Lanes:
    config.option.loadscopereorder = False
    return Lanes(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    return next((at for at, folder in enumerate(FIRST) if item.nodeid.startswith(folder)), 9)


@pytest.fixture
def air() -> Iterator[None]:
    """The network that meters announce themselves in, for one test at a time.

    All that runs on this machine hears every announcement, so other workers and other runs wait:
    the name of a socket, which belongs to one process of this network until that has ended.
    """
    with socket.socket(socket.AF_UNIX) as turn:
        while True:
            try:
                turn.bind("\0wattledger-tests-air")
                break
            except OSError:
                time.sleep(0.05)
        yield
