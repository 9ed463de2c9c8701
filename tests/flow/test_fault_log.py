"""Faults keep their `since`, and are logged once when they begin and once when they are over."""

import logging

import pytest

from tests.fakes.clock import ManualClock
from wattledger.energy.fault import Fault, FaultKind
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.fault_log import QUIET_S, FaultLog, Wait

NOON = 1_750_064_400.0
NO_TIME = Fault(FaultKind.NO_TIME, "the meter has no time yet")
OFF = Fault(FaultKind.CLOCK_OFF, "its clock is 240 s ahead")


class Bench:
    def __init__(self) -> None:
        self.clock = ManualClock(NOON)
        self.steps = ClockSteps(self.clock)
        self.log = FaultLog("mains", self.clock, self.steps)


def test_the_same_fault_keeps_its_since_whatever_its_words() -> None:
    bench = Bench()
    bench.log.see([OFF])
    bench.clock.advance(60)
    later = Fault(FaultKind.CLOCK_OFF, "its clock is 241 s ahead")
    bench.log.see([NO_TIME, later])
    assert [(fault.detail, fault.since) for fault in bench.log.now] == [
        (NO_TIME.detail, NOON + 60),
        (later.detail, NOON),
    ]
    bench.log.see([])
    bench.clock.advance(60)
    bench.log.see([OFF])
    assert [fault.since for fault in bench.log.now] == [NOON + 120]


def test_a_since_that_is_told_is_taken() -> None:
    bench = Bench()
    bench.log.see([Fault(FaultKind.COPY_FAILING, "away", since=77.0)])
    assert bench.log.now[0].since == 77.0


def test_a_wait_is_a_fault_once_it_takes_too_long_and_began_when_it_began() -> None:
    bench = Bench()
    wait = Wait(FaultKind.MINUTES_OVERDUE, "no minute", bench.clock.monotonic_s(), 60.0)
    bench.clock.advance(59)
    bench.log.see([wait])
    assert bench.log.now == []
    bench.clock.advance(1)
    bench.log.see([wait])
    assert bench.log.now == [Fault(FaultKind.MINUTES_OVERDUE, "no minute", NOON)]
    bench.clock.advance(30)
    bench.log.see([wait])
    assert bench.log.now[0].since == NOON


def test_of_each_kind_the_first_finding_counts() -> None:
    bench = Bench()
    bench.log.see([OFF, Fault(FaultKind.CLOCK_OFF, "another")])
    assert [fault.detail for fault in bench.log.now] == [OFF.detail]


def test_a_fault_that_began_in_1970_is_told_by_the_clock_that_was_set() -> None:
    bench = Bench()
    bench.clock.wall_s = 30.0
    bench.steps.look()
    bench.log.see([OFF])
    bench.clock.advance(10)
    bench.clock.wall_s = NOON
    bench.steps.look()
    assert bench.log.now[0].since == NOON - 10


def test_onset_and_end_are_logged_once_and_what_its_finder_tells_is_not(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench()
    told = Fault(FaultKind.UNREACHABLE, "no connection within 5 s")
    with caplog.at_level(logging.INFO):
        for found in ([], [OFF, told], [OFF, told], [OFF], [OFF], [], []):
            bench.log.see(found)
    lines = [record.getMessage() for record in caplog.records]
    assert lines == [f"mains: {OFF.detail}", f"mains: over: {OFF.detail}"]


def test_what_comes_and_goes_is_logged_once_in_ten_minutes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """And what stays at last is told, with its end."""
    bench = Bench()
    with caplog.at_level(logging.INFO):
        for _ in range(300):
            bench.log.see([OFF])
            bench.clock.advance(1)
            bench.log.see([NO_TIME])
            bench.clock.advance(1)
        assert len(caplog.records) == 4
        bench.log.see([OFF, NO_TIME])
        bench.clock.advance(QUIET_S)
        bench.log.see([OFF, NO_TIME])
        bench.log.see([])
    told = [record.getMessage() for record in caplog.records[4:]]
    over = [f"mains: over: {fault.detail}" for fault in (OFF, NO_TIME)]
    assert sorted(told) == sorted([f"mains: {fault.detail}" for fault in (OFF, NO_TIME)] + over)


def test_the_latest_trouble_is_remembered_but_not_that_of_a_start() -> None:
    bench = Bench()
    bench.log.see([Fault(FaultKind.CONNECTING, "not connected yet")])
    assert [bench.log.last, bench.log.last_seen] == [None, None]
    bench.log.see([NO_TIME, OFF])
    bench.clock.advance(60)
    bench.log.see([])
    assert bench.log.last is not None
    assert bench.log.last.detail == f"{NO_TIME.detail}; {OFF.detail}"
    assert bench.log.last_seen is not None
    assert bench.log.last_seen.at == NOON
