"""The OpenAPI document without a running server, for the command and for the committed copy."""

from typing import cast
from zoneinfo import ZoneInfo

from wattledger.api.access_policy import Access
from wattledger.api.app_factory import create_api
from wattledger.api.openapi import as_text, document_of
from wattledger.energy.clock import SystemClock
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar
from wattledger.energy.site import Assignment, Site
from wattledger.flow.app_state import AppState, StatusService
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.live_power import LiveBoard
from wattledger.flow.ports import Books


def openapi_document() -> str:
    """The document as it is committed in docs/openapi.json, byte for byte."""
    site, clock = Site("Home", Calendar(ZoneInfo("UTC")), Netting.QUARTER, ()), SystemClock()
    # Routes are described, not called: this home has neither books nor meters.
    history = EnergyService(site, cast(Books, None), clock, Assignment)
    board = LiveBoard((), clock, site.poll_interval_s)
    app_state = AppState(site, clock, board, history, cast(StatusService, None))
    return as_text(document_of(create_api(app_state, Access.open()).routes))
