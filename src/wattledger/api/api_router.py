"""How routes are made, of whichever API."""

import logging

from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import APIRoute

from wattledger.api.parameters import only_known_parameters
from wattledger.api.problem_handlers import install_handlers

BASE = "/api/v1"


def routes_of(log: logging.Logger) -> tuple[FastAPI, APIRouter]:
    """An application that answers with problems, and the router of version 1, not yet in it."""
    api = FastAPI(
        title="Wattledger",
        summary="Home energy, booked like a ledger.",
        version="1",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    install_handlers(api, log)
    base = APIRouter(
        prefix=BASE,
        dependencies=[Depends(only_known_parameters)],
        generate_unique_id_function=_name_of,
        redirect_slashes=False,
    )
    api.state.routes = base.routes  # of one address all its methods are told
    return api, base


def _name_of(route: APIRoute) -> str:
    return route.name
