"""JSON as the meters write it: the same number may come as `0`, `0.0` or `0.00`."""

import json

from wattledger.simulator.identity import Identity
from wattledger.simulator.quirks import NumberStyle


class JsonWriter:
    """Turns payloads to text in one style of numbers; `mixed` takes another with every text."""

    def __init__(self, style: NumberStyle) -> None:
        self._style = style
        self._texts = 0

    def text(self, payload: object) -> str:
        self._texts += 1
        style = self._style
        if style == "mixed":
            style = "int" if self._texts % 2 else "float"
        return _written(payload, whole_as_int=style == "int", zero=self._zero())

    def _zero(self) -> str:
        return "0.00" if self._style == "mixed" and self._texts % 4 == 0 else "0.0"


def style_of(identity: Identity) -> NumberStyle:
    """Firmware 1.7 drops the fraction of a whole number, older ones write it."""
    return "int" if identity.version >= (1, 7, 0) else "float"


def _written(value: object, *, whole_as_int: bool, zero: str) -> str:
    match value:
        case dict():
            items = (
                f"{json.dumps(key)}:{_written(item, whole_as_int=whole_as_int, zero=zero)}"
                for key, item in value.items()
            )
            return f"{{{','.join(items)}}}"
        case list() | tuple():
            inner = (_written(item, whole_as_int=whole_as_int, zero=zero) for item in value)
            return f"[{','.join(inner)}]"
        case float():
            if whole_as_int and value.is_integer():
                return str(int(value))
            return zero if value == 0 else repr(value)
        case _:
            return json.dumps(value)
