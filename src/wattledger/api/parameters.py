"""Query parameters: one that the route does not have is a mistake, not a decoration."""

from typing import Annotated

from fastapi import Query, Request
from fastapi.routing import APIRoute

from wattledger.api.problems import UnknownParameter
from wattledger.energy.netting import Netting
from wattledger.energy.period import Resolution

ResolutionParameter = Annotated[
    Resolution | None,
    Query(
        description="The length of a bucket. Default: day -> quarter, week and month -> day, "
        "year -> month, all -> year; for a free span by its length."
    ),
]
NettingParameter = Annotated[
    Netting | None,
    Query(
        description="Over what imported and exported energy are set off against each other. "
        "Default: the site's."
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
