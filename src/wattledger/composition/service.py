"""The service: one home behind one address, closed and made anew from other settings while it runs.

Only the sockets on which it listens outlive that: whoever connects meanwhile waits for a moment,
and a phone's stream, which ends, comes again by itself.
"""

import asyncio
import gc
import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from wattledger.api.listening_sockets import CannotListen, Listeners
from wattledger.api.server import check_tls
from wattledger.composition.api_hosting import tls_of
from wattledger.composition.home import run_home
from wattledger.composition.setup_mode import run_setup
from wattledger.composition.task_shutdown import cancelled
from wattledger.composition.viewer import run_elsewhere
from wattledger.energy.clock import Clock, SystemClock
from wattledger.energy.errors import StoreUnusable, WattledgerError
from wattledger.flow.replica_timing import ReplicaTiming
from wattledger.settings import ServerSettings, Settings
from wattledger.settings_file import place_of_settings
from wattledger.setup.home_settings import FileSettings
from wattledger.store.lock import is_held
from wattledger.store.store_path import real_path

log = logging.getLogger(__name__)

LET_GO_LOOK_S = 0.1
SWITCH_INTERVAL_S = 0.001
"""Threads read the store; a question must not hold the event loop up for Python's usual 5 ms."""


@dataclass(frozen=True, slots=True)
class _Change:
    """Other settings; `done` once all is made anew from them, or why it can't be."""

    settings: Settings
    listeners: Listeners | None
    """None where they can be had only once the present ones are given up: of the same port."""
    done: asyncio.Future[None]


class Service:
    """Runs once; `restart` may be called while it does."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        *,
        place: Path | None = None,
        changed: Callable[[], None] | None = None,
        demo: bool = False,
        pace: ReplicaTiming | None = None,
    ) -> None:
        """`place` is where the settings are, or will be; without them a phone may set the home up.
        `changed` is told when a phone has changed them there, which it can't without that.

        Raises CannotListen for an address that can't be had.
        """
        self._settings = settings
        self._listeners = Listeners(settings.server.host, settings.server.port)
        self._clock = clock or SystemClock()
        self._place = place
        self._file = FileSettings(place, changed) if place and changed else None
        self._demo = demo
        self._pace = pace
        self._over = asyncio.Event()
        """Ends what runs now, for a change or for good."""
        self._change: _Change | None = None
        self._left: set[Path] = set()
        """Stores whose writers, of homes before, may not be done yet."""
        self._turn = asyncio.Lock()

    async def run(self, stop: asyncio.Event, ready: Callable[[str], None]) -> None:
        """Until `stop`; `ready` is told the address once it listens.

        Raises StoreUnusable, and CannotListen for HTTPS that can't be.
        """
        _tune()

        async def stopping() -> None:
            await stop.wait()
            self._over.set()

        async with asyncio.TaskGroup() as tasks:
            waiting = tasks.create_task(stopping(), name="stop")
            try:
                await self._run(self._settings, self._listeners, ready)
                while not stop.is_set() and self._change is not None:
                    self._over.clear()
                    await self._run_changed(self._change)
            finally:
                self._listeners.close()
                await cancelled([waiting])

    async def restart(self, settings: Settings) -> None:
        """Closes all of it and makes it anew from these settings: within 2 s, or once a disk that
        hangs has written what was under way.

        Where they can't be used, all is as before: raises StoreUnusable, CannotListen. Never to be
        awaited by what answers a request, which ends with the rest.
        """
        async with self._turn:
            given = settings.server
            if (tls := tls_of(given)) is not None:
                await asyncio.to_thread(check_tls, tls)
            listeners = self._listeners_for(given)
            done = asyncio.get_running_loop().create_future()
            self._change = _Change(settings, listeners, done)
            self._over.set()
            try:
                await done
            finally:
                if listeners is not None and listeners is not self._listeners:
                    listeners.close()

    def _listeners_for(self, given: ServerSettings) -> Listeners | None:
        """Raises CannotListen."""
        if self._listeners.are_on(given.host, given.port):
            return self._listeners
        try:
            return Listeners(given.host, given.port)
        except CannotListen:
            if given.port != self._listeners.port:
                raise
            return None

    async def _run_changed(self, change: _Change) -> None:
        settings, listeners = self._settings, self._listeners

        def begun(url: str) -> None:
            self._settings = change.settings
            if self._listeners is not listeners:
                listeners.close()
            log.info("made anew from other settings, at %s", url)
            change.done.set_result(None)

        self._change = None
        try:
            await self._leave(settings)
            if not await self._is_let_go(change.settings):
                return
            self._listeners = change.listeners or self._exchanged(change.settings.server)
            await self._run(change.settings, self._listeners, begun)
        except WattledgerError as error:
            if change.done.done():
                raise
            change.done.set_exception(error)
            self._take_back(listeners)
            await self._leave(change.settings)
            if await self._is_let_go(settings):
                await self._run(settings, self._listeners, _as_it_was)
        finally:
            change.done.cancel()

    async def _leave(self, settings: Settings) -> None:
        """The home of these settings is closed, but for what its disk holds up."""
        store = await asyncio.to_thread(_store_of, settings)
        done = [one for one in self._left if not await asyncio.to_thread(is_held, one)]
        self._left.difference_update(done)
        if store is not None:
            self._left.add(store)

    async def _is_let_go(self, settings: Settings) -> bool:
        """Once the writer of a home before is done with this store; False if it is over before."""
        store, is_told = await asyncio.to_thread(_store_of, settings), False
        if store is None or store not in self._left:
            return True
        while await asyncio.to_thread(is_held, store):
            if not is_told:
                log.warning("the store %s is still being written: all waits until it is", store)
            is_told = True
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), LET_GO_LOOK_S)
                return False
        return True

    def _exchanged(self, given: ServerSettings) -> Listeners:
        """Raises CannotListen."""
        self._listeners.close()
        return Listeners(given.host, given.port)

    def _take_back(self, listeners: Listeners) -> None:
        """Those from before, had anew where they were given up. Raises CannotListen."""
        if self._listeners is not listeners:
            self._listeners.close()
        self._listeners = listeners if listeners.are_open else listeners.anew()

    async def _run(
        self, settings: Settings, listeners: Listeners, begun: Callable[[str], None]
    ) -> None:
        """Until it is over."""
        mongodb = settings.mongodb
        if mongodb is not None and not settings.meters:
            await run_elsewhere(settings, mongodb, self._clock, listeners, self._over, begun)
        elif not settings.meters:
            place = self._place or place_of_settings()
            await run_setup(settings, place, self._clock, listeners, self._over, begun)
        else:
            await run_home(
                settings,
                self._clock,
                listeners,
                self._over,
                begun,
                place=self._place,
                file=self._file,
                demo=self._demo,
                pace=self._pace,
            )


def _store_of(settings: Settings) -> Path | None:
    """Where its file lies; None without one, or where that can't be said."""
    try:
        return real_path(Path(settings.store.path)) if settings.meters else None
    except StoreUnusable:
        return None


def _as_it_was(url: str) -> None:
    log.info("made anew as it was, at %s", url)


def _tune() -> None:
    """What is loaded by now lives as long as the process; to look through it again costs 29 ms."""
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    gc.collect()
    gc.freeze()
