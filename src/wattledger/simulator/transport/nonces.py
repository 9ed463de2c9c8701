"""The challenges a meter has given out, and what becomes of them."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from wattledger.simulator.rpc_methods.errors import RpcError, Unauthorized

TOO_MANY_REQUESTS = 429
_THROTTLE_S = 2.0


@dataclass(frozen=True, slots=True)
class NonceRules:
    """How a firmware treats its nonces.

    `strict`: nc has to rise with every use. `keeps_expired`: an expired nonce goes on taking its
    slot, and one that lost its slot is answered 429 for ever instead of 401. `as_text`: a nonce is
    a text, else a number.
    """

    ttl_s: float
    max_uses: int
    slots: int
    strict: bool
    keeps_expired: bool
    as_text: bool


def rules_of(version: tuple[int, int, int]) -> NonceRules:
    if version < (2, 0, 0):
        return NonceRules(float("inf"), 2**31, 64, strict=False, keeps_expired=False, as_text=False)
    first = version < (2, 0, 1)
    return NonceRules(3600.0, 30_000, 32, strict=True, keeps_expired=first, as_text=True)


@dataclass(slots=True)
class _Slot:
    issued_at: float
    last_nc: int = 0
    uses: int = 0


class Nonces:
    """`now` is simulated time: under a fast clock a nonce ages as fast as everything else."""

    def __init__(self, realm: str, rules: NonceRules, now: Callable[[], float]) -> None:
        self._realm = realm
        self.rules = rules
        self._now = now
        self._slots: dict[str, _Slot] = {}
        self._given_at = float("-inf")

    def challenge(self, *, stale: bool = False) -> RpcError:
        """A refusal with a new nonce, or 429 while all slots are taken."""
        now = self._now()
        if not self.rules.keeps_expired:
            self._free_expired(now)
        if len(self._slots) >= self.rules.slots:
            if self.rules.strict and now - self._given_at < _THROTTLE_S:
                return too_many_requests()
            del self._slots[next(iter(self._slots))]
        self._given_at = now
        nonce = self._new_nonce()
        self._slots[str(nonce)] = _Slot(now)
        answer: dict[str, object] = {
            "auth_type": "digest",
            "nonce": nonce,
            "nc": 1,
            "realm": self._realm,
            "algorithm": "SHA-256",
        }
        return Unauthorized(answer | ({"stale": True} if stale else {}))

    def check(self, nonce: str) -> None:
        """RpcError when the nonce cannot be used at all."""
        slot = self._slots.get(nonce)
        if slot is None:
            raise self._unknown()
        if self._is_spent(slot, self._now()):
            if not self.rules.keeps_expired:
                del self._slots[nonce]
            raise self.challenge(stale=True)

    def use(self, nonce: str, nc: int) -> None:
        """Note a right answer; RpcError where its count was there before."""
        slot = self._slots[nonce]
        if self.rules.strict and nc <= slot.last_nc:
            raise self.challenge(stale=True)
        slot.last_nc = nc
        slot.uses += 1

    def forget(self) -> None:
        """A boot: no nonce of before is known."""
        self._slots.clear()

    def _unknown(self) -> RpcError:
        if self.rules.keeps_expired:
            return too_many_requests()
        return self.challenge(stale=self.rules.strict)

    def _is_spent(self, slot: _Slot, now: float) -> bool:
        return now - slot.issued_at > self.rules.ttl_s or slot.uses >= self.rules.max_uses

    def _free_expired(self, now: float) -> None:
        for nonce in [key for key, slot in self._slots.items() if self._is_spent(slot, now)]:
            del self._slots[nonce]

    def _new_nonce(self) -> int | str:
        if self.rules.as_text:
            return secrets.token_hex(16)
        nonce = int(self._now())
        while str(nonce) in self._slots:
            nonce += 1
        return nonce


def too_many_requests() -> RpcError:
    return RpcError(TOO_MANY_REQUESTS, "Too many requests")
