"""A pretend Shelly Pro 3EM."""

import asyncio
from dataclasses import dataclass, field, replace
from types import TracebackType

from wattledger.simulator.clock import SimClock
from wattledger.simulator.core import Core, WiredFeed
from wattledger.simulator.counters import Counters
from wattledger.simulator.data_methods import DataMethods
from wattledger.simulator.digest import OpenGuard
from wattledger.simulator.door import Door, read_request
from wattledger.simulator.faults import Faults
from wattledger.simulator.feed import Feed
from wattledger.simulator.history import Era
from wattledger.simulator.http import HttpFace
from wattledger.simulator.identity import Identity, JsonObject, Profile
from wattledger.simulator.methods import DeviceActions, Methods
from wattledger.simulator.pusher import Pusher
from wattledger.simulator.quirks import Quirks
from wattledger.simulator.rpc import Guard, Rpc
from wattledger.simulator.status import Gauges
from wattledger.simulator.surroundings import Surroundings
from wattledger.simulator.tasks import OwnedTasks
from wattledger.simulator.wire import JsonWriter, style_of
from wattledger.simulator.ws import WsSession


@dataclass(kw_only=True)
class PretendMeter:
    """A meter on a real socket, fed by `feed` and living in the time of `clock`.

    `history_from`: since when it has records, None: since its start. `started_at`: its last boot,
    None: when its history begins. `counters`: its registers at its start, whatever was recorded
    before. `clock_off_s`: how much its own clock is ahead.
    """

    feed: Feed
    clock: SimClock
    mac: str
    profile: Profile = "triphase"
    firmware: str = "1.7.5"
    model: str = "SPEM-003CEBEU"
    name: str | None = None
    password: str | None = None
    memory_days: float = 45.0
    history_from: float | None = None
    started_at: float | None = None
    counters: Counters = field(default_factory=Counters)
    page_records: int = 6
    period_s: int | None = None
    clock_off_s: float = 0.0
    quirks: Quirks = field(default_factory=Quirks)

    def __post_init__(self) -> None:
        self.identity = Identity(self.mac, self.model, self.firmware, self.name)
        self.faults = Faults()
        self.core = Core(WiredFeed(self.feed, self.quirks.unwired), self.clock, self.memory_days)
        self.gauges = Gauges(self.core, self.identity, self.quirks)
        self.surroundings = Surroundings(self.core, self.identity)
        self._data = DataMethods(self.core, self.quirks, self.page_records)
        methods = Methods(self.identity, self.gauges, self._data, self.surroundings, _Actions(self))
        guard: Guard = OpenGuard(self.identity.id)
        self._writer = JsonWriter(self.quirks.number_style or style_of(self.identity))
        self._rpc = Rpc(self.identity.id, methods, guard, self.faults)
        self._http = HttpFace(self._rpc, self._data, guard, self._writer, self.faults)
        self._http.has_csv = not self.quirks.csv_missing
        self._pusher = Pusher(self.core, self.gauges, self._data, self.faults, self._push)
        self._tasks = OwnedTasks()
        self._doors: set[Door] = set()
        self._sessions: set[WsSession] = set()
        self._calls = 0
        self._server: asyncio.Server | None = None
        self._host, self._port = "127.0.0.1", 0

    @property
    def port(self) -> int:
        return self._port

    @property
    def address(self) -> str:
        """`host:port`."""
        return f"{self._host}:{self._port}"

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Boot and listen; port 0 takes a free one."""
        self._host, self._port = host, port
        self._begin()
        await self._listen()
        self._tasks.start(self._pusher.run_live())
        self._tasks.start(self._pusher.run_records())

    async def stop(self) -> None:
        """Cut all connections and free the port."""
        await self._unlisten()
        await self._tasks.close()

    async def __aenter__(self) -> "PretendMeter":
        if self._server is None:
            await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    def _begin(self) -> None:
        core = self.core
        now_ms = core.true_ms()
        begin_ms = now_ms if self.history_from is None else int(self.history_from * 1000)
        boot_ms = begin_ms if self.started_at is None else int(self.started_at * 1000)
        core.offset_ms = round(self.clock_off_s * 1000)
        core.counters[self.profile] = self.counters.copy()
        core.booted_ms = boot_ms
        period_s = self.period_s or self.identity.hardware.period_s
        era = Era(self.profile, min(begin_ms, boot_ms), core.offset_ms, period_s)
        if begin_ms < boot_ms:
            cut_ms = era.stamp_at(boot_ms) * 1000 - era.offset_ms
            core.eras.append(replace(era, end_ms=cut_ms))
            era = replace(era, begin_ms=boot_ms, holes=[])
        core.open_era(era)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._on_connection, self._host, self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _unlisten(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for door in [*self._doors]:
            door.abort()
        if server is not None:
            await server.wait_closed()

    def _on_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.start(self._serve(Door(reader, writer, self.faults)))

    async def _serve(self, door: Door) -> None:
        self._doors.add(door)
        try:
            if (request := await read_request(door)) is None:
                return
            if request.wants_websocket and request.target.split("?")[0] == "/rpc":
                session = WsSession(door, self._rpc, self._writer, self.faults, self._tasks)
                self._sessions.add(session)
                try:
                    await session.run(request)
                finally:
                    self._sessions.discard(session)
            elif self._calls >= self.quirks.max_channels:
                self._http.refuse(door)
            else:
                self._calls += 1
                try:
                    await self._http.respond(door, request)
                finally:
                    self._calls -= 1
        finally:
            await door.close()
            self._doors.discard(door)

    def _push(self, method: str, params: JsonObject) -> None:
        for session in [*self._sessions]:
            session.push(method, params)


class _Actions(DeviceActions):
    def __init__(self, meter: PretendMeter) -> None:
        self._meter = meter

    def info(self) -> JsonObject:
        return self._meter.identity.device_info(
            self._meter.core.profile, auth_enabled=self._meter.password is not None
        )

    def profile(self) -> Profile:
        return self._meter.core.profile

    def restart(self, profile: Profile | None) -> None:
        raise NotImplementedError
