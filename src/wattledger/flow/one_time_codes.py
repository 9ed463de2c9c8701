"""One-time codes: said on this machine, typed or scanned on a phone, void after their first use.

A code has 40 random bits, in letters and digits that no one confuses. Whoever guesses is held up,
and nobody else: five wrong codes a minute from one address, and it waits. Many addresses together
are bounded too: a code dies of 10,000 wrong ones, whoever sent them. With the most that are out at
once, 4, a guesser who has all those addresses finds one with a chance of 4 x 10,000 / 2^40, one in
27 million, each time that somebody at home makes codes. Only hashes are kept.
"""

import asyncio
import hashlib
import secrets

from wattledger.energy.clock import Clock
from wattledger.energy.errors import TooManyTries, WrongCode
from wattledger.flow.throttle import Throttle

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32, without I, L, O and U."""
LENGTH = 8
HOLDS_S = 600.0
MOST = 4
"""Codes that are out at once; one more, and the oldest is void."""
WRONG_AT_ONCE = 5
WRONG_WINDOW_S = 60.0
"""So many wrong codes of one address within such a time, and its next try has to wait."""
WRONG_A_CODE = 10_000
"""A code dies of so many wrong ones, wherever they come from."""

_LOOKS_LIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def plain(text: str) -> str | None:
    """What was typed as it was said: `ab0d-efgh` is `AB0DEFGH`, O is 0; None when it is no code."""
    code = text.upper().translate(_LOOKS_LIKE) if text.isascii() else ""
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


class Ticket:
    """What is kept of a code that is out. `over` is set when it can't be used any more."""

    def __init__(self, sha256: bytes, until_s: float, *, owns: bool = True) -> None:
        self.sha256 = sha256
        self.owns = owns
        """Whether the device that comes with it may change the settings."""
        self.until_s = until_s
        self.wrong_ones = 0
        self.paired_with: str | None = None
        """The id of the device that came with it."""
        self.over = asyncio.Event()

    def is_wrong_once_more(self) -> bool:
        """Somebody tried another code; true when this one dies of it."""
        self.wrong_ones += 1
        return self.wrong_ones >= WRONG_A_CODE

    def is_used_by(self, device_id: str) -> None:
        self.paired_with = device_id
        self.over.set()


class OneTimeCodes:
    """The codes of one server. Time is the clock's monotonic one: a Pi's wall clock may jump."""

    def __init__(self, clock: Clock, holds_s: float = HOLDS_S) -> None:
        self.holds_s = holds_s
        self._clock = clock
        self._out: list[Ticket] = []
        self._throttle = Throttle(clock, WRONG_AT_ONCE, WRONG_WINDOW_S)

    def make(self, *, owns: bool = True) -> tuple[str, Ticket]:
        """A new code, as a person reads it (`ABCD-EFGH`), and its ticket; for a device that `owns`,
        or only looks.
        """
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        ticket = Ticket(_sha256(code), self._clock.monotonic_s() + self.holds_s, owns=owns)
        for oldest in self._out[: max(0, len(self._out) + 1 - MOST)]:
            self.withdraw(oldest)
        self._out.append(ticket)
        return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}", ticket

    def take(self, code: str, address: str) -> Ticket:
        """The ticket of a plain code, for who asks from `address`; nobody else gets it.

        Raises WrongCode, TooManyTries.
        """
        now_s = self._clock.monotonic_s()
        for ticket in [ticket for ticket in self._out if ticket.until_s <= now_s]:
            self.withdraw(ticket)
        if wait_s := self._throttle.wait_s(address):
            raise TooManyTries(wait_s)
        given = _sha256(code)
        for ticket in self._out:
            if secrets.compare_digest(given, ticket.sha256):
                self._out.remove(ticket)
                return ticket
        self._count_wrong(address)
        raise WrongCode

    def put_back(self, ticket: Ticket) -> None:
        """It was taken, and pairing failed for another reason; one that was withdrawn meanwhile
        stays void.
        """
        if not ticket.over.is_set():
            self._out.append(ticket)

    def withdraw(self, ticket: Ticket) -> None:
        """It is void, whether or not it was still out."""
        if ticket in self._out:
            self._out.remove(ticket)
        ticket.over.set()

    def _count_wrong(self, address: str) -> None:
        self._throttle.count(address)
        for ticket in [*self._out]:
            if ticket.is_wrong_once_more():
                self.withdraw(ticket)


def _sha256(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
