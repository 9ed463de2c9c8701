"""The meter's memory, read over its own connection: a slow page never delays the live poll.

One call in flight, one reader at a time, and a rest after each page as long as the page took, where
that was work for the meter.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, suppress
from dataclasses import dataclass

from wattledger.energy.booking_entry import Entry
from wattledger.energy.fault import FaultKind
from wattledger.energy.plausibility import whole_or_none
from wattledger.energy.record import EARLIEST_S, LATEST_S, Origin
from wattledger.energy.spans import Span, merged
from wattledger.shelly.channel_join import ChannelJoin
from wattledger.shelly.connection import Connection
from wattledger.shelly.decode_records import Row
from wattledger.shelly.meter_faults import MeterFaults
from wattledger.shelly.pager import AskPage, Page, Pager
from wattledger.shelly.profile import Acquaintance, check_same
from wattledger.shelly.row_reader import RowReader
from wattledger.shelly.stored_blocks import common, guessed_span, listed_spans
from wattledger.shelly.timeouts import Timing

Connect = Callable[[], AbstractAsyncContextManager[Connection]]
DeviceTime = Callable[[], float | None]

_MOST_WAITING = 5_000
_AHEAD_S = 3_600
"""What a list holds beyond the meter's own clock is no memory: that is so old, at most."""


@dataclass(frozen=True, slots=True)
class Known:
    """Whose memory is read, and who turns its rows to entries."""

    meter: Acquaintance
    reader: RowReader
    meter_faults: MeterFaults


class History:
    """`device_time`: the meter's own clock, UTC epoch seconds; None while the meter has no time.

    It raises MeterUnreachable while that clock is not known: then nothing is known to be over.
    """

    def __init__(self, connect: Connect, device_time: DeviceTime, timing: Timing) -> None:
        self._connect = connect
        self._device_time = device_time
        self._timing = timing
        self._lock = asyncio.Lock()

    async def records(
        self, known: Known, spans: Sequence[Span]
    ) -> AsyncGenerator[Sequence[Entry], None]:
        """The entries that start in the spans, page by page, in order. Raises MeterError."""
        wanted = merged(spans)
        if not wanted:
            return
        async with self._link(known) as link, aclosing(self._pages(link, known, wanted)) as pages:
            async for page in pages:
                yield page

    async def _pages(
        self, link: Connection, known: Known, spans: Sequence[Span]
    ) -> AsyncGenerator[Sequence[Entry], None]:
        channels = known.meter.words.channels
        join = ChannelJoin(channels, _MOST_WAITING)
        pagers = [Pager(self._asker(link, known), channel, spans) for channel in channels]
        while waiting := [pager for pager in pagers if not pager.done]:
            pager = min(waiting, key=lambda pager: pager.cursor)
            began_s = _loop_s()
            rows = await pager.next_page()
            took_s = _loop_s() - began_s
            await self._live_values_tell(known.reader, pager.channel, rows)
            entries = self._entries(known.reader, join, pager.channel, rows)
            if entries:
                yield entries
            await asyncio.sleep(self._pause_s(took_s))

    async def _live_values_tell(self, reader: RowReader, channel: int, rows: list[Row]) -> None:
        """What a record lacks may be a phase that is never measured: live values are on their way,
        and tell.
        """
        if reader.measured_phases.was_shown.is_set() or not any(
            reader.lacks(row, channel) for row in rows
        ):
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(
                reader.measured_phases.was_shown.wait(), self._timing.live_values_s
            )

    def _entries(
        self, reader: RowReader, join: ChannelJoin, channel: int, rows: list[Row]
    ) -> list[Entry]:
        """GetData may show the running minute.

        Where the meter has no time, what bears one was counted before it lost it.
        """
        now_s = self._device_time()
        entries = []
        for row in rows:
            if now_s is not None and row.start + row.period_s > now_s:
                continue
            phases = reader.phases(row, channel)
            joined = phases and join.add(channel, row.start, row.period_s, phases)
            entry = joined and reader.entry(row.start, row.period_s, joined, Origin.FETCHED)
            if entry:
                entries.append(entry)
        return entries

    def _pause_s(self, took_s: float) -> float:
        if took_s <= self._timing.page_at_once_s:
            return 0.0
        return min(took_s, self._timing.page_pause_most_s)

    async def stored_spans(self, known: Known) -> list[Span]:
        """What all channels have, sorted. Raises MeterError."""
        spans: list[Span] | None = None
        async with self._link(known) as link:
            for channel in known.meter.words.channels:
                of_channel = await self._spans_of(link, known, channel)
                spans = of_channel if spans is None else common(spans, of_channel)
        return spans or []

    async def _spans_of(self, link: Connection, known: Known, channel: int) -> list[Span]:
        now_s = self._device_time()
        latest_s = LATEST_S if now_s is None else now_s + _AHEAD_S
        listed = await listed_spans(link, known.meter, channel, self._timing, latest_s)
        if listed is not None:
            surplus = listed.surplus and f"its memory lists {listed.surplus}; the rest is let go"
            known.meter_faults.note(FaultKind.TOO_MANY_RECORDS, f"list {channel}", surplus)
            return listed.spans
        page = await self._asker(link, known)(channel, EARLIEST_S, int(now_s or LATEST_S))
        return guessed_span(page.rows, now_s, known.reader.period_s)

    @asynccontextmanager
    async def _link(self, known: Known) -> AsyncIterator[Connection]:
        """A connection to the very meter that is known: the address may lead to another by now."""
        async with self._lock, self._connect() as link:
            check_same(known.meter, (await link.call("Shelly.GetDeviceInfo")).result)
            yield link

    def _asker(self, link: Connection, known: Known) -> AskPage:
        return page_asker(link, known, self._timing.page_s)


def page_asker(link: Connection, known: Known, timeout_s: float) -> AskPage:
    """Asks a channel for a page of its records; whose columns it names, counts from then on."""
    method = f"{known.meter.words.energy}.GetData"

    async def ask(channel: int, ts: int, end_ts: int) -> Page:
        params = {"id": channel, "ts": ts, "end_ts": end_ts}
        answer = (await link.call(method, params, timeout_s=timeout_s)).result
        return Page(known.reader.page(answer, channel), whole_or_none(answer.get("next_record_ts")))

    return ask


def _loop_s() -> float:
    return asyncio.get_running_loop().time()
