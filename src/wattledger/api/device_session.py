"""Device sessions: which paired device a request comes from, by its cookie or by its Bearer header.

A phone holds its token in a cookie that no script can read, that no other site's page makes the
phone send, and that goes over HTTPS only where the server speaks it, or a proxy of the home says
that it does. Cookies do not know ports, so that its name carries the server's: two homes on one
machine keep their phones apart. So do two behind one proxy, where it tells their paths.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.types import Scope

from wattledger.api.access_policy import bearer
from wattledger.api.client_address import client_of
from wattledger.flow.pairing import Pairing
from wattledger.flow.pairing_ports import Device

COOKIE_LASTS_S = 400 * 86_400
"""As long as browsers allow; each hour in which the device is used it begins anew."""

_KEY = "wattledger.device"


@dataclass(frozen=True, slots=True)
class DeviceSession:
    """A paired device that asks."""

    device: Device
    renewed: str | None
    """A Set-Cookie header that makes its cookie last, when it is time for one."""


def session_of(request: Request, pairing: Pairing | None) -> DeviceSession | None:
    """The device that the request comes from; notes that it was used."""
    if pairing is None:
        return None
    cookies = _cookies(request)
    for token in tokens_of(request):
        device = pairing.device_of(token)
        if device:
            is_due = pairing.use(token)
            renewed = set_cookie(request.scope, token) if is_due and token in cookies else None
            return DeviceSession(device, renewed)
    return None


def tokens_of(request: Request) -> list[str]:
    """Whatever it brings to say who asks."""
    given = (*_cookies(request), bearer(request.headers.get("authorization")))
    return [token for token in given if token]


def has_credentials(request: Request) -> bool:
    """Whether it says who asks, rightly or wrongly."""
    return bool(tokens_of(request))


def _cookies(request: Request) -> list[str]:
    """Every one of our name: a browser sends one of each path that it knows."""
    pairs = (pair.split("=", 1) for pair in ";".join(request.headers.getlist("cookie")).split(";"))
    name = cookie_name(request.scope)
    return [pair[1].strip() for pair in pairs if pair[0].strip() == name and len(pair) > 1]


def note_device(scope: Scope, device: Device) -> None:
    """For the routes behind the outer middleware."""
    scope[_KEY] = device


def noted_device(scope: Scope) -> Device | None:
    """The device that the request came from; None for the settings' token and for open access."""
    device = scope.get(_KEY)
    return device if isinstance(device, Device) else None


def cookie_name(scope: Scope) -> str:
    _, port = scope.get("server") or ("", None)
    return f"wattledger-{port or (443 if scope['scheme'] == 'https' else 80)}"


def set_cookie(scope: Scope, token: str) -> str:
    """A Set-Cookie header; an empty token ends the session."""
    lasts_s = COOKIE_LASTS_S if token else 0
    secure = "; Secure" if scope["scheme"] == "https" else ""
    path = f"{client_of(scope).prefix}/"
    named = f"{cookie_name(scope)}={token}; Max-Age={lasts_s}; Path={path}"
    return f"{named}; HttpOnly; SameSite=Strict{secure}"
