"""The digest a meter wants inside a frame (RFC 7616, SHA-256), and what it said of our tries.

One `Login` per kind of connection of a meter, kept over reconnects: firmware 2.x has 32 places for
nonces and fills up when every connection asks for its own. Within a nonce the count rises by one
with every frame, in the order in which the frames are sent.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Mapping

from wattledger.energy.errors import MeterRefused
from wattledger.energy.fault import Fault, FaultKind
from wattledger.shelly.rpc_frame import json_from
from wattledger.shelly.timeouts import Timing

_USER = "admin"
_ALGORITHM = "SHA-256"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


_HA2 = _sha256("dummy_method:dummy_uri")


class Challenge:
    """One nonce of the meter, with the count of how often it was used."""

    def __init__(self, realm: str, nonce: str | int, first_count: int) -> None:
        self.realm = realm
        self.nonce = nonce
        self._count = first_count - 1

    def answer(self, password: str) -> dict[str, object]:
        """The `auth` object of the next frame."""
        self._count += 1
        cnonce = secrets.token_hex(16)
        ha1 = _sha256(f"{_USER}:{self.realm}:{password}")
        response = _sha256(f"{ha1}:{self.nonce}:{self._count}:{cnonce}:auth:{_HA2}")
        return {
            "realm": self.realm,
            "username": _USER,
            "nonce": self.nonce,
            "nc": self._count,
            "cnonce": cnonce,
            "response": response,
            "algorithm": _ALGORITHM,
        }


def challenge_from(message: object) -> tuple[Challenge, bool] | None:
    """The challenge in the text of a 401, and whether it calls our nonce stale."""
    try:
        fields = json_from(message) if isinstance(message, str) else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, Mapping):
        return None
    realm, nonce, count = fields.get("realm"), fields.get("nonce"), fields.get("nc", 1)
    if not isinstance(realm, str) or not isinstance(nonce, str | int):
        return None
    if fields.get("algorithm", _ALGORITHM) != _ALGORITHM:
        return None
    return Challenge(realm, nonce, _first_count(count)), fields.get("stale") in (True, "true")


def _first_count(count: object) -> int:
    try:
        return max(1, int(str(count)))
    except ValueError:
        return 1


class Login:
    """What is known of a meter's lock: the challenge in use, and until when it wants no more tries.

    `gate` is held by the call that goes out to fetch a challenge, so that others wait for its nonce
    instead of spending tries of their own.
    """

    def __init__(self, password: str, timing: Timing) -> None:
        self._password = password
        self._timing = timing
        self._throttled = 0
        self._closed_until_s = 0.0
        self.challenge: Challenge | None = None
        self.protected = False
        self.fault: Fault | None = None
        self.gate = asyncio.Lock()

    @property
    def has_password(self) -> bool:
        return bool(self._password)

    @property
    def must_ask(self) -> bool:
        """Whether the next call can only fetch a challenge."""
        return self.protected and self.challenge is None

    def answer(self, challenge: Challenge) -> dict[str, object]:
        """The `auth` object of a frame; to be sent at once, as the count goes by order."""
        return challenge.answer(self._password)

    def check_open(self, now_s: float) -> None:
        """Raises MeterRefused while the meter wants no more tries; `now_s` is monotonic."""
        if now_s < self._closed_until_s:
            raise self._still_closed(now_s)

    def take(self, challenge: Challenge) -> Challenge:
        self.protected = True
        self.challenge = challenge
        return challenge

    def accepted(self) -> None:
        """An authenticated call was answered."""
        self._throttled = 0
        self._closed_until_s = 0.0
        self.fault = None

    def wrong_password(self, now_s: float) -> MeterRefused:
        """The meter asked for a password once more although it was given a fresh answer."""
        if self._password:
            fault = Fault(FaultKind.PASSWORD_REFUSED, "the meter refuses the password")
        else:
            fault = Fault(FaultKind.PASSWORD_WANTED, "the meter wants a password")
        return self._closed(fault, now_s, self._timing.wrong_password_s)

    def throttled(self, now_s: float) -> MeterRefused:
        """429: firmware 2.0.0 answers a nonce it has dropped so, until it is asked without one."""
        if now_s < self._closed_until_s:
            return self._still_closed(now_s)
        timing = self._timing
        wait_s = timing.throttled_first_s
        if self._throttled:
            wait_s = min(
                timing.throttled_least_s * 2 ** (self._throttled - 1), timing.throttled_most_s
            )
        self._throttled = min(self._throttled + 1, 16)
        fault = Fault(FaultKind.TOO_MANY_TRIES, "the meter has had too many tries to log in")
        return self._closed(fault, now_s, wait_s)

    def _still_closed(self, now_s: float) -> MeterRefused:
        fault = self.fault or Fault(FaultKind.TOO_MANY_TRIES, "refused")
        return MeterRefused(fault.detail, self._closed_until_s - now_s, fault.kind)

    def _closed(self, fault: Fault, now_s: float, wait_s: float) -> MeterRefused:
        self.challenge = None
        self.protected = True
        self.fault = fault
        self._closed_until_s = now_s + wait_s
        return MeterRefused(fault.detail, wait_s, fault.kind)
