"""Wire model of what is wrong just now, with a meter or with the server."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.period import Calendar


class FaultNow(BaseModel):
    """Something that is wrong just now."""

    model_config = ConfigDict(extra="forbid")

    kind: FaultKind = Field(description="What it is, for programs.", examples=["unreachable"])
    detail: str = Field(
        description="The same in words, which may change.", examples=["no connection within 5 s"]
    )
    since: str | None = Field(
        description="Since when, RFC 3339 with the home's UTC offset; null where not known."
    )


def fault_documents(faults: Iterable[Fault], calendar: Calendar) -> list[dict[str, object]]:
    """A `FaultNow` document for each."""
    return [
        {
            "kind": fault.kind.value,
            "detail": fault.detail,
            "since": calendar.text_or_none(fault.since),
        }
        for fault in faults
    ]
