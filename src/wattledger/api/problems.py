"""Problems: every error as RFC 9457 `application/problem+json`, mapped here and nowhere else.

/problems/bad-parameter      422  a value that is not allowed
/problems/unknown-parameter  422  a query parameter that the route does not have, or has once only
/problems/bad-period         422  no such period or instant
/problems/in-future          422  it has not begun
/problems/too-many-buckets   422  more than an answer may carry
/problems/malformed          400  no HTTP that could be read
/problems/too-slow           408  a request that did not come in time
/problems/unauthorized       401  neither a paired device nor the token
/problems/foreign-host       403  reached under a name that is not this machine's
/problems/foreign-page       403  a page of another site wants to change something
/problems/wrong-code         403  no such pairing code, or not any more
/problems/https-only         403  a secret that would cross the network in the clear
/problems/not-an-owner       403  a device that only looks wants to change something
/problems/not-found          404
/problems/method-not-allowed 405
/problems/no-tariff          404  the settings name no table of what electricity costs
/problems/no-pairing         409  this server keeps no devices
/problems/code-taken         409  another phone came with the code of setup first
/problems/set-up             409  this server has its settings
/problems/no-settings        409  this server has no settings file: a demo
/problems/last-owner         409  no device would be left that owns
/problems/changed-meanwhile  412  the settings are not those any more that the change is of
/problems/no-meter           422  at the address is no meter that can be read
/problems/bad-settings       422  settings that can't be written or used
/problems/not-tagged         428  a change of the settings without If-Match
/problems/bad-body           413  what came with the request is too long, or came too slowly
/problems/too-many-tries     429  too many wrong pairing codes or tokens from one address
/problems/busy               503  the books can't be read just now, or too many streams or
                                  connections are open
/problems/store-damaged      503  what the answer needs can't be read from the disk
/problems/no-home            503  a server without meters that has not heard of its home yet
/problems/internal           500  our mistake; the log has it
"""

from collections.abc import Mapping

from pydantic import BaseModel, Field
from pydantic_core import to_json
from starlette.responses import Response

from wattledger.energy.errors import BadQuestion, WattledgerError

PROBLEM_JSON = "application/problem+json"
BUSY_RETRY_S = 2
NO_HOME_RETRY_S = 5
DAMAGED_RETRY_S = 30


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = Field(
        description="The kind of problem, a stable URI reference.", examples=["/problems/in-future"]
    )
    title: str = Field(description="The kind of problem in words.", examples=["It has not begun"])
    status: int = Field(description="The HTTP status code.", examples=[422])
    detail: str = Field(
        description="What was wrong this time, and what is allowed.",
        examples=["'2031' has not begun"],
    )
    parameter: str | None = Field(
        None, description="The parameter that was wrong, where one was.", examples=["period"]
    )


class UnknownParameter(BadQuestion):
    """A query parameter that the route does not have, or that is given twice."""


class NoPairing(WattledgerError):
    """This server keeps no devices."""


class AlreadySetUp(WattledgerError):
    """This server has its settings."""


class NoSuchMeter(WattledgerError):
    """No meter with this MAC was found."""


class SecretInTheClear(WattledgerError):
    """A secret came over plain HTTP; the text says what it was."""


class NotAnOwner(WattledgerError):
    """Who asks may look, and change nothing."""


class NoSettings(WattledgerError):
    """This server has no settings file that could be changed."""


class NotTagged(WattledgerError):
    """A change without saying of what: the ETag is missing."""


class NoSuchDevice(WattledgerError):
    """No device with this id is paired."""


class TooManyStreams(WattledgerError):
    """As many streams are open as this server keeps."""


def problem(
    status: int,
    kind: str,
    title: str,
    detail: str,
    *,
    parameter: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem document as a response."""
    document: dict[str, object] = {
        "type": f"/problems/{kind}",
        "title": title,
        "status": status,
        "detail": detail,
    }
    if parameter is not None:
        document["parameter"] = parameter
    body = to_json(document)
    return Response(body, status, {"Cache-Control": "no-store", **(headers or {})}, PROBLEM_JSON)


def malformed() -> Response:
    return problem(400, "malformed", "No such request", "This is no HTTP that could be read")


def too_slow() -> Response:
    return problem(408, "too-slow", "Too slow", "The request did not come within 10 s")


def unauthorized() -> Response:
    return problem(
        401,
        "unauthorized",
        "Pair this device, or send a token",
        "Pair it with a code of 'wattledger pair', or send 'Authorization: Bearer <token>'",
        headers={"WWW-Authenticate": 'Bearer realm="wattledger"'},
    )


def code_wanted() -> Response:
    """Before there are settings."""
    return problem(
        401,
        "unauthorized",
        "Enter the code of setup",
        "This server waits for its settings: the page /setup takes the code that 'wattledger setup "
        "--code' shows on its machine",
        headers={"WWW-Authenticate": 'Bearer realm="wattledger"'},
    )


def too_many_tokens(retry_after_s: int) -> Response:
    return problem(
        429,
        "too-many-tries",
        "Too many tries",
        f"Too many wrong tokens came from this address; try again in {retry_after_s} s",
        headers={"Retry-After": str(retry_after_s)},
    )


def foreign_host() -> Response:
    return problem(
        403,
        "foreign-host",
        "Not under this name",
        "With open access the server answers under its IP address or localhost only; "
        'to reach it by another name, set access = "token"',
    )


def foreign_page() -> Response:
    detail = (
        "Only this server's own page may change something, or a script. Behind a proxy: let it "
        "pass the Host header on, or name it in trusted_proxies and let it send X-Forwarded-Host "
        "(docs/https.md)"
    )
    return problem(403, "foreign-page", "Not from another site", detail)


def bad_body() -> Response:
    detail = "What came with the request is too long, or came too slowly"
    return problem(413, "bad-body", "Too much", detail, headers={"Connection": "close"})


def not_found() -> Response:
    return problem(404, "not-found", "Nothing here", "There is nothing under this address")


def method_not_allowed(allowed: str = "GET") -> Response:
    """`allowed` as Starlette lists the methods of a route."""
    methods = [*allowed.split(", "), *(["HEAD"] if "GET" in allowed else [])]
    detail = f"This address knows {', '.join(methods)} only"
    headers = {"Allow": ", ".join(methods)}
    return problem(405, "method-not-allowed", "Not this way", detail, headers=headers)


def internal() -> Response:
    """Without a trace: that is for the log."""
    detail = "The server made a mistake; its log says which"
    return problem(500, "internal", "Our mistake", detail)


def busy(detail: str) -> Response:
    headers = {"Retry-After": str(BUSY_RETRY_S)}
    return problem(503, "busy", "Try again in a moment", detail, headers=headers)


def store_damaged() -> Response:
    """`/health` says what was found and what becomes of it."""
    detail = (
        "What this answer needs can't be read from the server's disk. The server mends what it "
        "can by itself; /health and the server's log say how it is"
    )
    headers = {"Retry-After": str(DAMAGED_RETRY_S)}
    return problem(503, "store-damaged", "The store is damaged", detail, headers=headers)


def no_home(why: str) -> Response:
    """`why` says what is waited for."""
    detail = f"This server has no meters and shows what MongoDB tells of a home: {why}"
    headers = {"Retry-After": str(NO_HOME_RETRY_S)}
    return problem(503, "no-home", "The home is not known yet", detail, headers=headers)
