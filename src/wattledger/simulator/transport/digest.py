"""The password of a meter: SHA-256 digest (RFC 7616), user `admin`, the device's id as realm."""

import hashlib
import hmac
from collections.abc import Callable
from typing import NamedTuple
from urllib.request import parse_http_list, parse_keqv_list

from wattledger.simulator.identity import JsonObject
from wattledger.simulator.rpc_methods.errors import RpcError, bad_argument
from wattledger.simulator.transport.nonces import Nonces, too_many_requests

USER = "admin"
_FRAME_DIGEST_SUBJECT = "dummy_method:dummy_uri"
_FREE_FAILURES = 3
_FAILURE_WINDOW_S = 600.0
_FIRST_DELAY_S, _LAST_DELAY_S = 10.0, 300.0


class _Answer(NamedTuple):
    """What a client says to a challenge, whichever way it came."""

    username: str
    realm: str
    nonce: str
    nc: str
    cnonce: str
    response: str


class OpenGuard:
    """A meter without a password lets everybody in."""

    def __init__(self, nonces: Nonces) -> None:
        self._nonces = nonces

    def admit_frame(self, frame: JsonObject) -> None:
        del frame

    def admit_http(self, method: str, uri: str, authorization: str | None) -> None:
        del method, uri, authorization

    def challenge(self) -> RpcError:
        return self._nonces.challenge()


class PasswordGuard:
    """Asks for the password, and after several wrong ones for patience as well (firmware 2)."""

    def __init__(self, realm: str, password: str, nonces: Nonces, now: Callable[[], float]) -> None:
        self._realm = realm
        self._secret_hash = _sha256(f"{USER}:{realm}:{password}")
        self._nonces = nonces
        self._now = now
        self._failures: list[float] = []

    def admit_frame(self, frame: JsonObject) -> None:
        auth = frame.get("auth")
        if auth is None:
            raise self.challenge()
        if not isinstance(auth, dict):
            raise bad_argument("auth", "an object")
        fields = {name: str(auth.get(name, "")) for name in _Answer._fields}
        fields["nc"] = fields["nc"] or "1"
        self._admit(_Answer(**fields), _FRAME_DIGEST_SUBJECT)

    def admit_http(self, method: str, uri: str, authorization: str | None) -> None:
        scheme, _, rest = (authorization or "").partition(" ")
        if scheme.lower() != "digest":
            raise self.challenge()
        given = parse_keqv_list(parse_http_list(rest))
        answer = _Answer(**{name: given.get(name, "") for name in _Answer._fields})
        if given.get("uri") != uri:
            raise self.challenge()
        if not self._nonces.rules.as_text:
            answer = answer._replace(nonce=str(_number(answer.nonce)))
        self._admit(answer, f"{method}:{uri}")

    def challenge(self) -> RpcError:
        return self._nonces.challenge()

    def _admit(self, answer: _Answer, subject: str) -> None:
        if self._locked():
            raise too_many_requests()
        self._nonces.check(answer.nonce)
        if not self._is_right(answer, subject):
            self._failures.append(self._now())
            raise self.challenge()
        self._nonces.use(answer.nonce, _number(answer.nc))

    def _is_right(self, answer: _Answer, subject: str) -> bool:
        """Whether the answer proves the password.

        A number as nonce is signed as it was shown: decimal in a frame, hexadecimal over HTTP.
        """
        shown = answer.nonce
        if not self._nonces.rules.as_text and subject != _FRAME_DIGEST_SUBJECT:
            shown = f"{int(shown):x}"
        proof = f"{self._secret_hash}:{shown}:{answer.nc}:{answer.cnonce}:auth:{_sha256(subject)}"
        known = answer.username == USER and answer.realm == self._realm
        return known and hmac.compare_digest(_sha256(proof).encode(), answer.response.encode())

    def _locked(self) -> bool:
        """Whether wrong passwords of the last ten minutes have earned a wait."""
        now = self._now()
        self._failures = [at for at in self._failures if now - at < _FAILURE_WINDOW_S]
        excess = len(self._failures) - _FREE_FAILURES
        if not self._nonces.rules.strict or excess < 0:
            return False
        return now - self._failures[-1] < min(_FIRST_DELAY_S * 2.0**excess, _LAST_DELAY_S)


def _number(text: str) -> int:
    try:
        return int(text, 16)
    except ValueError:
        return 0


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
