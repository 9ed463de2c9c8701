"""A meter as a thing in a home: counts by its own clock, keeps its minutes, and sends them."""

import asyncio
import random
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from typing import Protocol

from tests.house.truth import KnownFeed
from tests.simulation.world import World
from wattledger.energy.meter import MeterId, MeterLabel
from wattledger.energy.record import Counters, MinuteRecord
from wattledger.energy.spans import Span, merged, within, without

AFTER_S = 0.05
"""After the end of a minute its record is there, and its energy in the counters."""


class Line(Protocol):
    """Who is connected to the meter, and is told."""

    def minute(self, record: MinuteRecord, counters: Counters) -> None: ...

    def cut(self, why: str) -> None: ...


class Troubles:
    """What befalls those who listen to the meter and ask it."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.calls: deque[str] = deque()
        """One for each of the next calls, "" for none."""
        self.pushed()

    def pushed(self, lost_pct: int = 0, twice_pct: int = 0, latest_s: float = 1.5) -> None:
        """How pushed minutes come from now on."""
        self._lost_pct, self._twice_pct, self._latest_s = lost_pct, twice_pct, latest_s

    def delays(self) -> list[float]:
        """After how long a pushed minute comes; not at all, or more than once."""
        if self._chance.randrange(100) < self._lost_pct:
            return []
        count = 2 if self._chance.randrange(100) < self._twice_pct else 1
        return [self._chance.uniform(0.2, self._latest_s) for _ in range(count)]

    def next_call(self) -> str:
        return self.calls.popleft() if self.calls else ""


class Counted:
    """What one meter, known by its MAC, has ever counted, and what of it is still in its memory:
    of a minute that it has counted twice, its clock having been ahead, the later one.
    """

    def __init__(self, meter: MeterId) -> None:
        self.meter = meter
        self.ever: dict[int, list[MinuteRecord]] = {}
        self.truly: dict[int, list[MinuteRecord]] = {}
        """By the minutes in which they were counted, whatever they are dated."""
        self.memory: dict[int, MinuteRecord] = {}
        self.spans: list[Span] = []
        self.registers = [0] * 6

    def count(self, record: MinuteRecord, minute: int) -> None:
        start = record.start
        self.ever.setdefault(start, []).append(record)
        self.truly.setdefault(minute, []).append(record)
        self.registers = [a + b for a, b in zip(self.registers, record[2:], strict=True)]
        before, self.memory[start] = self.memory.get(start), record
        if before is None:
            self._note(record)

    def _note(self, record: MinuteRecord) -> None:
        start = record.start
        at = next((i for i, s in enumerate(self.spans) if s.end >= start), len(self.spans))
        self.spans[at:] = _joined(Span(start, record.end), self.spans[at:])

    def forget(self) -> None:
        self.memory.clear()
        self.spans.clear()
        self.registers = [0] * 6


class Device:
    """The meter at one place of the home; `former` are those that were there before."""

    def __init__(self, world: World, label: MeterLabel, meter: MeterId, feed: int) -> None:
        self.world = world
        self.label = label
        self.feed = KnownFeed(feed)
        self.own = Counted(meter)
        self.former: list[Counted] = []
        self.lines: list[Line] = []
        self.ahead_s = 0.0
        self.has_power = True
        self.has_time = True
        self.is_reachable = True
        self.is_counting = True
        self._whole_from = 0.0
        """Since when it counts without a break."""
        self.chance = world.chance(f"meter {label.name}")
        self.troubles = Troubles(self.chance)
        self.asked: Counter[int] = Counter()
        """How often in each hour."""
        self.withheld: list[tuple[Span, float]] = []
        """What of its memory it tells nobody of, until when."""

    @property
    def meter(self) -> MeterId:
        return self.own.meter

    @property
    def every(self) -> list[Counted]:
        """Whatever has counted at this place."""
        return [*self.former, self.own]

    @property
    def now(self) -> float:
        """By its own clock."""
        return self.world.now + self.ahead_s

    @property
    def answers(self) -> bool:
        return self.has_power and self.is_reachable

    def remember(self, first: int, end: int) -> None:
        """Minutes that it counted before the week began."""
        for start in range(first, end, 60):
            self.own.count(MinuteRecord(start, 60, *self.feed.registers(start)), start)

    async def run(self) -> None:
        while True:
            start = int(self.now // 60) * 60
            await asyncio.sleep(start + 60 + AFTER_S - self.now)
            if int(self.now // 60) * 60 == start + 60:  # unless its clock was set meanwhile
                self._minute_is_over(start)

    def _minute_is_over(self, start: int) -> None:
        if not (self.has_power and self.has_time and self.is_counting):
            return
        began = self.world.now - 60 - AFTER_S
        minute = round(began / 60) * 60
        record = MinuteRecord(start, 60, *self.feed.registers(minute))
        if began < self._whole_from or self.own.memory.get(start) == record:
            return
        self.own.count(record, minute)
        if self.is_reachable and not within(self._untold, Span(start, start + 60)):
            counters = self.counters()
            for line in list(self.lines):
                line.minute(record, counters)

    @property
    def _untold(self) -> list[Span]:
        return merged(span for span, until in self.withheld if self.world.now < until)

    def stored_spans(self) -> list[Span]:
        """What it says that it remembers."""
        return without(self.own.spans, self._untold)

    def counters(self) -> Counters:
        at = int((self.now - AFTER_S / 2) // 60) * 60
        a, b, c, d, e, f = self.own.registers
        return Counters(at, (a, b, c, d, e, f))

    def records(self, spans: Sequence[Span]) -> Iterator[MinuteRecord]:
        """Those that are over by its own clock."""
        memory = self.own.memory
        for span in without(spans, self._untold):
            for start in range(-(-span.start // 60) * 60, span.end, 60):
                if start in memory and start + 60 <= self.now:
                    yield memory[start]

    def cut(self, why: str) -> None:
        """Every connection breaks."""
        for line in list(self.lines):
            line.cut(why)

    def switched(self, *, on: bool) -> None:
        """Its own power: what runs when it fails is no whole minute."""
        self.has_power = on
        if on:
            self.begins_anew()
        else:
            self.cut("the meter has no power")

    def forgets(self) -> None:
        """Its memory and its counters are erased; it begins anew."""
        self.own.forget()
        self.cut("the meter was reset")
        self.begins_anew()

    def swapped(self) -> None:
        """Another one takes its place, and what it remembered is out of reach."""
        self.own.forget()
        self.former.append(self.own)
        self.own = Counted(MeterId(f"{self.meter[:-2]}{len(self.former):02X}"))

    def begins_anew(self) -> None:
        """It counts from now on: the minute that runs is not whole."""
        self._whole_from = self.world.now

    def is_well(self) -> None:
        self.ahead_s = 0.0
        self.has_power = self.has_time = self.is_reachable = True
        self.troubles.calls.clear()
        self.troubles.pushed()


def _joined(span: Span, others: Sequence[Span]) -> list[Span]:
    """A span put before or into those that begin where it ends, or later."""
    if others and others[0].end == span.start:
        span, others = Span(others[0].start, span.end), others[1:]
    if others and others[0].start == span.end:
        span, others = Span(span.start, others[0].end), others[1:]
    return [span, *others]
