"""Polling: all meters in the same tick, a silent one makes nobody late."""

import asyncio
from collections.abc import Sequence

import pytest

from tests.fakes.loop import LoopClock, at_once
from tests.fakes.meter import FakeMeter
from wattledger.energy.clock import Clock, SystemClock
from wattledger.energy.meter import Role
from wattledger.energy.power import PowerNow
from wattledger.flow.live_power import LiveBoard, MinuteBooked, Subscription
from wattledger.flow.power_poller import SHARE_OF_TICK, PowerPoller

TICK_S = 0.05


def app_state(clock: Clock | None = None) -> tuple[FakeMeter, FakeMeter, LiveBoard, PowerPoller]:
    clock = clock or SystemClock()
    grid = FakeMeter("mains", Role.GRID, "A" * 12, clock)
    solar = FakeMeter("roof", Role.SOLAR, "B" * 12, clock)
    board = LiveBoard([grid.label, solar.label], clock, TICK_S)
    board.connected("mains")
    board.connected("roof")
    return grid, solar, board, PowerPoller([grid, solar], board, clock, TICK_S)


async def powers(mailbox: Subscription, count: int) -> list[PowerNow]:
    found: list[PowerNow] = []
    while len(found) < count:
        events: Sequence[PowerNow | MinuteBooked] = await mailbox.next()
        found += [event for event in events if isinstance(event, PowerNow)]
    return found


def test_both_meters_are_in_every_tick_and_ticks_do_not_drift() -> None:
    async def live() -> None:
        grid, solar, board, poller = app_state(LoopClock())
        solar.power_w = 50.0
        grid.takes_s, solar.takes_s = 0.2 * TICK_S, 0.6 * TICK_S
        with board.subscribed() as mailbox:
            running = asyncio.create_task(poller.run())
            ticks = await powers(mailbox, 8)
            running.cancel()
        assert [tick.home_w for tick in ticks] == [150.0] * 8
        assert [tick.at for tick in ticks] == pytest.approx([(i + 0.6) * TICK_S for i in range(8)])
        assert grid.polls == solar.polls

    at_once(live())


def test_a_hanging_meter_has_one_poll_in_flight_and_delays_only_its_first_tick() -> None:
    async def live() -> None:
        grid, solar, board, poller = app_state(LoopClock())
        solar.hold = asyncio.Event()
        with board.subscribed() as mailbox:
            running = asyncio.create_task(poller.run())
            ticks = await powers(mailbox, 5)
            assert (grid.polls, solar.polls) == (5, 1)
            assert [tick.at for tick in ticks] == pytest.approx(
                [SHARE_OF_TICK * TICK_S, *(i * TICK_S for i in range(1, 5))]
            )
            assert [tick.roles_w[Role.GRID] for tick in ticks] == [100.0] * 5
            assert [tick.home_w for tick in ticks] == [None] * 5
            solar.hold.set()
            solar.power_w = 7.0
            late = await powers(mailbox, 3)
            assert late[-1].home_w == 107.0
            running.cancel()

    at_once(live())


async def test_a_meter_that_is_away_is_no_error_of_the_collector() -> None:
    grid, _, board, poller = app_state()
    grid.away = True
    with board.subscribed() as mailbox:
        running = asyncio.create_task(poller.run())
        ticks = await powers(mailbox, 2)
        assert not running.done()
        running.cancel()
    assert [tick.roles_w[Role.GRID] for tick in ticks] == [None, None]
    assert [tick.roles_w[Role.SOLAR] for tick in ticks] == [100.0, 100.0]


async def test_ticks_go_on_while_every_meter_hangs() -> None:
    grid, solar, board, poller = app_state()
    grid.hold = solar.hold = asyncio.Event()
    with board.subscribed() as mailbox:
        running = asyncio.create_task(poller.run())
        ticks = await powers(mailbox, 3)
        running.cancel()
    assert [tick.home_w for tick in ticks] == [None] * 3
    assert (grid.polls, solar.polls) == (1, 1)


async def test_refresh_asks_everybody_now() -> None:
    grid, solar, board, poller = app_state()
    grid.power_w = 3.0
    solar.hold = asyncio.Event()
    await poller.refresh(0.05)
    assert board.now().roles_w[Role.GRID] == 3.0
    assert board.now().roles_w[Role.SOLAR] is None
    assert (grid.polls, solar.polls) == (1, 1)


async def test_who_refreshes_while_others_do_shares_a_question_that_is_later_than_theirs() -> None:
    """However many ask: a meter's own ticks wait behind each of its questions."""
    grid, solar, board, poller = app_state()
    solar.hold = grid.hold = asyncio.Event()
    asking = [asyncio.ensure_future(poller.refresh(60.0))]
    await asyncio.sleep(0)
    asking += [asyncio.ensure_future(poller.refresh(60.0)) for _ in range(50)]
    await asyncio.sleep(0)
    assert (grid.polls, solar.polls) == (1, 1)
    grid.power_w = 3.0
    grid.hold.set()
    await asyncio.gather(*asking)
    assert (grid.polls, solar.polls) == (2, 2)
    assert board.now().roles_w[Role.GRID] == 3.0


async def test_whose_turn_to_refresh_does_not_come_in_time_waits_no_longer() -> None:
    grid, _, _, poller = app_state()
    grid.hold = asyncio.Event()
    first = asyncio.ensure_future(poller.refresh(60.0))
    await asyncio.sleep(0)
    await poller.refresh(0.01)
    assert grid.polls == 1
    grid.hold.set()
    await first
