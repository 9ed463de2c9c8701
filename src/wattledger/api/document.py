"""Documents: what every answer in JSON is written with."""

from pydantic_core import to_json


def json_bytes(document: object) -> bytes:
    """Compact UTF-8; a number that is none becomes null, as every unknown."""
    return to_json(document, inf_nan_mode="null")
