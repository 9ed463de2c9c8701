from wattledger.energy.daily_limit import DailyLimit

DAY_S = 86_400
MORNING = 20_000.0 * DAY_S + 3_600


def test_so_much_a_day_and_no_more() -> None:
    allowance = DailyLimit(10)
    assert [allowance.take(4, MORNING + hour * 3_600) for hour in range(4)] == [4, 4, 2, 0]
    assert allowance.take(11, MORNING + DAY_S) == 10


def test_what_was_taken_before_counts() -> None:
    assert DailyLimit(10, 8, MORNING).take(5, MORNING) == 2
    assert DailyLimit(10, 80, MORNING).take(5, MORNING) == 0
    assert DailyLimit(10, 80, MORNING).take(5, MORNING + DAY_S) == 5


def test_a_copy_goes_its_own_way() -> None:
    first = DailyLimit(10, 8, MORNING)
    copy = first.copy()
    assert copy.take(2, MORNING) == 2
    assert first.take(2, MORNING) == 2
    assert copy.left(MORNING) == 0
    assert copy.left(MORNING + DAY_S) == 10


def test_a_day_of_twenty_four_hours_by_utc() -> None:
    allowance = DailyLimit(3)
    midnight = 20_001.0 * DAY_S
    assert allowance.take(3, midnight - 1) == 3
    assert allowance.left(midnight - 1) == 0
    assert allowance.left(midnight) == 3


def test_without_more_nothing_has_been_taken_yet() -> None:
    assert DailyLimit(10).left(0.0) == 10
    assert DailyLimit(10).copy().take(11, 0.0) == 10
