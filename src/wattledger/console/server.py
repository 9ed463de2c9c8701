"""The server's side: one question a connection, a line of JSON, answered by lines of JSON.

    {"ask": "pair"}                  {"code": ..., "holds_s": ..., "scheme": ..., "host": ...,
                                     "port": ...}, and later
                                     {"paired": {"id": ..., "device": ...}} or {"void": "why"}
    {"ask": "devices"}               {"devices": [...]}
    {"ask": "remove", "id": ...}     {"removed": true or false}
    whatever goes wrong              {"error": "in words"}

A code lives as long as its connection: who stops waiting for a phone takes the code back.
"""

import asyncio
import json
import logging
import socket
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wattledger.console.socket_path import place_of, short_name
from wattledger.energy.errors import StoreBusy
from wattledger.flow.one_time_codes import Ticket
from wattledger.flow.pairing import Pairing

MOST_TALKS = 8
LONGEST_QUESTION_BYTES = 1_024
PATIENCE_S = 5.0
OWN_USER_ONLY = 0o600

Answer = dict[str, Any]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens: the name in its certificate, or what its settings say."""

    scheme: str
    host: str
    port: int


class Console:
    """Listens to the command line until it is cancelled."""

    def __init__(
        self,
        store: Path,
        pairing: Pairing,
        address: Address,
        refusal: str | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """`refusal` says why no phone can be paired, where none can. For a question it waits for
        `patience_s`.
        """
        self._patience_s = patience_s
        self._place = place_of(store)
        self._pairing = pairing
        self._address = address
        self._refusal = refusal

    async def run(self) -> None:
        """A file system without sockets is told, and nothing else suffers from it."""
        try:
            listener = _listener(self._place)
        except OSError as error:
            reason = error.strerror or error
            log.warning("access: phones can't be paired: %s: %s", self._place, reason)
            return
        seats = asyncio.Semaphore(MOST_TALKS)
        try:
            async with asyncio.TaskGroup() as talks:
                while True:
                    await seats.acquire()
                    line, _ = await asyncio.get_running_loop().sock_accept(listener)
                    talk = talks.create_task(self._talk(line))
                    talk.add_done_callback(lambda _: seats.release())
        finally:
            listener.close()
            self._place.unlink(missing_ok=True)

    async def _talk(self, line: socket.socket) -> None:
        """One conversation; whoever hangs up ends it."""
        reader, writer = await asyncio.open_connection(sock=line, limit=LONGEST_QUESTION_BYTES)
        talk = _Talk(reader, writer, self._patience_s)
        try:
            with suppress(OSError):
                await self._answer(await talk.question(), talk)
        finally:
            writer.close()

    async def _answer(self, question: object, talk: "_Talk") -> None:
        try:
            match question:
                case {"ask": "pair"} if self._refusal is not None:
                    await talk.say({"error": self._refusal})
                case {"ask": "pair"}:
                    await self._pair(talk)
                case {"ask": "devices"}:
                    devices = [asdict(device) for device in self._pairing.devices()]
                    await talk.say({"devices": devices})
                case {"ask": "remove", "id": str(device_id)}:
                    await talk.say({"removed": await self._pairing.remove(device_id)})
                case _:
                    await talk.say({"error": "the server does not know this question"})
        except StoreBusy as error:
            await talk.say({"error": str(error)})

    async def _pair(self, talk: "_Talk") -> None:
        """Says a code, and what became of it."""
        code, ticket = self._pairing.codes.make()
        holds_s = self._pairing.codes.holds_s
        try:
            await talk.say({"code": code, "holds_s": holds_s, **asdict(self._address)})
            if await talk.still_there_after(ticket.over, holds_s):
                await talk.say(self._what_became_of(ticket))
        finally:
            self._pairing.codes.withdraw(ticket)

    def _what_became_of(self, ticket: Ticket) -> Answer:
        for device in self._pairing.devices():
            if device.id == ticket.paired_with:
                return {"paired": {"id": device.id, "device": device.name}}
        if ticket.over.is_set():
            return {"void": "too many wrong codes were tried, or too many codes were made"}
        return {"void": "the code has expired"}


class _Talk:
    """One connection: a question comes, answers go."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, patience_s: float
    ) -> None:
        self._patience_s = patience_s
        self._reader = reader
        self._writer = writer

    async def question(self) -> object:
        """None for what is none, or comes too slowly."""
        try:
            async with asyncio.timeout(self._patience_s):
                return json.loads(await self._reader.readline())
        except (ValueError, RecursionError, TimeoutError):
            return None

    async def say(self, answer: Answer) -> None:
        self._writer.write(json.dumps(answer).encode() + b"\n")
        await self._writer.drain()

    async def still_there_after(self, event: asyncio.Event, longest_s: float) -> bool:
        """Waits for the event, or so long; false when the other side hung up before."""
        async with asyncio.TaskGroup() as tasks:
            happened = tasks.create_task(event.wait())
            gone = tasks.create_task(self._reader.read(1))
            await asyncio.wait(
                (happened, gone), timeout=longest_s, return_when=asyncio.FIRST_COMPLETED
            )
            is_there = happened.done() or not gone.done()
            happened.cancel()
            gone.cancel()
        return is_there


def _listener(place: Path) -> socket.socket:
    """Who holds the store's lock may clear away what a killed server left. Raises OSError."""
    place.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.setblocking(False)
        with short_name(place) as name:
            listener.bind(name)
        # Nobody can connect before it listens, so that there is no moment in which others may.
        place.chmod(OWN_USER_ONLY)
        listener.listen(MOST_TALKS)
    except OSError:
        listener.close()
        raise
    return listener
