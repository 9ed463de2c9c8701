"""Problems: every error as RFC 9457 `application/problem+json`, mapped here and nowhere else.

/problems/bad-parameter      422  a value that is not allowed
/problems/unknown-parameter  422  a query parameter that the route does not have, or has once only
/problems/bad-period         422  no such period or instant
/problems/in-future          422  it has not begun
/problems/too-many-buckets   422  more than an answer may carry
/problems/malformed          400  no HTTP that could be read
/problems/unauthorized       401  no token, or a wrong one
/problems/foreign-host       403  reached under a name that is not this machine's
/problems/not-found          404
/problems/method-not-allowed 405
/problems/busy               503  the books can't be read just now, or too many streams are open
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
    WattledgerError,
)

PROBLEM_JSON = "application/problem+json"
BUSY_RETRY_S = 2

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
        "A token is needed",
        "Send 'Authorization: Bearer <token>' with the token from the server's settings",
        headers={"WWW-Authenticate": 'Bearer realm="wattledger"'},
    )


def foreign_host() -> Response:
    return problem(
        403,
        "foreign-host",
        "Not under this name",
        "Without a token the server answers under its IP address or localhost only; "
        'to reach it by another name, set access = "token"',
    )


def not_found() -> Response:
    return problem(404, "not-found", "Nothing here", "There is nothing under this address")


def method_not_allowed() -> Response:
    detail = "This address can be read only"
    return problem(
        405, "method-not-allowed", "Not this way", detail, headers={"Allow": "GET, HEAD"}
    )


def internal() -> Response:
    """Without a trace: that is for the log."""
    detail = "The server made a mistake; its log says which"
    return problem(500, "internal", "Our mistake", detail)


def busy(detail: str) -> Response:
    headers = {"Retry-After": str(BUSY_RETRY_S)}
    return problem(503, "busy", "Try again in a moment", detail, headers=headers)


def install_handlers(api: FastAPI) -> None:
    """Answers FastAPI's own errors and ours with problems."""
    api.add_exception_handler(BadQuestion, _bad_question)
    api.add_exception_handler(RequestValidationError, _bad_parameter)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(StoreBusy, _store_busy)
    api.add_exception_handler(CopyError, _store_busy)
    api.add_exception_handler(TooManyStreams, _too_many_streams)
    api.add_exception_handler(Exception, _internal)


def _bad_question(_: Request, error: Exception) -> Response:
    assert isinstance(error, BadQuestion)  # noqa: S101 - registered for this kind
    kind, title = next((kind, title) for of, kind, title in _QUESTIONS if isinstance(error, of))
    return problem(422, kind, title, error.detail, parameter=error.parameter)


def _bad_parameter(_: Request, error: Exception) -> Response:
    """The first fault that FastAPI found, in its words."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this kind
    fault = error.errors()[0]
    parameter = str(fault["loc"][-1])
    return problem(
        422,
        "bad-parameter",
        "A parameter is not allowed",
        f"{parameter}: {fault['msg']}",
        parameter=parameter,
    )


def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this kind
    if error.status_code == HTTPStatus.NOT_FOUND:
        return not_found()
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return method_not_allowed()
    title = HTTPStatus(error.status_code).phrase
    kind = title.lower().replace(" ", "-")
    return problem(error.status_code, kind, title, error.detail, headers=error.headers)


def _store_busy(_: Request, error: Exception) -> Response:
    logger.warning("the books could not be read: %s", error)
    return busy("The books can't be read just now")


def _too_many_streams(_: Request, error: Exception) -> Response:
    return busy(str(error))


def _internal(_: Request, __: Exception) -> Response:
    return internal()
