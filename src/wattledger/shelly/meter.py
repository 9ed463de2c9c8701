"""One Shelly meter as the flow sees it: the link that comes back, and what can be asked."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, contextmanager, suppress
from typing import NoReturn

from wattledger.energy.booking_entry import Entry
from wattledger.energy.clock import Clock
from wattledger.energy.errors import MeterError, MeterRefused, MeterUnreachable, ProtocolError
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import MeterLabel
from wattledger.energy.meter_binding import WrongMeter
from wattledger.energy.power_reading import PowerReading
from wattledger.energy.record import Counters
from wattledger.energy.spans import Span
from wattledger.flow.ports import MeterListener
from wattledger.shelly.address_lookup import AddressLookup
from wattledger.shelly.backoff import Backoff
from wattledger.shelly.connect import opened
from wattledger.shelly.connection import Connection, FrameHandler
from wattledger.shelly.digest import Login
from wattledger.shelly.handshake import Handshake
from wattledger.shelly.identify import ask_time
from wattledger.shelly.meter_clock import NO_TIME, MeterClock
from wattledger.shelly.meter_faults import MeterFaults
from wattledger.shelly.model_faults import phases_it_lacks
from wattledger.shelly.notifications import Notifications
from wattledger.shelly.profile import Acquaintance, MeterChanged, check_same
from wattledger.shelly.pushes import Pushes
from wattledger.shelly.rpc_frame import Frame
from wattledger.shelly.status_queries import StatusQueries
from wattledger.shelly.stored_records import History
from wattledger.shelly.task_group import together
from wattledger.shelly.timeouts import Timing

logger = logging.getLogger(__name__)

_STOPPED = Fault(FaultKind.UNREACHABLE, "stopped")
_TIMELESS = Fault(FaultKind.NO_TIME, NO_TIME)
_DEFAULT_TIMING = Timing()


class ShellyMeter:
    """The flow's `Meter`. Raises MeterUnreachable, MeterRefused and ProtocolError only."""

    def __init__(
        self,
        label: MeterLabel,
        host: str,
        password: str | None,
        clock: Clock,
        timing: Timing = _DEFAULT_TIMING,
        lookup: AddressLookup | None = None,
    ) -> None:
        """`host` may carry a port; `password` None or empty for a meter that has none.

        `lookup`: where it is looked for; None is at its host and nowhere else.
        """
        self._label = label
        self._host = host
        self._clock = clock
        self._timing = timing
        self._logins = (Login(password or "", timing), Login(password or "", timing))
        self._meter_clock = MeterClock()
        self._history = History(self._history_link, self._time_of_history, timing)
        self._lookup = lookup or AddressLookup(label.name, host, None, None)
        self._poll = asyncio.Lock()
        self._live: StatusQueries | None = None
        self._meter_faults = MeterFaults(clock)
        self._meeting = Handshake(label.name, self._meter_faults, timing)
        self._trouble: Fault | None = Fault(FaultKind.CONNECTING, "not connected yet")
        self.babble_count = 0
        """Connections closed because what came was no frame of a meter."""

    @property
    def label(self) -> MeterLabel:
        return self._label

    @property
    def host(self) -> str:
        return self._host

    @property
    def clock_offset_s(self) -> float | None:
        device_s = self._device_s() if self._live is not None else None
        return None if device_s is None else device_s - self._clock.now_s()

    @property
    def faults(self) -> Sequence[Fault]:
        live = self._live
        found = (
            self._trouble,
            self._lookup.fault,
            *(login.fault for login in self._logins),
            *(live.known.meter.notes if live else ()),
            phases_it_lacks(self.label, self.phases) if live and self.phases else None,
            _TIMELESS if live and self._meter_clock.has_no_time else None,
            self._meeting.reader.fault if self._meeting.reader else None,
            *(self._meter_faults.faults if live else ()),
        )
        return tuple(dict.fromkeys(fault for fault in found if fault is not None))

    @property
    def phases(self) -> tuple[str, ...] | None:
        reader = self._meeting.reader
        return None if reader is None else reader.measured_phases.measured

    def _device_s(self) -> float | None:
        return self._meter_clock.now_s(self._clock.monotonic_s())

    def _time_of_history(self) -> float | None:
        """Only while the live link tells: after a reboot the old distance is worth nothing."""
        self._connected()
        device_s = self._device_s()
        if device_s is None and not self._meter_clock.has_no_time:
            raise MeterUnreachable("the meter's clock is not known yet")
        return device_s

    async def run(self, listener: MeterListener) -> NoReturn:
        """Keeps the link up until cancelled."""
        looking = self._lookup.keep_looking(self._timing.look_every_s)
        await together(self._keep_link(listener), looking)
        raise AssertionError("neither of the two ends")

    async def _keep_link(self, listener: MeterListener) -> NoReturn:
        backoff = Backoff(self._timing.reconnect_least_s, self._timing.reconnect_most_s)
        while True:
            began_s, place = asyncio.get_running_loop().time(), self._lookup.place
            try:
                await self._stay(listener, place)
            except (MeterError, WrongMeter) as error:
                if asyncio.get_running_loop().time() - began_s >= self._timing.good_link_s:
                    backoff.reset()
                wait_s = self._wait_s(error, backoff)
                self._note_trouble(error.fault)
            self._lookup.lost(place)
            await self._lookup.wait(wait_s)

    def _wait_s(self, error: Exception, backoff: Backoff) -> float:
        if isinstance(error, ProtocolError):
            self.babble_count += 1
        if isinstance(error, WrongMeter):
            return self._timing.wrong_meter_s
        if isinstance(error, MeterRefused):
            return error.retry_after_s
        return backoff.next_s()

    def _note_trouble(self, trouble: Fault) -> None:
        if trouble not in (self._trouble, _STOPPED):
            logger.warning("%s: %s", self._label.name, trouble.detail)
        self._trouble = trouble

    async def _stay(self, listener: MeterListener, place: str) -> NoReturn:
        """One connection from its beginning to its end; raises why it ended."""
        self._meter_clock = MeterClock()
        notifications = Notifications(listener, self._meter_clock, self._meter_faults)
        reason = _STOPPED
        async with self._link(self._logins[0], notifications.take, place) as link:
            live = await self._met(link)
            identity = live.known.meter.identity
            if self._lookup.is_other(identity.meter, place):
                raise MeterChanged("another meter answers where this one announced itself")
            listener.connected(identity)
            self._lookup.met(identity.meter, place)
            self._live, self._trouble = live, None
            _log_connected(self._label, live.known.meter)
            try:
                notifications.begin(live.known, Pushes(live.known.reader, self._clock))
                await together(
                    link.listen(), self._keep_house(live), self._keep_columns(live, notifications)
                )
            except MeterError as error:
                reason = error.fault
                raise
            finally:
                self._live = None
                self._note_trouble(reason)
                listener.disconnected(reason.detail)
        raise MeterUnreachable(reason.detail)

    async def _met(self, link: Connection) -> StatusQueries:
        known = await self._meeting.met(link, self._meter_clock)
        live = StatusQueries(link, known, self._device_s, self._clock, self._timing)
        await self._meeting.learn_columns(live, self._device_s())
        return live

    async def _keep_house(self, live: StatusQueries) -> NoReturn:
        """Beside the listening: now and then the meter's clock, its errors, and who it is."""
        while True:
            await asyncio.sleep(self._timing.ask_time_every_s)
            try:
                await ask_time(live.link, self._meter_clock)
                await live.energy_statuses()
                device = (await live.link.call("Shelly.GetDeviceInfo")).result
                check_same(live.known.meter, device)
            except MeterChanged as changed:
                live.link.give_up(changed)
                raise
            except (MeterUnreachable, MeterRefused):
                continue

    async def _keep_columns(self, live: StatusQueries, notifications: Notifications) -> NoReturn:
        """Beside the listening: their names, as soon as a push waits for them."""
        while True:
            await notifications.wants_keys.wait()
            notifications.wants_keys.clear()
            with suppress(MeterRefused):
                await self._relearn_columns(live)
            notifications.keys_are_known()
            await asyncio.sleep(self._timing.columns_pause_s)

    async def _relearn_columns(self, live: StatusQueries) -> None:
        """One that counts, and names no columns when it is asked, orders them as all do."""
        reader = live.known.reader
        if reader.knows_keys:
            return
        answered = await self._meeting.learn_columns(live, self._device_s())
        if answered and not reader.knows_keys:
            reader.trust_known_order()

    async def read_power(self, timeout_s: float) -> PowerReading:
        """One poll in flight; the time spent waiting for another counts."""
        try:
            async with asyncio.timeout(timeout_s), self._poll:
                return await self._connected().power(timeout_s)
        except TimeoutError:
            raise MeterUnreachable(f"no power reading within {timeout_s:g} s") from None

    async def read_counters(self) -> Counters:
        """May take some seconds: those after each full minute are waited out."""
        return await self._connected().counters()

    async def stored_spans(self) -> list[Span]:
        live = self._connected()
        with _met_anew(live):
            return await self._history.stored_spans(live.known)

    async def records(self, spans: Sequence[Span]) -> AsyncGenerator[Sequence[Entry], None]:
        live = self._connected()
        pages = self._history.records(live.known, spans)
        with _met_anew(live):
            async with aclosing(pages):
                async for page in pages:
                    yield page

    def _connected(self) -> StatusQueries:
        if self._live is None:
            why = self._trouble.detail if self._trouble else _STOPPED.detail
            raise MeterUnreachable(f"not connected: {why}")
        return self._live

    def _history_link(self) -> AbstractAsyncContextManager[Connection]:
        return self._link(self._logins[1], _ignore, self._lookup.place)

    def _link(
        self, login: Login, on_frame: FrameHandler, place: str
    ) -> AbstractAsyncContextManager[Connection]:
        return opened(place, login, on_frame, self._clock, self._timing)


@contextmanager
def _met_anew(live: StatusQueries) -> Iterator[None]:
    """What answers for the memory and is not what was met ends the live link too."""
    try:
        yield
    except MeterChanged as changed:
        live.link.give_up(changed)
        raise


def _ignore(frame: Frame, received_s: float) -> None:
    """What the meter pushes on the connection for history comes on the live one as well."""


def _log_connected(label: MeterLabel, meter: Acquaintance) -> None:
    identity = meter.identity
    logger.info(
        "%s: connected to %s (%s, firmware %s, %s)",
        label.name,
        identity.meter,
        identity.model,
        identity.firmware,
        identity.profile,
    )
