"""Problems: every error as RFC 9457 `application/problem+json`, mapped here and nowhere else.

/problems/bad-parameter      422  a value that is not allowed
/problems/unknown-parameter  422  a query parameter that the route does not have, or has once only
/problems/bad-period         422  no such period or instant
/problems/in-future          422  it has not begun
/problems/too-many-buckets   422  more than an answer may carry
/problems/malformed          400  no HTTP that could be read
/problems/unauthorized       401  neither a paired device nor the token
/problems/foreign-host       403  reached under a name that is not this machine's
/problems/foreign-page       403  a page of another site wants to change something
/problems/wrong-code         403  no such pairing code, or not any more
/problems/not-found          404
/problems/method-not-allowed 405
/problems/no-pairing         409  this server keeps no devices
/problems/bad-body           413  what came with the request is too long, or came too slowly
/problems/too-many-tries     429  too many wrong pairing codes
/problems/busy               503  the books can't be read just now, or too many streams or
                                  connections are open
/problems/no-home            503  a server without meters that has not heard of its home yet
/problems/internal           500  our mistake; the log has it
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.responses import Response

from wattledger.energy.errors import (
    BadPeriod,
    BadQuestion,
    CopyError,
    InFuture,
    StoreBusy,
    TooManyBuckets,
    TooManyTries,
    WattledgerError,
    WrongCode,
)

PROBLEM_JSON = "application/problem+json"
BUSY_RETRY_S = 2
NO_HOME_RETRY_S = 5

logger = logging.getLogger(__name__)


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


class NoSuchDevice(WattledgerError):
    """No device with this id is paired."""


class TooManyStreams(WattledgerError):
    """As many streams are open as this server keeps."""


_QUESTIONS: tuple[tuple[type[BadQuestion], str, str], ...] = (
    (BadPeriod, "bad-period", "No such period or instant"),
    (InFuture, "in-future", "It has not begun"),
    (TooManyBuckets, "too-many-buckets", "The answer would be too long"),
    (UnknownParameter, "unknown-parameter", "No such parameter"),
    (BadQuestion, "bad-parameter", "A parameter is not allowed"),
)


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


def unauthorized() -> Response:
    return problem(
        401,
        "unauthorized",
        "Pair this device, or send a token",
        "Pair it with a code of 'wattledger pair', or send 'Authorization: Bearer <token>'",
        headers={"WWW-Authenticate": 'Bearer realm="wattledger"'},
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
    detail = "Only this server's own page may change something, or a script"
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


def no_home(why: str) -> Response:
    """`why` says what is waited for."""
    detail = f"This server has no meters and shows what MongoDB tells of a home: {why}"
    headers = {"Retry-After": str(NO_HOME_RETRY_S)}
    return problem(503, "no-home", "The home is not known yet", detail, headers=headers)


def install_handlers(api: FastAPI) -> None:
    """Answers FastAPI's own errors and ours with problems."""
    api.add_exception_handler(BadQuestion, _bad_question)
    api.add_exception_handler(RequestValidationError, _bad_parameter)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(StoreBusy, _store_busy)
    api.add_exception_handler(CopyError, _copy_away)
    api.add_exception_handler(TooManyStreams, _too_many_streams)
    api.add_exception_handler(WrongCode, _wrong_code)
    api.add_exception_handler(TooManyTries, _too_many_tries)
    api.add_exception_handler(NoPairing, _no_pairing)
    api.add_exception_handler(NoSuchDevice, _no_such_device)
    api.add_exception_handler(Exception, _internal)


def _bad_question(_: Request, error: Exception) -> Response:
    assert isinstance(error, BadQuestion)  # noqa: S101 - registered for this kind
    kind, title = next((kind, title) for of, kind, title in _QUESTIONS if isinstance(error, of))
    return problem(422, kind, title, error.detail, parameter=error.parameter)


def _bad_parameter(_: Request, error: Exception) -> Response:
    """The first fault that FastAPI found, in its words."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this kind
    fault = error.errors()[0]
    where, *name = fault["loc"]
    if where == "body" and (not name or fault["type"] == "json_invalid"):
        return _no_json()
    parameter = str(fault["loc"][-1])
    words = fault["msg"].removeprefix("Value error, ")
    detail = f"{parameter}: {words}"
    return problem(422, "bad-parameter", "A parameter is not allowed", detail, parameter=parameter)


def _no_json() -> Response:
    detail = "The body must be a JSON object, sent as application/json"
    return problem(422, "bad-parameter", "The body is not allowed", detail)


def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this kind
    if error.status_code == HTTPStatus.NOT_FOUND:
        return not_found()
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return method_not_allowed((error.headers or {}).get("Allow", "GET"))
    if error.status_code == HTTPStatus.BAD_REQUEST:  # FastAPI's word for a nesting without end
        return _no_json()
    title = HTTPStatus(error.status_code).phrase
    kind = title.lower().replace(" ", "-")
    return problem(error.status_code, kind, title, error.detail, headers=error.headers)


def _store_busy(_: Request, error: Exception) -> Response:
    logger.warning("the books could not be read: %s", error)
    return busy("The books can't be read just now")


def _copy_away(_: Request, __: Exception) -> Response:
    """Whoever asked the copy has said once in the log what is the matter."""
    return busy("The books can't be read just now")


def _too_many_streams(_: Request, error: Exception) -> Response:
    return busy(str(error))


def _wrong_code(_: Request, __: Exception) -> Response:
    detail = "There is no such code, or not any more; a code is good for ten minutes, and once"
    return problem(403, "wrong-code", "Not this code", detail, parameter="code")


def _too_many_tries(_: Request, error: Exception) -> Response:
    assert isinstance(error, TooManyTries)  # noqa: S101 - registered for this kind
    headers = {"Retry-After": str(error.retry_after_s)}
    detail = f"Too many wrong codes were tried; try again in {error.retry_after_s} s"
    return problem(429, "too-many-tries", "Too many tries", detail, headers=headers)


def _no_pairing(_: Request, __: Exception) -> Response:
    detail = "This server has no meters and keeps no devices; it has a token in its settings"
    return problem(409, "no-pairing", "No pairing here", detail)


def _no_such_device(_: Request, __: Exception) -> Response:
    return not_found()


def _internal(_: Request, __: Exception) -> Response:
    return internal()
