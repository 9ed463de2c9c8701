"""JSON of a source: numbers exactly as they are written, times as epoch seconds."""

import json
from datetime import datetime
from decimal import Decimal, InvalidOperation

from wattledger.energy.errors import PriceError

_MOST_DIGITS = 30


def parsed(body: bytes) -> object:
    """Raises PriceError."""
    try:
        return json.loads(body, parse_float=_number_of, parse_constant=_none, parse_int=_number_of)
    except (ValueError, RecursionError) as error:
        raise PriceError("answers what is no JSON") from error


def _number_of(text: str) -> Decimal:
    if len(text) > _MOST_DIGITS:
        raise ValueError("a number without end")
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError("an exponent without end") from error


def _none(_: str) -> None:
    """NaN and the infinities are no price."""


def member(value: object, name: str) -> object:
    """Raises PriceError where it is no object, or lacks it."""
    if not isinstance(value, dict) or name not in value:
        raise PriceError(f"answers without '{name}'")
    return value[name]


def priced(value: object, name: str) -> list[object]:
    """The rows of a list whose price of that name is not null: a hole costs its neighbours nothing.

    Raises PriceError where it is no list of such rows.
    """
    if not isinstance(value, list):
        raise PriceError("answers without a list of prices")
    return [row for row in value if member(row, name) is not None]


def number(value: object) -> Decimal:
    """Raises PriceError where it is no number."""
    if not isinstance(value, Decimal) or abs(value.adjusted()) > _MOST_DIGITS:
        raise PriceError("answers with a price that is no number")
    return value


def instant(value: object) -> int:
    """Epoch seconds of RFC 3339 with an offset. Raises PriceError."""
    try:
        moment = datetime.fromisoformat(str(value))
        if moment.tzinfo is not None:
            return int(moment.timestamp())
    except (ValueError, OverflowError):
        pass
    raise PriceError("answers with a time that is none")
