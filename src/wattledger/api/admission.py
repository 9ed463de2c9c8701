"""Admission: lets in whoever may ask, and makes those wait who try too often."""

from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response

from wattledger.api import problems
from wattledger.api.access_policy import Access
from wattledger.api.client_address import client_of
from wattledger.api.device_session import has_credentials, note_device, session_of
from wattledger.api.security_headers import Header
from wattledger.api.stranger_limits import StrangerLimits
from wattledger.flow.pairing import Pairing

HEALTH = "/api/v1/health"
PAIR = "/api/v1/access/pair"
OPEN_TO_ALL = {HEALTH, PAIR}


class Doorkeeper(Protocol):
    """Decides who may ask."""

    def refusal(self, request: Request, headers: list[Header]) -> Response | None:
        """None where the routes may answer. `headers` of the answer gets a cookie that is due."""
        ...


class Admission:
    """Of one API."""

    def __init__(self, access: Access, pairing: Pairing | None, strangers: StrangerLimits) -> None:
        self._access = access
        self._pairing = pairing
        self._strangers = strangers

    def refusal(self, request: Request, headers: list[Header]) -> Response | None:
        """None where the routes may answer; they are told which paired device asks.

        `headers` of the answer gets a cookie that is due.
        """
        if not self._access.admits_host(request.headers.get("host")):
            return problems.foreign_host()
        session = session_of(request, self._pairing)
        if session is not None:
            note_device(request.scope, session.device)
            if session.renewed is not None:
                headers.append((b"set-cookie", session.renewed.encode()))
            return None
        if request.scope["path"] in OPEN_TO_ALL:
            return None
        return self._refusal_of_token(request)

    def _refusal_of_token(self, request: Request) -> Response | None:
        """A household may share its address with a guesser: what nobody can guess opens always."""
        address = client_of(request.scope).address
        wait_s = self._strangers.wrong_tokens.wait_s(address)
        is_right = self._access.admits(request.headers.get("authorization"))
        if is_right and not (wait_s and self._access.is_weak):
            return None
        if not has_credentials(request):
            return problems.unauthorized()
        if wait_s:
            return problems.too_many_tokens(wait_s)
        self._strangers.wrong_tokens.count(address)
        self._strangers.log.logger.warning("access: a wrong token came from %s", address)
        return problems.unauthorized()
