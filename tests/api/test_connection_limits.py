"""Who is let in, who makes room, and what is told of it."""

import pytest

from tests.fakes.clock import ManualClock
from wattledger.api.client_address import Client, Proxies
from wattledger.api.connection_limits import TOLD_FOR_S, ConnectionLimits
from wattledger.energy.fault import FaultKind

HERE = "192.168.1.5"
THERE = "192.168.1.6"
PROXY = "10.0.0.1"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def connections(clock: ManualClock) -> ConnectionLimits:
    return ConnectionLimits(clock, Proxies([PROXY]), most=6, most_of_one=4)


class Visitor:
    """A connection without a socket."""

    def __init__(self, *, is_idle: bool = True) -> None:
        self.is_idle = is_idle
        self.is_gone = False

    def dismiss(self) -> None:
        self.is_gone = True


def entered(connections: ConnectionLimits, host: str, times: int) -> list[Visitor]:
    guests = [Visitor() for _ in range(times)]
    assert all(connections.enter(host, guest) for guest in guests)
    return guests


def may_enter(connections: ConnectionLimits, host: str) -> bool:
    return connections.enter(host, Visitor())


def test_so_many_of_one_address_and_others_still(connections: ConnectionLimits) -> None:
    first, *_ = entered(connections, HERE, 4)
    assert not may_enter(connections, HERE)
    entered(connections, THERE, 1)
    connections.leave(first)
    connections.leave(first)
    assert len(connections) == 4
    entered(connections, HERE, 1)
    assert not may_enter(connections, HERE)


def test_a_64_of_ipv6_is_one_address(connections: ConnectionLimits) -> None:
    for number in range(4):
        assert may_enter(connections, f"2001:db8::{number}")
    assert not may_enter(connections, "2001:db8::ffff:1")
    assert may_enter(connections, "2001:db8:0:1::1")


def test_where_all_is_full_the_most_crowded_address_makes_room(
    connections: ConnectionLimits,
) -> None:
    """Of those that wait and ask nothing, the one that came first."""
    guests = entered(connections, HERE, 4) + entered(connections, THERE, 2)
    guests[0].is_idle = False
    assert may_enter(connections, "192.168.1.7")
    assert [number for number, guest in enumerate(guests) if guest.is_gone] == [1]
    assert len(connections) == 6
    connections.leave(guests[1])  # as its connection does, once it is closed
    assert len(connections) == 6


def test_nobody_makes_room_for_who_has_as_many(connections: ConnectionLimits) -> None:
    entered(connections, HERE, 3)
    entered(connections, THERE, 3)
    assert not may_enter(connections, HERE)
    assert len(connections) == 6


def test_who_is_being_answered_makes_no_room(connections: ConnectionLimits) -> None:
    for guest in entered(connections, HERE, 4) + entered(connections, THERE, 2):
        guest.is_idle = False
    assert not may_enter(connections, "192.168.1.7")


def test_a_proxy_has_as_many_as_there_are(connections: ConnectionLimits) -> None:
    entered(connections, PROXY, 6)
    assert not may_enter(connections, PROXY)


def test_for_whom_a_proxy_asks_is_counted_while_it_asks(connections: ConnectionLimits) -> None:
    behind = Client(HERE, is_behind_proxy=True)
    entered(connections, HERE, 3)
    with connections.asking(behind) as first, connections.asking(behind) as second:
        assert (first, second) == (True, False)
        with connections.asking(Client(HERE)) as direct:
            assert direct
    with connections.asking(behind) as again:
        assert again
    assert len(connections) == 3


def test_refusals_are_told_for_a_minute(connections: ConnectionLimits, clock: ManualClock) -> None:
    assert connections.faults() == []
    entered(connections, HERE, 4)
    began = clock.now_s()
    may_enter(connections, HERE)
    clock.advance(TOLD_FOR_S)
    may_enter(connections, HERE)
    clock.advance(TOLD_FOR_S)
    (fault,) = connections.faults()
    assert fault.kind is FaultKind.TOO_MANY_CONNECTIONS
    assert fault.since == began
    assert HERE not in fault.detail  # health is open to all
    clock.advance(1)
    assert connections.faults() == []
    connections.out_of_descriptors()
    (fault,) = connections.faults()
    assert fault.since == clock.now_s()
