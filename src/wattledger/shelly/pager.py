"""One channel's way through the meter's memory, a page of about six records at a time.

`next_record_ts` says where to go on; absent or 0 the meter claims to be done, and is asked once
more from the end of what it gave last, since some firmware leaves it out too early. What does not
get ahead ends.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from wattledger.energy.errors import ProtocolError
from wattledger.energy.record import MINUTE_S
from wattledger.energy.spans import Span
from wattledger.shelly.decode_records import Row


class Page(NamedTuple):
    rows: list[Row]
    next_ts: int | None


AskPage = Callable[[int, int, int], Awaitable[Page]]
"""Of a channel, from ts to end_ts. Raises MeterError."""

_MOST_EMPTY_PAGES = 10


class Pager:
    """`cursor` is how far the meter has been asked; every row in the span is given once."""

    def __init__(self, ask: AskPage, channel: int, span: Span) -> None:
        self._ask = ask
        self._span = span
        self._seen: set[int] = set()
        self._empty_pages = 0
        self._pages_left = _MOST_EMPTY_PAGES + span.length_s // MINUTE_S
        self.channel = channel
        self.cursor = span.start
        self.done = span.length_s <= 0

    async def next_page(self) -> list[Row]:
        """The rows of the next page that were not given yet, oldest first. Raises MeterError."""
        self._pages_left -= 1
        if self._pages_left < 0:
            raise ProtocolError("more pages of history than there can be minutes")
        page = await self._ask(self.channel, self.cursor, self._span.end)
        fresh = [row for row in page.rows if self._is_fresh(row)]
        self._empty_pages = 0 if fresh else self._empty_pages + 1
        self._advance(page)
        return sorted(fresh, key=lambda row: row.start)

    def _is_fresh(self, row: Row) -> bool:
        """A block may begin before what was asked for, and `end_ts` may be inclusive."""
        if row.start in self._seen or not self._span.start <= row.start < self._span.end:
            return False
        self._seen.add(row.start)
        return True

    def _advance(self, page: Page) -> None:
        ends = (row.start + row.period_s for row in page.rows if row.start < self._span.end)
        furthest = max(ends, default=self.cursor)
        if self._empty_pages > _MOST_EMPTY_PAGES:
            raise ProtocolError("page after page of history without a new record")
        if page.next_ts is not None and page.next_ts > self.cursor:
            self.cursor = page.next_ts
        elif furthest > self.cursor:
            self.cursor = furthest
        else:
            self.done = True
        self.done = self.done or self.cursor >= self._span.end
