"""The live board: what readers are told, and that a slow one loses old values only."""

import asyncio

import pytest

from tests.fakes.clock import ManualClock
from tests.fakes.loop import LoopClock, at_once
from tests.fakes.meter import NO_PHASE
from wattledger.energy.clock import Clock
from wattledger.energy.meter import MeterId, MeterLabel, Production, Role
from wattledger.energy.power import MeterState, PowerNow
from wattledger.energy.power_reading import PowerReading
from wattledger.flow.live_power import LiveBoard, MinuteBooked

GRID = MeterLabel.of("mains", Role.GRID)
SOLAR = MeterLabel.of("roof", Role.SOLAR, Production.NEGATIVE)


def board_and_clock() -> tuple[LiveBoard, ManualClock]:
    clock = ManualClock()
    board = LiveBoard([GRID, SOLAR], clock, 1.0)
    board.connected("mains")
    board.connected("roof")
    return board, clock


def reading(clock: Clock, power_w: float | None) -> PowerReading:
    phases = (NO_PHASE, NO_PHASE, NO_PHASE)
    return PowerReading(MeterId("A" * 12), clock.now_s(), clock.monotonic_s(), power_w, phases)


def test_the_home_is_the_sum_with_the_plants_sign_applied() -> None:
    board, clock = board_and_clock()
    board.put("mains", reading(clock, -1234.5))
    board.put("roof", reading(clock, -2300.1))
    now = board.now()
    assert (now.roles_w[Role.GRID], now.roles_w[Role.SOLAR], now.home_w) == (
        -1234.5,
        2300.1,
        1065.6,
    )


def test_a_reading_without_value_does_not_make_an_old_one_younger() -> None:
    board, clock = board_and_clock()
    board.put("mains", reading(clock, 500))
    clock.advance(9)
    board.put("mains", reading(clock, None))
    assert board.now().roles_w[Role.GRID] == 500
    clock.advance(1)
    now = board.now()
    assert now.roles_w[Role.GRID] is None
    assert now.home_w is None
    assert now.meters[0].state is MeterState.STALE
    clock.advance(50)
    assert board.now().meters[0].state is MeterState.OFFLINE


async def test_a_lost_connection_is_told_at_once() -> None:
    board, clock = board_and_clock()
    board.put("mains", reading(clock, 500))
    with board.subscribed() as mailbox:
        board.disconnected("mains")
        (event,) = await mailbox.next()
        assert isinstance(event, PowerNow)
        assert event.roles_w[Role.GRID] is None
        assert event.meters[0].state is MeterState.OFFLINE
        board.disconnected("mains")
        board.booked(60)
        assert await mailbox.next() == [MinuteBooked(60)]


def test_a_meter_that_is_still_being_asked_for_the_first_time_is_waited_for() -> None:
    async def begun_after_s(*readings: tuple[str, float, float | None]) -> float:
        """Given which meter is read when, and what it gives."""
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        clock = LoopClock(1_750_000_000.0)
        board = LiveBoard([GRID, SOLAR], clock, 1.0)

        def put(name: str, power_w: float | None) -> None:
            board.put(name, reading(clock, power_w))

        for name, after_s, power_w in readings:
            loop.call_later(after_s, put, name, power_w)
        await board.begun()
        waited_s = loop.time() - began_s
        await board.begun()
        await asyncio.sleep(3)
        await board.begun()
        assert loop.time() - began_s == pytest.approx(waited_s + 3)
        return waited_s

    async def test() -> None:
        assert await begun_after_s(("mains", 0.1, 500), ("roof", 0.4, 0)) == pytest.approx(0.4)
        assert await begun_after_s(("mains", 0.1, 500), ("roof", 0.4, None)) == pytest.approx(3)
        assert await begun_after_s(("mains", 0.1, 500)) == pytest.approx(3)
        await LiveBoard((), LoopClock(), 1.0).begun()
        assert asyncio.get_running_loop().time() == pytest.approx(15.4)

    at_once(test())


async def test_a_slow_reader_loses_old_values_never_new_ones() -> None:
    board, clock = board_and_clock()
    with board.subscribed() as mailbox:
        for power_w in range(100):
            board.put("mains", reading(clock, power_w))
            board.tick()
            board.booked(60 * power_w)
        power, minute = await mailbox.next()
        assert isinstance(power, PowerNow)
        assert power.roles_w[Role.GRID] == 99
        assert minute == MinuteBooked(60 * 99)
        waiting = asyncio.create_task(asyncio.wait_for(mailbox.next(), 300))
        await asyncio.sleep(0)
        board.tick()
        assert len(await waiting) == 1
    board.tick()  # nobody listens any more


def test_recent_ticks_are_kept_for_an_hour() -> None:
    board, clock = board_and_clock()
    for power_w in range(3_700):
        board.put("mains", reading(clock, power_w))
        board.tick()
        clock.advance(1)
    recent = board.recent(3_600)
    assert len(recent) == 3_600
    assert recent[-1].roles_w[Role.GRID] == 3_699
    assert [point.roles_w[Role.GRID] for point in board.recent(10)] == list(range(3_690, 3_700))
