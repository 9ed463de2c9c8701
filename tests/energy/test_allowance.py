from wattledger.energy.allowance import DAY_S, Allowance

MORNING = 20_000.0 * DAY_S + 3_600


def test_so_much_a_day_and_no_more() -> None:
    allowance = Allowance(10)
    assert [allowance.take(4, MORNING + hour * 3_600) for hour in range(4)] == [4, 4, 2, 0]
    assert allowance.take(11, MORNING + DAY_S) == 10


def test_what_was_taken_before_counts() -> None:
    assert Allowance(10, 8, MORNING).take(5, MORNING) == 2
    assert Allowance(10, 80, MORNING).take(5, MORNING) == 0
    assert Allowance(10, 80, MORNING).take(5, MORNING + DAY_S) == 5


def test_a_copy_goes_its_own_way() -> None:
    first = Allowance(10, 8, MORNING)
    copy = first.copy()
    assert copy.take(2, MORNING) == 2
    assert first.take(2, MORNING) == 2
