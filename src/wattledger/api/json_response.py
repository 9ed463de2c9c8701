"""Answers in JSON: their bytes, and the answer that is never kept."""

from collections.abc import Mapping
from fractions import Fraction

from pydantic_core import to_json
from starlette.responses import Response

NEVER_KEPT = {"Cache-Control": "no-store"}


def json_bytes(document: object) -> bytes:
    """Compact UTF-8; a number that is none becomes null, as every unknown."""
    return to_json(document, inf_nan_mode="null")


def number(value: Fraction | None) -> float | None:
    """The nearest number that JSON has."""
    return None if value is None else float(value)


def never_kept(document: object, headers: Mapping[str, str] | None = None) -> Response:
    """An answer that nobody on the way, nor the browser, keeps."""
    kept = {**NEVER_KEPT, **(headers or {})}
    return Response(json_bytes(document), headers=kept, media_type="application/json")
