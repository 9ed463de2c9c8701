"""Which error of ours, of FastAPI's or of Starlette's becomes which problem."""

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from wattledger.api.problems import (
    AlreadySetUp,
    NoPairing,
    NoSettings,
    NoSuchDevice,
    NoSuchMeter,
    NotAnOwner,
    NotTagged,
    SecretInTheClear,
    TooManyStreams,
    UnknownParameter,
    busy,
    internal,
    method_not_allowed,
    not_found,
    problem,
    store_damaged,
)
from wattledger.energy.clean_text import clean
from wattledger.energy.errors import (
    BadPeriod,
    BadQuestion,
    BadSettings,
    CodeTaken,
    InFuture,
    LastOwner,
    MeterError,
    NoTariff,
    ReplicaError,
    StaleSettings,
    StoreBusy,
    StoreError,
    StoreUnusable,
    TooManyBuckets,
    TooManyTries,
    WrongCode,
)

_QUESTIONS: tuple[tuple[type[BadQuestion], str, str], ...] = (
    (BadPeriod, "bad-period", "No such period or instant"),
    (InFuture, "in-future", "It has not begun"),
    (TooManyBuckets, "too-many-buckets", "The answer would be too long"),
    (UnknownParameter, "unknown-parameter", "No such parameter"),
    (BadQuestion, "bad-parameter", "A parameter is not allowed"),
)


def install_handlers(api: FastAPI, log: logging.Logger) -> None:
    """Answers FastAPI's own errors and ours with problems."""

    def store_busy(_: Request, error: Exception) -> Response:
        log.warning("the books could not be read: %s", error)
        return busy("The books can't be read just now")

    def store_unusable(_: Request, error: Exception) -> Response:
        log.error("the books could not be read: %s", error)
        return store_damaged()

    api.add_exception_handler(BadQuestion, _bad_question)
    api.add_exception_handler(RequestValidationError, _bad_parameter)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(StoreBusy, store_busy)
    api.add_exception_handler(StoreUnusable, store_unusable)
    api.add_exception_handler(StoreError, store_busy)  # such as that it is being closed
    api.add_exception_handler(ReplicaError, _copy_away)
    api.add_exception_handler(TooManyStreams, _too_many_streams)
    api.add_exception_handler(WrongCode, _wrong_code)
    api.add_exception_handler(TooManyTries, _too_many_tries)
    api.add_exception_handler(NoPairing, _no_pairing)
    api.add_exception_handler(CodeTaken, _code_taken)
    api.add_exception_handler(AlreadySetUp, _already_set_up)
    api.add_exception_handler(SecretInTheClear, _secret_in_the_clear)
    api.add_exception_handler(NotAnOwner, _not_an_owner)
    api.add_exception_handler(LastOwner, _last_owner)
    api.add_exception_handler(NoSettings, _no_settings)
    api.add_exception_handler(NotTagged, _not_tagged)
    api.add_exception_handler(StaleSettings, _changed_meanwhile)
    api.add_exception_handler(MeterError, _no_meter)
    api.add_exception_handler(BadSettings, _bad_settings)
    api.add_exception_handler(NoSuchMeter, _no_such_device)
    api.add_exception_handler(NoTariff, _no_tariff)
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


def _methods_there(request: Request) -> set[str]:
    """Of all routes of the address; Starlette tells those of the first."""
    scope = request.scope
    routes = request.app.state.routes
    there = [route for route in routes if route.matches(scope)[0] is not Match.NONE]
    return {method for route in there for method in getattr(route, "methods", None) or ()}


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this kind
    if error.status_code == HTTPStatus.NOT_FOUND:
        return not_found()
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return method_not_allowed(", ".join(sorted(_methods_there(request))))
    if error.status_code == HTTPStatus.BAD_REQUEST:  # FastAPI's word for a nesting without end
        return _no_json()
    title = HTTPStatus(error.status_code).phrase
    kind = title.lower().replace(" ", "-")
    return problem(error.status_code, kind, title, error.detail, headers=error.headers)


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
    detail = f"Too many wrong codes came from this address; try again in {error.retry_after_s} s"
    return problem(429, "too-many-tries", "Too many tries", detail, headers=headers)


def _no_pairing(_: Request, __: Exception) -> Response:
    detail = "This server has no meters and keeps no devices; it has a token in its settings"
    return problem(409, "no-pairing", "No pairing here", detail)


def _code_taken(_: Request, __: Exception) -> Response:
    detail = (
        "Another phone came with this code and sets the home up. `wattledger setup --code` shows "
        "a new one, with which this phone takes its place"
    )
    return problem(409, "code-taken", "Another phone was first", detail, parameter="code")


def _already_set_up(_: Request, __: Exception) -> Response:
    detail = "This server has its settings; there is nothing to set up any more"
    return problem(409, "set-up", "It is set up", detail)


def _secret_in_the_clear(_: Request, error: Exception) -> Response:
    detail = (
        f"Over plain HTTP everybody in the network could read {error}. Reach this page over HTTPS, "
        "or give it in a terminal of the server's machine: `wattledger setup`"
    )
    return problem(403, "https-only", "Not over plain HTTP", detail)


def _not_an_owner(_: Request, __: Exception) -> Response:
    detail = (
        "This device may look. One that owns can let it do more, in the app's settings; "
        "`wattledger pair` on the server makes another owner"
    )
    return problem(403, "not-an-owner", "Not for this device", detail)


def _last_owner(_: Request, __: Exception) -> Response:
    detail = "One paired device must own: let another one own first"
    return problem(409, "last-owner", "The only owner", detail)


def _no_settings(_: Request, __: Exception) -> Response:
    detail = "This server has no settings file that could be changed"
    return problem(409, "no-settings", "No settings here", detail)


def _not_tagged(_: Request, __: Exception) -> Response:
    detail = "Say of which settings the change is: If-Match with the ETag of GET /settings"
    return problem(428, "not-tagged", "Of which settings", detail)


def _changed_meanwhile(_: Request, __: Exception) -> Response:
    detail = "The settings were changed meanwhile, by another device or by hand: read them again"
    return problem(412, "changed-meanwhile", "Changed meanwhile", detail)


def _no_meter(_: Request, error: Exception) -> Response:
    detail = clean(str(error))
    return problem(422, "no-meter", "No meter to be read there", detail, parameter="address")


def _bad_settings(_: Request, error: Exception) -> Response:
    assert isinstance(error, BadSettings)  # noqa: S101 - registered for this kind
    detail = "; ".join(clean(fault) for fault in error.faults)
    return problem(422, "bad-settings", "The settings can't be used", detail)


def _no_tariff(_: Request, error: Exception) -> Response:
    return problem(404, "no-tariff", "No tariff", str(error))


def _no_such_device(_: Request, __: Exception) -> Response:
    return not_found()


def _internal(_: Request, __: Exception) -> Response:
    return internal()
