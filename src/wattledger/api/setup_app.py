"""What a server answers without settings: the page that makes them, its questions, its health."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from wattledger.api import problems
from wattledger.api.admission import HEALTH
from wattledger.api.api_router import routes_of
from wattledger.api.device_session import tokens_of
from wattledger.api.metrics import Tally
from wattledger.api.not_ready_app import health_answer
from wattledger.api.outer_middleware import OuterMiddleware
from wattledger.api.pages import AUTHORITY, Pages, authority_answer, is_api
from wattledger.api.security_headers import Header
from wattledger.api.setup_routes import add_setup_routes
from wattledger.api.site_json import ServerInfo
from wattledger.api.stranger_limits import StrangerLimits
from wattledger.energy.clock import Clock
from wattledger.flow.setup_ports import HomeSetup
from wattledger.flow.status import PartHealth

SETUP = "/setup"
API = "/api/v1/setup"
ENTER = f"{API}/enter"


class SetupApp:
    """Answers nothing else to anybody: the rest of the API is 401, as without a token."""

    def __init__(
        self,
        setup: HomeSetup,
        server: ServerInfo,
        clock: Clock,
        strangers: StrangerLimits,
        app_folder: Path | None = None,
    ) -> None:
        routes, base = routes_of(strangers.log.logger)
        add_setup_routes(base, setup)

        @base.get("/health")
        async def read_health() -> Response:
            return _health_answer(server)

        routes.include_router(base)
        pages = SetupPages(Pages(app_folder), server, setup)
        keeper, log = SetupAdmission(setup), strangers.log.logger
        self._gate = OuterMiddleware(routes, pages, keeper, Tally(), clock, log)

    def close_streams(self) -> None:
        """There are none."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._gate(scope, receive, send)


class SetupAdmission:
    """Lets in the phone that came with the code, to the questions of setup alone."""

    def __init__(self, setup: HomeSetup) -> None:
        self._setup = setup

    def refusal(self, request: Request, headers: list[Header]) -> Response | None:
        del headers
        path = request.scope["path"]
        if path in {HEALTH, ENTER}:
            return None
        is_setup = path == API or path.startswith(f"{API}/")
        if is_setup and any(map(self._setup.admits, tokens_of(request))):
            return None
        return problems.code_wanted()


class SetupPages:
    """The page of setup and its files, out of those of the app."""

    def __init__(self, pages: Pages, server: ServerInfo, setup: HomeSetup) -> None:
        self._setup = setup
        self._pages = pages
        self._server = server

    def own(self, path: str) -> bool:
        return not is_api(path)

    async def answer(self, request: Request) -> Response:
        path = str(request.scope["path"])
        if path not in {"/", "/health", SETUP} and "." not in path.rpartition("/")[2]:
            return problems.not_found()
        if request.method != "GET":
            return problems.method_not_allowed()
        if path == "/health":
            return _health_answer(self._server)
        if path == AUTHORITY and (authority := self._setup.authority()) is not None:
            return authority_answer(authority)
        if path == "/":
            # Relative: a proxy may have taken a path away.
            return RedirectResponse(SETUP.lstrip("/"), 307)
        return await self._pages.answer(request)


def _health_answer(server: ServerInfo) -> Response:
    part = PartHealth("settings", ok=False, detail="there are none yet")
    return health_answer([part], [], server)
