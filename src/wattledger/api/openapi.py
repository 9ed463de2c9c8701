"""The OpenAPI document, as the code has it."""

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from wattledger.api.admission import OPEN_TO_ALL
from wattledger.api.problems import PROBLEM_JSON, Problem

Document = dict[str, Any]
Responses = dict[int | str, dict[str, Any]]
"""A route's answers by status, as FastAPI takes them."""

DESCRIPTION = """\
Power in W, energy in Wh, percentages 0-100, times RFC 3339 with the home's UTC offset, intervals
half-open. A value that is not known is `null`, never 0. Imported is from the mains, exported to it.
"""
_PROBLEMS = {
    "401": "Neither a paired device nor the token.",
    "429": "Too many wrong tokens came from this address; see Retry-After.",
    "default": "Any other problem; `type` says which.",
    "403": "Reached under a name that is not this machine's, on a server with open access.",
    "422": "A parameter that is not allowed; `parameter` names it. Also one that the route does "
    "not have, or that is given twice; a time that does not exist or has not begun; an answer that "
    "would be too long.",
    "503": "The books can't be read just now, or too many streams or connections are open; "
    "see Retry-After.",
}
_PAIRING_PROBLEMS = {
    "403": "No such code, or not any more; or a page of another site asks.",
    "409": "This server keeps no devices.",
    "413": "The body is too long, or came too slowly.",
    "429": "Too many wrong codes came from this address; see Retry-After.",
    "503": "The store can't be written just now; see Retry-After.",
}
_REMOVAL_PROBLEMS = {
    "403": "A page of another site asks; or reached under a name that is not this machine's, on a "
    "server with open access.",
    "404": "No device with this id is paired.",
    "409": "This server keeps no devices.",
    "503": "The store can't be written just now; see Retry-After.",
}
_OWN_PROBLEMS = {
    "/access/pair": _PAIRING_PROBLEMS,
    "/access/devices/{id}": _REMOVAL_PROBLEMS,
}
"""Of routes that may answer otherwise than most, by the end of their paths."""

_HERE = {
    "url": "../..",
    "description": "The server that this document came from, also under a path of a proxy.",
}
"""Relative to the document's own address."""
_SESSION = {
    "type": "apiKey",
    "in": "cookie",
    "name": "wattledger-8080",
    "description": "Of a paired phone; the number is the server's port.",
}


def document_of(api: FastAPI) -> Document:
    """The document with our problems instead of FastAPI's own errors."""
    document = get_openapi(
        title=api.title,
        version=api.version,
        summary=api.summary,
        description=DESCRIPTION,
        routes=api.routes,
    )
    document["servers"] = [_HERE]
    schemas = document["components"]["schemas"]
    for foreign in ("HTTPValidationError", "ValidationError"):
        schemas.pop(foreign, None)
    schemas["Problem"] = Problem.model_json_schema()
    document["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": _SESSION,
    }
    for path, operations in document["paths"].items():
        own = next((own for end, own in _OWN_PROBLEMS.items() if path.endswith(end)), {})
        for operation in operations.values():
            _complete(operation, own, is_open=path in OPEN_TO_ALL)
    return document


def _complete(operation: Document, own: dict[str, str], *, is_open: bool) -> None:
    """Adds the problems that the operation may answer with, and who may call it."""
    responses = operation["responses"]
    responses.pop("422", None)
    for status, description in {**_PROBLEMS, **own}.items():
        if is_open and status in {"401", "429", "503"} and status not in own:
            continue
        schema = {"$ref": "#/components/schemas/Problem"}
        content = {PROBLEM_JSON: {"schema": schema}}
        responses[status] = {"description": description, "content": content}
    for parameter in operation.get("parameters", []):
        parameter["schema"] = _without_null(parameter["schema"])
    operation["security"] = [{}] if is_open else [{}, {"token": []}, {"session": []}]


def _without_null(schema: Document) -> Document:
    """An address can leave a parameter out, and can't give it null."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    kept = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**kept, **kinds[0]}


def as_text(document: Document) -> str:
    """Always the same text for the same document."""
    return json.dumps(_sorted(document), indent=2, ensure_ascii=False) + "\n"


def _sorted(value: Any, *, as_written: bool = False) -> Any:  # noqa: ANN401 - JSON of any kind
    """With keys in order, but the fields of a schema as the code has them: a reader wants that."""
    if isinstance(value, dict):
        items = value.items() if as_written else sorted(value.items())
        return {key: _sorted(one, as_written=key == "properties") for key, one in items}
    if isinstance(value, list):
        return [_sorted(one) for one in value]
    return value
