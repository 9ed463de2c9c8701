"""Two of the many seeds of `./run simulate`: in the end all is true, and a seed repeats exactly."""

import logging

import pytest

from tests.simulation.draw import DAY_S, drawn
from tests.simulation.week import live


@pytest.mark.parametrize(("seed", "days"), [(3, 2), (14, 1)])
def test_after_fifty_faults_all_is_true(seed: int, days: int) -> None:
    assert live(seed, drawn(seed, days * DAY_S), week_s=days * DAY_S).wrong == []


def test_a_seed_repeats_exactly() -> None:
    half_s = DAY_S // 2
    one, other = (live(7, drawn(7, half_s), week_s=half_s) for _ in range(2))
    assert (one.wrong, one.trace) == ([], other.trace)


def test_the_log_is_as_it_was_before() -> None:
    log = logging.getLogger("wattledger")
    before = log.level
    assert live(1, [], week_s=3_600).wrong == []
    assert log.level == before
