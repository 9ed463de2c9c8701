from datetime import date, datetime

import pytest

from tests.energy.pricing import HELSINKI
from wattledger.flow.price_plan import (
    BETWEEN_ASKS_S,
    OFTEN_S,
    SELDOM_S,
    SourceOrder,
    span_of_days,
    wait_s,
    wanted_days,
)


def at(hour: int, minute: int = 0) -> float:
    moment = datetime(2026, 1, 15, hour, minute, tzinfo=HELSINKI.time_zone)
    return moment.timestamp()


def test_tomorrow_is_wanted_from_the_afternoon_on() -> None:
    days = [date(2026, 1, day) for day in (14, 15, 16)]
    assert wanted_days(HELSINKI, at(13, 59)) == days[:2]
    assert wanted_days(HELSINKI, at(14)) == days


def test_a_span_of_days_has_their_own_length() -> None:
    days = [date(2026, 3, 28), date(2026, 3, 29)]
    start, end = span_of_days(HELSINKI, days)
    assert end - start == 47 * 3_600


@pytest.mark.parametrize(
    ("now", "is_complete", "seconds"),
    [
        (at(3), False, OFTEN_S),
        (at(14, 10), False, OFTEN_S),
        (at(20), False, SELDOM_S),
        (at(13), True, 3_600),
        (at(13, 55), True, OFTEN_S),
        (at(14, 10), True, 86_400 - 600),
    ],
)
def test_how_long_to_the_next_round(now: float, is_complete: bool, seconds: float) -> None:
    assert wait_s(HELSINKI, now, is_complete=is_complete) == seconds


def test_who_failed_three_rounds_goes_last_until_it_answers() -> None:
    order = SourceOrder(["a", "b"])
    now = 0.0
    for _ in range(3):
        assert order.at(now) == ["a", "b"]
        order.asked("a", now, has_failed=True)
        assert order.at(now) == ["b"]
        now += BETWEEN_ASKS_S
    assert order.at(now) == ["b", "a"]
    order.asked("a", now, has_failed=False, retry_after_s=1_000)
    assert order.at(now + 999) == ["b"]
    assert order.at(now + 1_000) == ["a", "b"]
