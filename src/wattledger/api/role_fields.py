"""What each balanced role adds to the wire models: fields made of its row."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from wattledger.energy.role import Place, Role

BALANCED = [role for role in Role if role.is_balanced]
FORBID = ConfigDict(extra="forbid")
Fields = dict[str, Any]


class Base(BaseModel):
    model_config = FORBID


def with_roles(base: type[BaseModel], name: str, fields: Fields) -> type[BaseModel]:
    """The model with these fields before its own."""
    return create_model(name, __base__=base, __doc__=base.__doc__, **fields)


def flow_fields(kind: object) -> Fields:
    """The energies of each direction, Wh."""
    return dict(_flows(kind))


def _flows(kind: object) -> Iterator[tuple[str, Any]]:
    for role in BALANCED:
        for word, of in role.flows.items():
            absent = "" if role.place is Place.MAINS else f"; null without a {role} source"
            words = f"Energy {of} in Wh, never below 0{absent}."
            yield f"{word}_wh", (kind, Field(description=words))


def coverage_fields(kind: object) -> Fields:
    return {
        f"{role}_coverage_pct": (
            kind,
            Field(
                description=f"Share in % of the elapsed minutes that all {role} sources have; null "
                "without one, and before its first one began."
            ),
        )
        for role in BALANCED
    }


def power_fields(kind: object) -> Fields:
    return {f"{role}_w": (kind, Field(description=_power_words(role))) for role in BALANCED}


def _power_words(role: Role) -> str:
    into, *out = role.words
    below = f", below 0 {out[0]}" if out else ""
    return f"Power {role.where} in W: above 0 {into}{below}. Null if unknown or not measured."
