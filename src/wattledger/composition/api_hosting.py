"""How a server is reached, by its settings: address, access, HTTPS, and what strangers may do."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from wattledger.api.access_policy import Access, weak_token, weakness_of
from wattledger.api.app_factory import Api, create_api
from wattledger.api.certificate_info import authority_of, name_in
from wattledger.api.connection_limits import MOST
from wattledger.api.file_descriptors import raise_limit, room_for_connections
from wattledger.api.listening_sockets import Listeners
from wattledger.api.mdns_announcement import Announced, announce
from wattledger.api.not_ready_app import Health, NotReadyApp
from wattledger.api.own_addresses import EVERYWHERE, addresses_of
from wattledger.api.server import ApiServer, Tls, check_tls
from wattledger.api.setup_app import SetupApp
from wattledger.api.site_json import ServerInfo
from wattledger.api.stranger_limits import StrangerLimits
from wattledger.api.swappable_app import Answering
from wattledger.composition.control_listener import ControlListener
from wattledger.composition.https_certificate import HttpsCertificate
from wattledger.control_socket.server import Address, ControlApi
from wattledger.energy.clock import Clock, SystemClock
from wattledger.flow.app_state import AppState
from wattledger.flow.pairing import Pairing
from wattledger.flow.price_ports import PriceBook
from wattledger.flow.setup_ports import HomeSetup
from wattledger.settings import ServerSettings, Settings

log = logging.getLogger(__name__)

CLOSED_TO_PHONES = (
    'the server has access = "open" and answers this machine only; to let phones in, set '
    'host = "0.0.0.0" and access = "token" under [server] and start it anew'
)


class ApiHosting:
    """Of one server; whichever API answers is made and listened for here."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        given = settings.server
        self._clock = clock
        self._settings = given
        self._access = _access(given)
        self._server = ServerInfo()
        self._tls = tls_of(given)
        home = settings.home
        self.certificate = HttpsCertificate(self._tls, home.name, home.calendar, clock)
        self._authority = authority_of(self._tls) if self._tls else None
        # By the monotonic clock of the machine: a pretended one does not hold strangers up.
        most = room_for_connections(raise_limit(), MOST)
        self._strangers = StrangerLimits(SystemClock(), given.trusted_proxies, most=most)

    def api_of(self, app_state: AppState) -> Api:
        return create_api(
            app_state,
            self._access,
            server=self._server,
            authority=self._authority,
            strangers=self._strangers,
        )

    def waiting_api(self, health: Health) -> NotReadyApp:
        """The API of no home."""
        return NotReadyApp(
            health, self._access, self._clock, self._server, self._authority, self._strangers
        )

    def setup_api(self, setup: HomeSetup) -> SetupApp:
        """The API of a home without settings."""
        return SetupApp(setup, self._server, self._clock, self._strangers)

    @asynccontextmanager
    async def serving(self, api: Answering, listeners: Listeners) -> AsyncIterator[ApiServer]:
        """It listens while the block lasts. Raises CannotListen for HTTPS that can't be."""
        if self._tls is not None:
            check_tls(self._tls)
        server = ApiServer(api, listeners.shared(), self._tls, strangers=self._strangers)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.run(), name="server")
            await server.listening.wait()
            announcing = tasks.create_task(self._announced(server.port), name="announce")
            certificate = self.certificate.run(server.take_certificate)
            keeping = tasks.create_task(certificate, name="certificate")
            yield server
            keeping.cancel()
            announcing.cancel()
            server.stop()

    async def _announced(self, port: int) -> None:
        """For whoever looks for it in the network, unless it serves this machine alone."""
        if addresses_of(self._settings.host) or self._settings.host in EVERYWHERE:
            announced = Announced(port, secure=self._tls is not None)
            await announce(announced, lambda: addresses_of(self._settings.host))

    def control(
        self, store: Path, pairing: Pairing, prices: PriceBook, server: ApiServer
    ) -> ControlListener:
        """Where `wattledger pair` asks, and `wattledger prices` brings what it has."""
        given, tls = self._settings, self._tls
        host = (name_in(tls) if tls else None) or given.host
        address = Address("https" if tls else "http", host, server.port)
        refusal = CLOSED_TO_PHONES if given.access == "open" else None
        return ControlListener(store, ControlApi(pairing, prices, address, refusal))


def tls_of(given: ServerSettings) -> Tls | None:
    return Tls(Path(given.tls_cert), Path(given.tls_key)) if given.tls_cert else None


def _access(given: ServerSettings) -> Access:
    if given.access == "open":
        return Access.open()
    token = given.token.get_secret_value()
    if (why := weakness_of(token)) is not None:
        log.warning("%s", weak_token(why))
    return Access.with_token(token)
