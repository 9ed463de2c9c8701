"""Sessions: which paired device a request comes from, by its cookie or by its Bearer header.

A phone holds its token in a cookie that no script can read, that no other site's page makes the
phone send, and that goes over HTTPS only where the server speaks it. Cookies do not know ports, so
that its name carries the server's: two homes on one machine keep their phones apart.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.types import Scope

from wattledger.api.access import bearer
from wattledger.flow.pairing import Pairing
from wattledger.flow.pairing_ports import Device

COOKIE_LASTS_S = 400 * 86_400
"""As long as browsers allow; each hour in which the device is used it begins anew."""

_KEY = "wattledger.device"


@dataclass(frozen=True, slots=True)
class Session:
    """A paired device that asks."""

    device: Device
    renewed: str | None
    """A Set-Cookie header that makes its cookie last, when it is time for one."""


def session_of(request: Request, pairing: Pairing | None) -> Session | None:
    """The device that the request comes from; notes that it was used."""
    if pairing is None:
        return None
    cookie = request.cookies.get(cookie_name(request.scope))
    for token in (cookie, bearer(request.headers.get("authorization"))):
        device = pairing.device_of(token) if token else None
        if token and device:
            is_due = pairing.use(token)
            renewed = set_cookie(request.scope, token) if is_due and token == cookie else None
            return Session(device, renewed)
    return None


def note_device(scope: Scope, device: Device) -> None:
    """For the routes behind the door."""
    scope[_KEY] = device


def noted_device(scope: Scope) -> Device | None:
    """The device that the door saw; None for the settings' token and for open access."""
    device = scope.get(_KEY)
    return device if isinstance(device, Device) else None


def cookie_name(scope: Scope) -> str:
    _, port = scope.get("server") or ("", None)
    return f"wattledger-{port or (443 if scope['scheme'] == 'https' else 80)}"


def set_cookie(scope: Scope, token: str) -> str:
    """A Set-Cookie header; an empty token ends the session."""
    lasts_s = COOKIE_LASTS_S if token else 0
    secure = "; Secure" if scope["scheme"] == "https" else ""
    named = f"{cookie_name(scope)}={token}; Max-Age={lasts_s}; Path=/"
    return f"{named}; HttpOnly; SameSite=Strict{secure}"
