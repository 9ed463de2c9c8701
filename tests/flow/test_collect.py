"""Polling: all meters in the same tick, a silent one makes nobody late."""

import asyncio
from collections.abc import Sequence

from tests.fakes.meter import FakeMeter
from wattledger.energy.clock import SystemClock
from wattledger.energy.meter import Role
from wattledger.energy.power import PowerNow
from wattledger.flow.collect import Collector
from wattledger.flow.live import LiveBoard, MinuteBooked, Subscription

TICK_S = 0.05


def house() -> tuple[FakeMeter, FakeMeter, LiveBoard, Collector]:
    clock = SystemClock()
    grid = FakeMeter("mains", Role.GRID, "A" * 12, clock)
    solar = FakeMeter("roof", Role.SOLAR, "B" * 12, clock)
    board = LiveBoard([grid.label, solar.label], clock, TICK_S)
    board.connected("mains")
    board.connected("roof")
    return grid, solar, board, Collector([grid, solar], board, clock, TICK_S)


async def powers(mailbox: Subscription, count: int) -> list[PowerNow]:
    found: list[PowerNow] = []
    while len(found) < count:
        events: Sequence[PowerNow | MinuteBooked] = await mailbox.next()
        found += [event for event in events if isinstance(event, PowerNow)]
    return found


async def test_both_meters_are_in_every_tick_and_ticks_do_not_drift() -> None:
    grid, solar, board, collector = house()
    solar.power_w = 50.0
    with board.subscribed() as mailbox:
        running = asyncio.create_task(collector.run())
        ticks = await powers(mailbox, 8)
        running.cancel()
    for tick in ticks:
        assert tick.home_w == 150.0
    offsets = [(tick.at - ticks[0].at) / TICK_S for tick in ticks]
    assert all(abs(offset - index) < 0.5 for index, offset in enumerate(offsets))
    assert grid.polls == solar.polls


async def test_a_hanging_meter_has_one_poll_in_flight_and_delays_only_its_first_tick() -> None:
    grid, solar, board, collector = house()
    solar.hold = asyncio.Event()
    with board.subscribed() as mailbox:
        running = asyncio.create_task(collector.run())
        ticks = await powers(mailbox, 5)
        assert solar.polls == 1
        assert grid.polls >= 5
        assert [tick.grid_w for tick in ticks] == [100.0] * 5
        assert [tick.home_w for tick in ticks] == [None] * 5
        solar.hold.set()
        solar.power_w = 7.0
        late = await powers(mailbox, 3)
        assert late[-1].home_w == 107.0
        running.cancel()


async def test_a_meter_that_is_away_is_no_error_of_the_collector() -> None:
    grid, _, board, collector = house()
    grid.away = True
    with board.subscribed() as mailbox:
        running = asyncio.create_task(collector.run())
        ticks = await powers(mailbox, 2)
        assert not running.done()
        running.cancel()
    assert [tick.grid_w for tick in ticks] == [None, None]
    assert [tick.solar_w for tick in ticks] == [100.0, 100.0]


async def test_ticks_go_on_while_every_meter_hangs() -> None:
    grid, solar, board, collector = house()
    grid.hold = solar.hold = asyncio.Event()
    with board.subscribed() as mailbox:
        running = asyncio.create_task(collector.run())
        ticks = await powers(mailbox, 3)
        running.cancel()
    assert [tick.home_w for tick in ticks] == [None] * 3
    assert (grid.polls, solar.polls) == (1, 1)


async def test_refresh_asks_everybody_now() -> None:
    grid, solar, board, collector = house()
    grid.power_w = 3.0
    solar.hold = asyncio.Event()
    await collector.refresh(0.05)
    assert board.now().grid_w == 3.0
    assert board.now().solar_w is None
    assert (grid.polls, solar.polls) == (1, 1)
