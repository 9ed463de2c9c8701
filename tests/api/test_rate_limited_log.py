"""A line a minute and kind, and how many were left out."""

import logging

import pytest

from tests.fakes.clock import ManualClock
from wattledger.api.rate_limited_log import RateLimitedLog


def test_a_line_a_minute_and_kind(caplog: pytest.LogCaptureFixture) -> None:
    clock = ManualClock()
    log = RateLimitedLog(clock)
    for number in range(1_500):
        log.logger.warning("a connection of %s is refused", f"10.0.0.{number % 7}")
        log.logger.error("no HTTP")
        log.sum_up()
    assert caplog.messages == ["a connection of 10.0.0.0 is refused", "no HTTP"]
    caplog.clear()
    clock.advance(60)
    log.sum_up()
    log.sum_up()
    assert caplog.messages == [
        "a connection of 10.0.0.1 is refused (1499 times within the last minute)",
        "no HTTP (1499 times within the last minute)",
    ]
    assert {record.levelno for record in caplog.records} == {logging.WARNING}
    caplog.clear()
    log.logger.error("no HTTP")
    assert not caplog.messages
    for _ in range(2):
        clock.advance(60)
        log.sum_up()
    log.logger.error("no HTTP")
    assert caplog.messages == ["no HTTP (1 times within the last minute)", "no HTTP"]
