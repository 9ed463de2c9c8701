"""The watchdog looks by itself, goes by what it can read, and is held up by nothing."""

import asyncio
import logging

import pytest

from tests.fakes.clock import ManualClock
from tests.fakes.loop import LoopClock, at_once
from wattledger.energy.errors import StoreBusy, StoreUnusable
from wattledger.energy.fault import Fault, FaultKind
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.fault_log import FaultLog
from wattledger.flow.store_write_health import HANGS_S, StoreWriteHealth
from wattledger.flow.watchdog import ServerWatch, Watchdog

FULL = StoreBusy("the disk is full")


class Thing:
    def __init__(self, reading: str = "reads") -> None:
        self.looks = 0
        self.reads = 0
        self._reading = reading

    def look(self) -> None:
        self.looks += 1

    async def read(self) -> None:
        self.reads += 1
        if self._reading == "busy":
            raise FULL
        if self._reading == "hangs":
            await asyncio.Event().wait()


def test_it_looks_every_second_also_beside_a_store_that_hangs() -> None:
    async def test() -> None:
        things = [Thing("busy"), Thing("hangs"), Thing()]
        watching = asyncio.create_task(Watchdog(ClockSteps(LoopClock()), things).run())
        await asyncio.sleep(100.5)
        watching.cancel()
        assert all(thing.reads >= 6 for thing in things)
        assert all(thing.looks >= 99 for thing in things)

    at_once(test())


def test_the_faults_of_the_server_are_those_of_its_parts_as_of_now() -> None:
    clock = ManualClock()
    found: list[Fault] = []
    watch = ServerWatch(FaultLog("server", clock, ClockSteps(clock)), [lambda: found, lambda: ()])
    assert watch.faults == []
    found.append(Fault(FaultKind.STORE_GONE, "the store is gone"))
    assert [fault.kind for fault in watch.faults] == [FaultKind.STORE_GONE]
    at_once(watch.read())


def _failed(state: StoreWriteHealth, writer: str) -> None:
    with pytest.raises(StoreBusy), state.trying(writer):
        raise FULL


def test_a_store_that_is_not_written_is_told_since_the_first_try(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = ManualClock()
    state = StoreWriteHealth(clock)
    watch = ServerWatch(FaultLog("server", clock, ClockSteps(clock)), [state.standing])
    began = clock.now_s()
    with caplog.at_level(logging.INFO):
        _failed(state, "booking")
        clock.advance(20)
        _failed(state, "settling")
        _failed(state, "booking")
        (fault,) = watch.faults
        assert (fault.kind, fault.since) == (FaultKind.STORE_NOT_WRITING, began)
        assert "the disk is full" in fault.detail
        with state.trying("settling"):
            pass
        assert [state.failing] == [True]  # what is booked is not written yet
        with state.trying("booking"):
            pass
    assert watch.faults == []
    assert [state.failing] == [False]
    assert (state.last_error, state.last_error_at) == ("the disk is full", began + 20)
    lines = [record.getMessage() for record in caplog.records]
    assert lines == ["store: can't write, will try again: the disk is full", "store: writing again"]


def test_a_write_that_is_refused_is_told_for_five_minutes() -> None:
    clock = ManualClock()
    state = StoreWriteHealth(clock)
    began = clock.now_s()
    with pytest.raises(StoreUnusable), state.trying("booking"):
        raise StoreUnusable("no room")
    told = Fault(
        FaultKind.STORE_NOT_WRITING, "a write failed, and is not tried again: no room", began
    )
    clock.advance(299)
    assert [*state.standing()] == [told]
    assert [state.failing] == [False]
    clock.advance(1)
    assert [*state.standing()] == []


def test_a_write_that_never_comes_back_is_told() -> None:
    clock = ManualClock()
    state = StoreWriteHealth(clock)
    watch = ServerWatch(FaultLog("server", clock, ClockSteps(clock)), [state.standing])
    began = clock.now_s()
    with state.trying("booking"):
        clock.advance(HANGS_S - 1)
        assert watch.faults == []
        clock.advance(1)
        (fault,) = watch.faults
        assert (fault.kind, fault.since) == (FaultKind.STORE_NOT_WRITING, began)
    assert watch.faults == []
