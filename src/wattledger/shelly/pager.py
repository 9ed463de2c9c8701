"""One channel's way through the meter's memory, a page of about six records at a time.

`next_record_ts` says where to go on; absent or 0 the meter claims to be done, and is asked once
more from the end of what it gave last, since some firmware leaves it out too early. Nor is one that
lies beyond that end believed, before a page from there gives nothing. What does not
get ahead goes on with the next span that is wanted, or ends. A page may reach over holes: a memory
in many small pieces is asked by pages, not by pieces.
"""

from bisect import bisect_right
from collections.abc import Awaitable, Callable, Sequence
from operator import itemgetter
from typing import NamedTuple

from wattledger.energy.errors import ProtocolError
from wattledger.energy.record import MINUTE_S
from wattledger.energy.spans import Span, total_s
from wattledger.shelly.decode_records import Row


class Page(NamedTuple):
    rows: list[Row]
    next_ts: int | None


AskPage = Callable[[int, int, int], Awaitable[Page]]
"""Of a channel, from ts to end_ts. Raises MeterError."""

_MOST_EMPTY_PAGES = 10


class Pager:
    """Of `spans`, sorted and apart. `cursor` is how far the meter has been asked; every row in them
    is given once.
    """

    def __init__(self, ask: AskPage, channel: int, spans: Sequence[Span]) -> None:
        self._ask = ask
        self._spans = spans
        self._seen: set[int] = set()
        self._empty_pages = 0
        self._pages_left = _MOST_EMPTY_PAGES + len(spans) + total_s(spans) // MINUTE_S
        self.channel = channel
        self.cursor = spans[0].start
        self.done = False

    async def next_page(self) -> list[Row]:
        """The rows of the next page that were not given yet, oldest first. Raises MeterError."""
        self._pages_left -= 1
        if self._pages_left < 0:
            raise ProtocolError("more pages of history than there can be minutes")
        page = await self._ask(self.channel, self.cursor, self._spans[-1].end)
        fresh = [row for row in page.rows if self._is_fresh(row)]
        self._empty_pages = 0 if fresh else self._empty_pages + 1
        self._advance(page)
        return sorted(fresh, key=lambda row: row.start)

    def _is_fresh(self, row: Row) -> bool:
        """A block may begin before what was asked for, and `end_ts` may be inclusive."""
        if row.start in self._seen or self._wanted_from(row.start) != row.start:
            return False
        self._seen.add(row.start)
        return True

    def _advance(self, page: Page) -> None:
        if self._empty_pages > _MOST_EMPTY_PAGES:
            raise ProtocolError("page after page of history without a new record")
        came_to = self._came_to(page)
        if came_to == self.cursor:
            came_to = self._spans[self._at(self.cursor)].end
        goes_on = self._wanted_from(came_to)
        if goes_on != came_to:
            self._empty_pages = 0
        self.done = goes_on is None
        self.cursor = came_to if goes_on is None else goes_on

    def _came_to(self, page: Page) -> int:
        """Where the next page begins; the cursor where this one does not get ahead."""
        end = self._spans[-1].end
        ends = (row.start + row.period_s for row in page.rows if row.start < end)
        places = (max(ends, default=self.cursor), page.next_ts or 0)
        return min((at for at in places if at > self.cursor), default=self.cursor)

    def _wanted_from(self, at: int) -> int | None:
        """The first instant from there on that is wanted."""
        place = self._at(at)
        if place >= 0 and at < self._spans[place].end:
            return at
        return self._spans[place + 1].start if place + 1 < len(self._spans) else None

    def _at(self, at: int) -> int:
        """Which span has begun last; -1 before all of them."""
        return bisect_right(self._spans, at, key=itemgetter(0)) - 1
