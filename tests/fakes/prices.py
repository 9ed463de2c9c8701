"""A price book in memory, and sources that answer what a test has written down."""

from collections import Counter
from collections.abc import Sequence

from wattledger.energy.errors import PriceError, StoreBusy
from wattledger.energy.price_quotes import Quote
from wattledger.energy.spans import Span
from wattledger.energy.spot_price import SpotPrice


class FakePriceBook:
    """StoredPrices; all revisions stay in `rows`."""

    def __init__(self) -> None:
        self.rows: list[SpotPrice] = []
        self.is_busy = False
        self.is_unreadable = False

    async def prices(self, _: str, span: Span) -> list[SpotPrice]:
        if self.is_unreadable:
            raise StoreBusy("the store is being built anew")
        newest: dict[tuple[int, int], SpotPrice] = {}
        for row in sorted(self.rows, key=lambda one: one.revision):
            if row.start < span.end and row.end > span.start:
                newest[row.start, row.period_s] = row
        return [newest[key] for key in sorted(newest)]

    async def corrections(self) -> list[SpotPrice]:
        if self.is_busy:
            raise StoreBusy("the disk is full")
        found = [row for row in self.rows if row.revision > 1]
        return sorted(found, key=lambda one: -one.fetched_at)

    async def lacking(self, area: str) -> list[Span]:
        quarters = {
            at
            for row in await self.prices(area, Span(0, 1 << 40))
            for at in range(row.start, row.end, 900)
        }
        known = Counter(at // 86_400 for at in quarters)
        return [
            Span(day * 86_400, (day + 1) * 86_400)
            for day in range(min(known, default=0) + 1, max(known, default=0))
            if known[day] < 96
        ]

    async def keep(self, _: str, prices: Sequence[SpotPrice]) -> None:
        if self.is_busy:
            raise StoreBusy("the disk is full")
        self.rows += prices


class FakeSource:
    """PriceSource: answers, or fails with, what comes next; the last one again and again."""

    def __init__(self, name: str, *answers: Sequence[Quote] | PriceError) -> None:
        self.name = name
        self.answers = list(answers)
        self.asked: list[Span] = []

    async def quotes(self, span: Span) -> Sequence[Quote]:
        self.asked.append(span)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, PriceError):
            raise answer
        return answer
