"""Who is connected: so many of one address, so many in all, and who makes room for whom.

Counted from the moment a connection is accepted, before anything is read from it or encrypted.
Proxies of the home have no bound of their own; those for whom they ask have.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from wattledger.api.client_address import Client, Proxies, counted_as
from wattledger.energy.clock import Clock
from wattledger.energy.fault import Fault, FaultKind

MOST = 512
MOST_OF_ONE = 96
"""All streams that there may be (64), and a household's questions beside them."""
TOLD_FOR_S = 60.0
"""So long after the last refusal it is still said."""


class Guest(Protocol):
    """A connection."""

    @property
    def is_idle(self) -> bool:
        """While the server waits for the client, be it for a question, for the rest of one or
        for an answer to be taken; also while the client asks ahead of its answers.
        """
        ...

    def dismiss(self) -> None:
        """Closes it."""
        ...


class ConnectionLimits:
    """Those who are connected to one server."""

    def __init__(
        self,
        clock: Clock,
        proxies: Proxies,
        most: int = MOST,
        most_of_one: int = MOST_OF_ONE,
    ) -> None:
        self.most = most
        self.most_of_one = min(most_of_one, most)
        self._clock = clock
        self._proxies = proxies
        self._guests: dict[Guest, str | None] = {}
        """By their addresses; a proxy of the home has none."""
        self._of: defaultdict[str, set[object]] = defaultdict(set)
        """Guests and askers of each address."""
        self._refused_since: float | None = None
        self._refused_at_s = 0.0
        self._why = ""

    def __len__(self) -> int:
        return len(self._guests)

    def enter(self, host: str, guest: Guest) -> bool:
        """A connection from this address; false when there is no room for it."""
        address = None if self._proxies.trusts(host) else counted_as(host)
        if address is not None and not self._may_be_one_more(address):
            return False
        if len(self._guests) >= self.most and not self._has_made_room(address):
            self._refuse(f"{self.most} connections are open, and that is the most")
            return False
        self._guests[guest] = address
        if address is not None:
            self._of[address].add(guest)
        return True

    def leave(self, guest: Guest) -> None:
        """It is closed; more than once is no mistake."""
        address = self._guests.pop(guest, None)
        if address is not None:
            self._forget(address, guest)

    @contextmanager
    def asking(self, client: Client) -> Iterator[bool]:
        """While someone behind a proxy asks; false when there is no room."""
        if not client.is_behind_proxy:
            yield True
            return
        if not self._may_be_one_more(client.address):
            yield False
            return
        asker = object()
        self._of[client.address].add(asker)
        try:
            yield True
        finally:
            self._forget(client.address, asker)

    def faults(self) -> list[Fault]:
        """What to tell while connections are refused, and for a minute after."""
        if self._is_calm():
            return []
        return [Fault(FaultKind.TOO_MANY_CONNECTIONS, self._why, self._refused_since)]

    def out_of_descriptors(self) -> None:
        """The system gives no more."""
        self._refuse("the system lets this process open no more connections")

    def _may_be_one_more(self, address: str) -> bool:
        if len(self._of.get(address, ())) < self.most_of_one:
            return True
        self._refuse(f"{self.most_of_one} connections of one address are open: that is the most")
        return False

    def _has_made_room(self, address: str | None) -> bool:
        """Whether an idle one left, of an address that has more than the newcomer's would have."""
        crowded = max(self._of.values(), key=len, default=set[object]())
        if len(crowded) <= len(self._of.get(address or "", ())) + 1:
            return False
        idle = next((one for one in self._guests if one in crowded and one.is_idle), None)
        if idle is None:
            return False
        self.leave(idle)
        idle.dismiss()
        self._refuse(f"{self.most} connections are open, and that is the most")
        return True

    def _forget(self, address: str, one: object) -> None:
        same = self._of[address]
        same.discard(one)
        if not same:
            del self._of[address]

    def _is_calm(self) -> bool:
        calm_s = self._clock.monotonic_s() - self._refused_at_s
        return self._refused_since is None or calm_s > TOLD_FOR_S

    def _refuse(self, why: str) -> None:
        if self._is_calm():
            self._refused_since = self._clock.now_s()
        self._refused_at_s = self._clock.monotonic_s()
        self._why = why
