"""A pretend Shelly: a Pro 3EM, or one of its relatives."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from wattledger.simulator.clock import SimClock
from wattledger.simulator.control import Control
from wattledger.simulator.fault_commands import FaultCommands
from wattledger.simulator.fault_switches import Faults
from wattledger.simulator.feed import Feed
from wattledger.simulator.hardware import Profile
from wattledger.simulator.identity import Identity, JsonObject
from wattledger.simulator.memory import flash
from wattledger.simulator.memory.core import Core, WiredFeed
from wattledger.simulator.memory.counters import Counters
from wattledger.simulator.memory.history import Era
from wattledger.simulator.quirks import Quirks
from wattledger.simulator.rpc_methods.data_methods import DataMethods
from wattledger.simulator.rpc_methods.methods import Methods
from wattledger.simulator.rpc_methods.status import Gauges
from wattledger.simulator.rpc_methods.system_components import SystemComponents
from wattledger.simulator.transport.digest import OpenGuard, PasswordGuard
from wattledger.simulator.transport.http import HttpFace
from wattledger.simulator.transport.json_text import JsonWriter, style_of
from wattledger.simulator.transport.listener import Listener
from wattledger.simulator.transport.nonces import Nonces, rules_of
from wattledger.simulator.transport.pusher import Pusher
from wattledger.simulator.transport.rpc import Guard, Rpc
from wattledger.simulator.transport.tasks import OwnedTasks
from wattledger.simulator.transport.tcp_connection import TcpConnection
from wattledger.simulator.transport.ws import WsSession

_RESTART_DELAY_S = 1.0
_RESTART_DOWN_S = 2.0


@dataclass(kw_only=True, eq=False)
class PretendMeter(FaultCommands):
    """A meter on a real socket, fed by `feed` and living in the time of `clock`.

    `history_from`: since when it has records, None: since its start. `started_at`: its last boot,
    None: when its history begins. `counters`: its registers when it starts, whatever was recorded
    before; nothing is summed at the start. `state_path`: a file in which counters and memory
    outlive the process; where it holds a state, that state is taken instead of those three.
    `clock_off_s`: how much its own clock is ahead. `profile`, `period_s`: None for what the model
    does. `control_port`: where `POST /pretend/<fault>` orders faults; 0 takes a free port.
    """

    feed: Feed
    clock: SimClock
    mac: str
    profile: Profile | None = None
    firmware: str = "1.7.5"
    model: str = "SPEM-003CEBEU"
    name: str | None = None
    password: str | None = None
    memory_days: float = 45.0
    history_from: float | None = None
    started_at: float | None = None
    counters: Counters = field(default_factory=Counters)
    state_path: Path | None = None
    page_records: int = 6
    period_s: int | None = None
    clock_off_s: float = 0.0
    quirks: Quirks = field(default_factory=Quirks)
    control_port: int | None = None

    def __post_init__(self) -> None:
        called = self.quirks.calls_itself
        self.identity = Identity(self.mac, self.model, self.firmware, self.name, called)
        self._first_profile = self.profile = self._checked_profile()
        self.faults = Faults()
        unwired = self.quirks.unwired | {*"abc"[self.identity.hardware.clamps :]}
        self.core = Core(WiredFeed(self.feed, unwired), self.clock, self.memory_days)
        self.gauges = Gauges(self.core, self.identity, self.quirks)
        self.surroundings = SystemComponents(self.core, self.identity)
        self._keeps_minute_on_reboot = self.quirks.saves_minute_on_reboot
        self._nonces = Nonces(self.identity.id, rules_of(self.identity.version), self.clock.now)
        self._writer = JsonWriter(self.quirks.number_style or style_of(self.identity))
        self._tasks = OwnedTasks()
        self._control: Control | None = None
        self._build_faces()

    def _checked_profile(self) -> Profile:
        identity, profiles = self.identity, self.identity.hardware.profiles
        profile = self.profile or profiles[0]
        if profile not in profiles:
            raise ValueError(f"a {self.model} has no {profile} profile")
        if profile != profiles[0] and not identity.can_change_profile:
            raise ValueError(f"firmware {self.firmware} has no monophase profile")
        return profile

    def _build_faces(self) -> None:
        hardware = self.identity.hardware
        data = DataMethods(self.core, hardware, self.quirks, self.page_records)
        actions = _Actions(self, self._tasks)
        methods = Methods(self.identity, self.gauges, data, self.surroundings, actions)
        guard = self._guard()
        self._rpc = Rpc(self.identity.id, methods, guard, self.faults)
        http = HttpFace(self._rpc, data, guard, self._writer, self.faults)
        http.has_csv = not self.quirks.csv_missing
        self._listener = Listener(
            http, self._new_session, self.faults, self._tasks, self.quirks.max_channels
        )
        self._pusher = Pusher(self.core, self.gauges, data, self.faults, self._listener.push)

    @property
    def port(self) -> int:
        return self._listener.port

    @property
    def address(self) -> str:
        """`host:port`."""
        return f"{self._listener.host}:{self._listener.port}"

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Boot and listen; port 0 takes a free one, which stays the meter's."""
        self._begin()
        self._listener.host, self._listener.port = host, port
        await self._listener.open()
        if self.control_port is not None:
            self._control = Control(self, self._tasks)
            self.control_port = await self._control.open(host, self.control_port)
        self._tasks.start(self._pusher.run_live())
        self._tasks.start(self._pusher.run_records())

    async def stop(self) -> None:
        """Cut all connections, free the port, end every task, keep the state."""
        await self._listener.close()
        if self._control is not None:
            await self._control.close()
        await self._tasks.close()
        self._save()

    async def __aenter__(self) -> Self:
        if not self._listener.is_open:
            await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    def _guard(self) -> Guard:
        if self.password is None:
            return OpenGuard(self._nonces)
        return PasswordGuard(self.identity.id, self.password, self._nonces, self.clock.now)

    def _begin(self) -> None:
        if self.core.eras:
            return
        if self.state_path is None or not flash.load(self.core, self.state_path):
            self._begin_anew()
        self.core.on_change = self._save
        self._save()

    def _begin_anew(self) -> None:
        core = self.core
        now_ms = core.true_ms()
        begin_ms = now_ms if self.history_from is None else int(self.history_from * 1000)
        boot_ms = begin_ms if self.started_at is None else int(self.started_at * 1000)
        core.offset_ms = round(self.clock_off_s * 1000)
        core.counters[self._first_profile] = self.counters.copy()
        core.booted_ms = boot_ms
        period_s = self.period_s or self.identity.hardware.period_s
        era = Era(self._first_profile, min(begin_ms, boot_ms), core.offset_ms, period_s)
        if begin_ms < boot_ms:
            cut_ms = era.stamp_at(boot_ms) * 1000 - era.offset_ms
            core.eras.append(replace(era, end_ms=max(cut_ms, begin_ms), holes=[]))
            era = replace(era, begin_ms=boot_ms, holes=[])
        core.open_era(era)

    def _save(self) -> None:
        if self.state_path is not None:
            self.core.settle()
            flash.save(self.core, self.state_path)

    def _new_session(self, door: TcpConnection) -> WsSession:
        session = WsSession(door, self._rpc, self._writer, self.faults, self._tasks)
        session.pushes_unauthenticated = self.password is None or self.quirks.pushes_unauthenticated
        return session


class _Actions:
    """What RPC calls may ask of the meter."""

    def __init__(self, meter: PretendMeter, tasks: OwnedTasks) -> None:
        self._meter = meter
        self._tasks = tasks

    def info(self) -> JsonObject:
        has_password = self._meter.password is not None
        return self._meter.identity.device_info(self.profile(), auth_enabled=has_password)

    def profile(self) -> Profile:
        return self._meter.core.profile

    def boots(self) -> bool:
        return self._meter.core.uptime_s() < self._meter.quirks.empty_status_s

    def restart(self, profile: Profile | None) -> None:
        self._tasks.start(self._restart(profile))

    async def _restart(self, profile: Profile | None) -> None:
        clock = self._meter.clock
        await clock.wait_until(clock.now() + _RESTART_DELAY_S)
        await self._meter.reboot(_RESTART_DOWN_S, profile=profile)
