"""The faults of a meter on command."""

from typing import get_args

from wattledger.simulator.fault_switches import ANY_METHOD, GARBAGE, ErrorReply, Faults, Garbage
from wattledger.simulator.hardware import Profile
from wattledger.simulator.identity import JsonObject
from wattledger.simulator.memory import state_changes
from wattledger.simulator.memory.core import Core
from wattledger.simulator.rpc_methods.errors import bad_argument
from wattledger.simulator.rpc_methods.status import Gauges
from wattledger.simulator.rpc_methods.system_components import SystemComponents
from wattledger.simulator.transport.listener import Listener
from wattledger.simulator.transport.nonces import Nonces

FAR_FUTURE = 2**32 - 1


class FaultCommands:
    """What can be done to a running meter. Each is undone by its opposite or by `recover`."""

    core: Core
    faults: Faults
    gauges: Gauges
    surroundings: SystemComponents
    _listener: Listener
    _nonces: Nonces
    _keeps_minute_on_reboot: bool

    async def recover(self) -> None:
        """End every fault of the line: listen, answer and push again as a sound meter does."""
        self.faults.clear()
        self.gauges.blank = False
        if self.core.era.end_ms is None:
            await self._listener.open()

    def drop_connections(self) -> None:
        """Cut every connection at once; new ones are welcome."""
        self._listener.drop_all()

    async def refuse_connections(self, *, refused: bool = True) -> None:
        """Close the port, as a meter without power or network; `refused=False` opens it again."""
        await (self._listener.close() if refused else self._listener.open())

    async def move(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Be under another address from now on, as after its router has given it one."""
        await self._listener.close()
        self._listener.host, self._listener.port = host, port
        await self._listener.open()

    def hang(self, *, hanging: bool = True) -> None:
        """Take connections and bytes, and say nothing: no answer, no push, no pong."""
        self.faults.hanging = hanging

    def answer_slowly(self, latency_s: float, method: str = ANY_METHOD) -> None:
        """Let real seconds pass before the answers of a method; 0 ends it."""
        self.faults.latency_s[method] = latency_s

    def half_frame(self, times: int = 1) -> None:
        """Send only half of the next bytes, be it an answer or a push, and close."""
        self.faults.half_frames += times

    def garble_replies(self, kind: Garbage = "text", times: int = 1) -> None:
        """Answer the next calls by no answer: broken JSON, JSON that is no object, or bytes."""
        _check_garbage(kind)
        self.faults.garbage.extend([kind] * times)

    def push_garbage(self, kind: Garbage = "text") -> None:
        """Send garbage to every WebSocket now."""
        _check_garbage(kind)
        for session in self._listener.sessions:
            session.send(GARBAGE[kind])

    def fail_calls(self, code: int, times: int = 1, method: str = ANY_METHOD) -> None:
        """Answer the next calls of a method by an error: 401, 429, 503 or another code."""
        self.faults.errors.append(ErrorReply(code, method, times))

    def answer_wrong_ids(self, times: int = 1) -> None:
        """Answer the next request frames with an id that nobody asked for."""
        self.faults.wrong_ids += times

    def stop_pushing(self, *, stopped: bool = True) -> None:
        """Send no notifications; calls are answered."""
        self.faults.pushes_stopped = stopped

    async def reboot(
        self, down_s: float = 0.0, *, finds_time: bool = True, profile: Profile | None = None
    ) -> None:
        """Lose power for `down_s` simulated seconds; the minute that was running is lost.

        `finds_time=False`: come back without the time. `profile`: come back in another profile.
        A meter that is down already is left to come back by itself.
        """
        if self.core.era.end_ms is not None:
            return
        state_changes.power_off(self.core, keeps_running_minute=self._keeps_minute_on_reboot)
        was_open = self._listener.is_open
        await self._listener.close()
        if down_s > 0:
            await self.core.clock.wait_until(self.core.clock.now() + down_s)
        state_changes.power_on(self.core, synced=finds_time, profile=profile)
        self._nonces.forget()
        if was_open:
            await self._listener.open()

    async def switch_profile(self, profile: Profile, down_s: float = 0.0) -> None:
        """Boot into a profile, which has counters and records of its own."""
        self.surroundings.config_revision += 1
        await self.reboot(down_s, profile=profile)

    def lose_time(self) -> None:
        """Know no time: unixtime is null, and every ts is the uptime."""
        state_changes.lose_time(self.core)

    def find_time(self) -> None:
        """Know the time again."""
        state_changes.find_time(self.core)

    def set_clock_off(self, seconds: float) -> None:
        """Let the meter's clock be ahead by so much, or behind when negative; 0 rights it."""
        state_changes.set_clock_off(self.core, seconds)

    def reset_counters(self) -> None:
        """Set the registers of the running profile to 0."""
        state_changes.reset_counters(self.core)

    def lose_history(self, from_ts: int = 0, to_ts: int = FAR_FUTURE) -> None:
        """Forget the stored records with from_ts <= ts < to_ts by the meter's clock."""
        state_changes.forget_history(self.core, from_ts, to_ts)

    def show_nulls(self, *, blank: bool = True) -> None:
        """Measure nothing: the live values are null, the counters go on."""
        self.gauges.blank = blank

    def show_errors(self, component: str, errors: list[str]) -> None:
        """Let a component (`em:0`, `emdata:0` ...) report errors; an empty list ends them."""
        self.gauges.errors[component] = [*errors]
        shown: JsonObject = {"id": int(component.partition(":")[2]), "errors": errors or None}
        params: JsonObject = {"ts": self.core.device_s(), component: shown}
        self._listener.push("NotifyStatus", params)


def _check_garbage(kind: str) -> None:
    if kind not in get_args(Garbage):
        raise bad_argument("kind", f"one of {', '.join(get_args(Garbage))}")


COMMANDS = frozenset(name for name in vars(FaultCommands) if not name.startswith("_"))
