"""One-time codes: said on this machine, typed or scanned on a phone, void after their first use.

A code has 40 random bits, in letters and digits that no one confuses. Whoever guesses is held up:
after a few wrong codes nobody may try for a while, and a code that was out meanwhile dies of too
many wrong ones. Only hashes are kept.
"""

import asyncio
import hashlib
import math
import secrets
from collections import deque

from wattledger.energy.clock import Clock
from wattledger.energy.errors import TooManyTries, WrongCode

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32, without I, L, O and U."""
LENGTH = 8
HOLDS_S = 600.0
MOST = 4
"""Codes that are out at once; one more, and the oldest is void."""
WRONG_AT_ONCE = 5
WRONG_WINDOW_S = 60.0
"""So many wrong codes within such a time, and the next try has to wait."""
WRONG_A_CODE = 10
"""A code dies of so many wrong ones."""

_LOOKS_LIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def plain(text: str) -> str | None:
    """What was typed as it was said: `ab0d-efgh` is `AB0DEFGH`, O is 0; None when it is no code."""
    code = text.upper().translate(_LOOKS_LIKE)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


class Ticket:
    """What is kept of a code that is out. `over` is set when it can't be used any more."""

    def __init__(self, sha256: bytes, until_s: float) -> None:
        self.sha256 = sha256
        self.until_s = until_s
        self.wrong_ones = 0
        self.paired_with: str | None = None
        """The id of the device that came with it."""
        self.over = asyncio.Event()


class Codes:
    """The codes of one server. Time is the clock's monotonic one: a Pi's wall clock may jump."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._out: list[Ticket] = []
        self._wrong_at_s: deque[float] = deque(maxlen=WRONG_AT_ONCE)

    def make(self) -> tuple[str, Ticket]:
        """A new code, as a person reads it (`ABCD-EFGH`), and its ticket."""
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        ticket = Ticket(_sha256(code), self._clock.monotonic_s() + HOLDS_S)
        for oldest in self._out[: max(0, len(self._out) + 1 - MOST)]:
            self.withdraw(oldest)
        self._out.append(ticket)
        return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}", ticket

    def take(self, code: str) -> Ticket:
        """The ticket of a plain code; nobody else gets it. Raises WrongCode, TooManyTries."""
        now_s = self._clock.monotonic_s()
        for ticket in [ticket for ticket in self._out if ticket.until_s <= now_s]:
            self.withdraw(ticket)
        if len(self._wrong_at_s) == WRONG_AT_ONCE:
            wait_s = self._wrong_at_s[0] + WRONG_WINDOW_S - now_s
            if wait_s > 0:
                raise TooManyTries(math.ceil(wait_s))
        given = _sha256(code)
        for ticket in self._out:
            if secrets.compare_digest(given, ticket.sha256):
                self._out.remove(ticket)
                return ticket
        self._count_wrong(now_s)
        raise WrongCode

    def put_back(self, ticket: Ticket) -> None:
        """It was taken, and pairing failed for another reason."""
        self._out.append(ticket)

    def withdraw(self, ticket: Ticket) -> None:
        """It is void, whether or not it was still out."""
        if ticket in self._out:
            self._out.remove(ticket)
        ticket.over.set()

    def _count_wrong(self, now_s: float) -> None:
        self._wrong_at_s.append(now_s)
        for ticket in [*self._out]:
            ticket.wrong_ones += 1
            if ticket.wrong_ones >= WRONG_A_CODE:
                self.withdraw(ticket)


def _sha256(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
