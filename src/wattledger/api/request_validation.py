"""What comes with a request: nothing but what is known, and in whole characters."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Strict, model_validator


def _spelled(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("must be text, as 2026-01-31")  # noqa: TRY004 - which pydantic takes
    return value


Whether = Annotated[bool, Strict()]
"""`true` or `false`, not 1 or "yes"."""
Number = Annotated[float, Strict()]
"""Not `true`, which counts as 1."""
Day = Annotated[date, BeforeValidator(_spelled)]
"""Not a number, which counts as seconds since 1970."""


class Asked(BaseModel):
    """The base of all that is asked for in JSON."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _is_text(cls, values: Any) -> Any:  # noqa: ANN401 - whatever was sent
        """JSON can spell half of a character, which no file can take."""
        if any(not _is_whole(text) for text in _texts(values)):
            raise ValueError("has half of a character")
        return values


def _texts(values: object) -> Iterator[str]:
    """Of this object; what is in it looks by itself."""
    if not isinstance(values, dict):
        return
    for value in values.values():
        items = value if isinstance(value, list) else [value]
        yield from (item for item in items if isinstance(item, str))


def _is_whole(text: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in text)
