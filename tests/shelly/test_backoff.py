import random

from wattledger.shelly.backoff import Backoff


def test_limits_double_from_the_least_to_the_most() -> None:
    limits: list[float] = []

    def draw(least: float, most: float) -> float:
        assert least == 0.0
        limits.append(most)
        return most

    backoff = Backoff(1.0, 60.0, draw)
    assert [backoff.next_s() for _ in range(9)] == limits
    assert limits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    backoff.reset()
    assert backoff.next_s() == 1.0


def test_it_never_grows_beyond_numbers() -> None:
    backoff = Backoff(1.0, 60.0, lambda _, most: most)
    assert max(backoff.next_s() for _ in range(5_000)) == 60.0


def test_two_meters_do_not_march_in_step() -> None:
    one, other = Backoff(1.0, 60.0), Backoff(1.0, 60.0)
    assert [one.next_s() for _ in range(8)] != [other.next_s() for _ in range(8)]


def test_the_whole_width_is_used() -> None:
    backoff = Backoff(60.0, 60.0, random.Random(1).uniform)
    waits = [backoff.next_s() for _ in range(200)]
    assert min(waits) < 3
    assert max(waits) > 57
