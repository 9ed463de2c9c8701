"""The bookkeeper: one commit a minute for all meters, patience with a full disk, nothing lost on
the way out.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from typing_extensions import override

from tests.fakes.clock import ManualClock
from tests.fakes.journal import MemoryJournal
from tests.fakes.loop import at_once
from wattledger.energy.booking_entry import Booked, Entry
from wattledger.energy.errors import StoreBusy, StoreUnusable
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import MeterId
from wattledger.energy.record import Counters, MinuteRecord, Origin
from wattledger.flow.bookkeeper import QUEUE_LENGTH, Bookkeeper
from wattledger.flow.notifier import Notifier
from wattledger.flow.ports import Journal
from wattledger.flow.store_write_health import StoreWriteHealth

GRID, SOLAR = MeterId("A" * 12), MeterId("B" * 12)
T0 = 1_750_000_020


def entry(meter: MeterId, minute: int, energy: int = 100) -> Entry:
    record = MinuteRecord(T0 + 60 * minute, 60, energy, 0, 0, 0, 0, 0)
    return Entry(meter, record, Origin.PUSHED)


class Bench:
    """A bookkeeper at work, its journal, and what it announced."""

    def __init__(self, meters_pushing: int) -> None:
        self.journal = MemoryJournal()
        notifier, clock = Notifier(), ManualClock(T0 + 3_600)
        self.announced = notifier.wakes(asyncio.Event())
        self.keeper = Bookkeeper(
            self.journal, clock, lambda: meters_pushing, notifier, StoreWriteHealth(clock)
        )


@asynccontextmanager
async def working(meters_pushing: int = 2) -> AsyncIterator[Bench]:
    bench = Bench(meters_pushing)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(bench.keeper.run())
        yield bench
        bench.keeper.stop()


async def test_minutes_of_both_meters_go_into_one_commit() -> None:
    async with working() as bench:
        bench.keeper.offer([entry(GRID, 0)])
        await asyncio.sleep(0)
        bench.keeper.offer([entry(SOLAR, 0)])
        await bench.journal.committed.wait()
    assert bench.journal.commits == [[entry(GRID, 0), entry(SOLAR, 0)]]
    assert bench.announced.is_set()


def test_a_meter_alone_is_waited_for_two_seconds() -> None:
    async def waiting() -> None:
        async with working(meters_pushing=2) as bench:
            bench.keeper.offer([entry(GRID, 0)])
            await bench.journal.committed.wait()
            assert asyncio.get_running_loop().time() == pytest.approx(2)
        assert bench.journal.commits == [[entry(GRID, 0)]]

    at_once(waiting())


async def test_whoever_submits_hears_what_became_of_it() -> None:
    async with working() as bench:
        assert await bench.keeper.submit([entry(GRID, 0), entry(GRID, 1)]) == Booked(booked=2)
        bench.announced.clear()
        outcome = await bench.keeper.submit([entry(GRID, 0), entry(GRID, 1, energy=7)])
        assert outcome == Booked(known=1, contradicted=1)
    assert not bench.announced.is_set()


def test_a_full_disk_loses_nothing_and_is_said() -> None:
    async def full() -> None:
        async with working(meters_pushing=1) as bench:
            bench.journal.busy = 7
            bench.keeper.offer([entry(GRID, 0)])
            await bench.journal.tried.wait()
            await asyncio.sleep(0)
            failed, error = (
                bench.keeper.state.failing,
                bench.keeper.state.last_error,
            )
            (wait,) = bench.keeper.state.standing()
            await bench.journal.committed.wait()
            tried_for_s = asyncio.get_running_loop().time()
        assert failed
        assert error == "the disk is full"
        assert wait.kind is FaultKind.STORE_NOT_WRITING
        assert tried_for_s == pytest.approx(1 + 2 + 5 + 10 + 30 + 30 + 30)
        assert not bench.keeper.state.failing
        assert (GRID, T0) in bench.journal.minutes

    at_once(full())


COUNTERS = Counters(T0, (1, 2, 3, 4, 5, 6))


async def test_another_write_ends_the_gathering_and_keeps_its_place() -> None:
    async with working() as bench:
        bench.keeper.offer([entry(GRID, 0)])
        await asyncio.sleep(0)
        bench.keeper.ask(lambda journal: journal.keep_counters(GRID, COUNTERS, T0))
        bench.keeper.offer([entry(SOLAR, 0)])
        await bench.journal.committed.wait()
    assert bench.journal.counters == [(GRID, COUNTERS)]
    assert bench.journal.commits == [[entry(GRID, 0)], [entry(SOLAR, 0)]]


def test_a_write_that_comes_while_minutes_are_gathered_outlasts_a_full_disk() -> None:
    async def full() -> None:
        async with working() as bench:
            bench.keeper.offer([entry(GRID, 0)])
            await asyncio.sleep(0)
            bench.journal.busy = 3
            bench.keeper.ask(lambda journal: journal.keep_counters(GRID, COUNTERS, T0))
            await bench.keeper.submit([])
        assert bench.journal.counters == [(GRID, COUNTERS)]
        assert bench.journal.commits == [[entry(GRID, 0)]]

    at_once(full())


async def test_what_is_queued_when_stopping_is_still_written() -> None:
    bench = Bench(meters_pushing=5)
    for minute in range(10):
        bench.keeper.offer([entry(GRID, minute)])
    bench.keeper.stop()
    async with asyncio.timeout(300):
        await bench.keeper.run()
    assert len(bench.journal.minutes) == 10


async def test_a_store_that_stays_full_does_not_hold_up_the_stop() -> None:
    bench = Bench(meters_pushing=1)
    bench.journal.busy = 1_000_000
    async with asyncio.timeout(300), asyncio.TaskGroup() as tasks:
        tasks.create_task(bench.keeper.run())
        submitted = tasks.create_task(_outcome(bench.keeper))
        await bench.journal.tried.wait()
        bench.keeper.stop()
    assert isinstance(submitted.result(), StoreBusy)


def test_who_stops_waiting_does_not_stop_the_booking() -> None:
    async def stopped_waiting() -> None:
        async with working() as bench:
            bench.journal.busy = 5
            submitted = asyncio.create_task(bench.keeper.submit([entry(GRID, 0)]))
            await bench.journal.tried.wait()
            submitted.cancel()
            await bench.journal.committed.wait()
            assert await bench.keeper.submit([entry(GRID, 0)]) == Booked(known=1)

    at_once(stopped_waiting())


async def _outcome(keeper: Bookkeeper) -> object:
    try:
        return await keeper.submit([entry(GRID, 0)])
    except StoreBusy as error:
        return error


async def test_a_full_queue_lets_pushed_minutes_go_and_counts_them() -> None:
    bench = Bench(meters_pushing=1)
    for minute in range(QUEUE_LENGTH + 3):
        bench.keeper.offer([entry(GRID, minute)])
    bench.keeper.ask(lambda journal: journal.maintain(0))
    assert bench.keeper.let_go == 4


class _Broken(MemoryJournal):
    @override
    async def book(self, entries: Sequence[Entry], now: float) -> Booked:
        raise RuntimeError("a fault of ours")


class _Refusing(MemoryJournal):
    @override
    async def book(self, entries: Sequence[Entry], now: float) -> Booked:
        raise StoreUnusable("the store has no room for it")


def _keeper(journal: MemoryJournal, meters_pushing: int) -> Bookkeeper:
    clock = ManualClock(T0 + 3_600)
    return Bookkeeper(journal, clock, lambda: meters_pushing, Notifier(), StoreWriteHealth(clock))


async def test_a_fault_of_ours_reaches_who_waits_and_the_supervisor() -> None:
    keeper = _keeper(_Broken(), meters_pushing=1)
    running = asyncio.create_task(keeper.run())
    with pytest.raises(RuntimeError, match="a fault of ours"):
        await keeper.submit([entry(GRID, 0)])
    with pytest.raises(RuntimeError):
        await running


async def _refused(_: Journal) -> None:
    raise StoreUnusable("the store has no room for it")


async def test_a_write_that_the_store_refuses_is_told_and_holds_up_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with working() as bench:
        bench.keeper.ask(_refused)
        assert await bench.keeper.submit([entry(GRID, 0)]) == Booked(booked=1)
    (fault,) = bench.keeper.state.standing()
    assert isinstance(fault, Fault)
    assert fault.kind is FaultKind.STORE_NOT_WRITING
    assert "is not tried again: the store has no room for it" in fault.detail
    assert "the store has no room for it" in caplog.text


async def test_who_waits_for_minutes_that_the_store_refuses_hears_of_it() -> None:
    keeper = _keeper(_Refusing(), meters_pushing=1)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(keeper.run())
        with pytest.raises(StoreUnusable):
            await keeper.submit([entry(GRID, 0)])
        keeper.stop()


async def _fails(_: Journal) -> None:
    raise RuntimeError("a fault of ours")


async def test_a_write_that_fails_takes_nothing_with_it_that_was_gathered() -> None:
    journal = MemoryJournal()
    keeper = _keeper(journal, meters_pushing=2)
    running = asyncio.create_task(keeper.run())
    keeper.offer([entry(GRID, 0)])
    await asyncio.sleep(0)
    fetched = asyncio.create_task(keeper.submit([entry(GRID, -60)]))
    await asyncio.sleep(0)
    keeper.ask(_fails)
    async with asyncio.timeout(300):
        assert await fetched == Booked(booked=2)
        with pytest.raises(RuntimeError):
            await running


async def test_minutes_that_fail_take_no_write_with_them_that_ended_the_gathering() -> None:
    keeper = _keeper(broken := _Broken(), meters_pushing=2)
    running = asyncio.create_task(keeper.run())
    keeper.offer([entry(GRID, 0)])
    await asyncio.sleep(0)
    keeper.ask(lambda journal: journal.keep_counters(GRID, COUNTERS, T0))
    with pytest.raises(RuntimeError):
        await running
    keeper.stop()
    await keeper.run()
    assert broken.counters == [(GRID, COUNTERS)]


def test_whoever_waits_hears_of_it_when_the_bookkeeper_is_broken_off() -> None:
    """Be it while minutes are gathered, or while the disk is full."""

    async def broken_off() -> None:
        for pushed, busy in (([entry(GRID, 0)], 0), ([], 1_000)):
            journal = MemoryJournal()
            journal.busy = busy
            keeper = _keeper(journal, meters_pushing=2)
            running = asyncio.create_task(keeper.run())
            keeper.offer(pushed)
            await asyncio.sleep(0)
            fetched = asyncio.create_task(_outcome(keeper))
            await asyncio.sleep(1)
            running.cancel()
            assert isinstance(await fetched, StoreBusy)

    at_once(broken_off())


def test_a_stop_is_not_held_up_by_what_is_waited_for() -> None:
    async def stopped() -> None:
        async with working(meters_pushing=2) as bench:
            bench.keeper.offer([entry(GRID, 0)])
            await asyncio.sleep(1)
        assert bench.journal.commits == [[entry(GRID, 0)]]
        assert asyncio.get_running_loop().time() == pytest.approx(1)

    at_once(stopped())
