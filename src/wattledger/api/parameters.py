"""Query parameters: one that the route does not have is a mistake, not a decoration."""

from enum import StrEnum
from typing import Annotated

from fastapi import Path, Query, Request
from fastapi.routing import APIRoute

from wattledger.api.problems import UnknownParameter
from wattledger.energy.netting import Netting
from wattledger.energy.period import MAX_BUCKETS, Resolution

_YEAR = "20([0-2][0-9]|3[0-7])"
_MONTH = "(0[1-9]|1[0-2])"
_DAY = "(0[1-9]|[12][0-9]|3[01])"
_WEEK = "(0[1-9]|[1-4][0-9]|5[0-3])"
PERIOD_PATTERN = (
    f"^({_YEAR}(-W{_WEEK}|-{_MONTH}(-{_DAY})?)?"
    "|today|yesterday|this-week|this-month|this-year|all)$"
)
"""Told in the document; the calendar itself says what of it exists."""
EDGE_PATTERN = (
    f"^{_YEAR}-{_MONTH}-{_DAY}([Tt]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{{1,9}})?)?"
    "([Zz]|[+ -]([01][0-9]|2[0-3]):[0-5][0-9]))?$"
)


class DecimalMark(StrEnum):
    """The decimal mark of a CSV file."""

    POINT = "point"
    COMMA = "comma"


DecimalParameter = Annotated[
    DecimalMark,
    Query(
        description="The decimal mark: `comma` also parts the fields by semicolons, as "
        "spreadsheets in Finnish, German and many other languages read them."
    ),
]
PeriodParameter = Annotated[
    str,
    Path(
        description="2026-11-22 (day), 2026-W47 (ISO week), 2026-11 (month), 2026 (year), today, "
        "yesterday, this-week, this-month, this-year, or all. It must have begun.",
        examples=["2026-11"],
        json_schema_extra={"pattern": PERIOD_PATTERN},
    ),
]
AuditedPeriodParameter = Annotated[
    str,
    Query(
        description="A period as under /energy/{period}.",
        examples=["2026-11"],
        json_schema_extra={"pattern": PERIOD_PATTERN},
    ),
]
_EDGE = "RFC 3339 with an offset, or a local date"
FromParameter = Annotated[
    str,
    Query(
        alias="from",
        description=f"Start of the span: {_EDGE}. Not in the future.",
        examples=["2026-11-22"],
        json_schema_extra={"pattern": EDGE_PATTERN},
    ),
]
ToParameter = Annotated[
    str,
    Query(
        alias="to",
        description=f"End of the span, not included: {_EDGE}. Later than `from`.",
        examples=["2026-11-23"],
        json_schema_extra={"pattern": EDGE_PATTERN},
    ),
]
ResolutionParameter = Annotated[
    Resolution | None,
    Query(
        description="The length of a bucket. Default: day -> quarter, week and month -> day, "
        "year -> month, all -> year; for a free span by its length. An answer has no more than "
        f"{MAX_BUCKETS} buckets: `minute` is for {MAX_BUCKETS // 1_440} days at most, `quarter` "
        f"for {MAX_BUCKETS // 96}, `hour` for {MAX_BUCKETS // 24}, whatever of them has begun."
    ),
]
NettingParameter = Annotated[
    Netting | None,
    Query(
        description="Over what imported and exported energy are set off against each other. "
        "Default: the site's."
    ),
]


TariffParameter = Annotated[
    str | None,
    Query(
        description="The same under another table of `[tariff] compare`, by its file's stem.",
        max_length=200,
    ),
]


async def only_known_parameters(request: Request) -> None:
    """Raises UnknownParameter for one that the route lacks, or that is given twice."""
    given = [name for name, _ in request.query_params.multi_items()]
    if not given:
        return
    route = request.scope["route"]
    known = (
        [field.alias for field in route.dependant.query_params]
        if isinstance(route, APIRoute)
        else []
    )
    for name in given:
        if name not in known:
            allowed = f"this route has {', '.join(known)}" if known else "this route has none"
            raise UnknownParameter(name[:40], f"'{name[:40]}' is no query parameter; {allowed}")
        if given.count(name) > 1:
            raise UnknownParameter(name, f"'{name}' is given more than once")
