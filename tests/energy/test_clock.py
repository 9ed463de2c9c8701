import time

from wattledger.energy.clock import Clock, SystemClock


def test_the_system_clock_is_the_machine_s() -> None:
    clock: Clock = SystemClock()
    assert abs(clock.now_s() - time.time()) < 5
    before = time.monotonic()
    assert before <= clock.monotonic_s() <= time.monotonic()
