"""The meter without its sockets: its clock, its memory and its counters."""

from collections import deque
from collections.abc import Callable, Iterator

from wattledger.simulator.clock import SimClock
from wattledger.simulator.feed import Feed, PhaseMinute
from wattledger.simulator.hardware import Profile
from wattledger.simulator.memory.counters import Counters
from wattledger.simulator.memory.history import FLUSH_DELAY_MS, Era, Record, Run, record_of, runs_of

_FRESH_LIMIT = 3000
_DAY_MS = 86_400_000


class WiredFeed:
    """A feed of which some phases are not connected: nothing flows there."""

    def __init__(self, feed: Feed, unwired: frozenset[str]) -> None:
        self._feed = feed
        self._wired = tuple(phase not in unwired for phase in "abc")

    def minute(self, start: int) -> tuple[PhaseMinute, PhaseMinute, PhaseMinute]:
        idle = PhaseMinute(0, 0, 0.0, 0.0)
        minute = zip(self._feed.minute(start), self._wired, strict=True)
        a, b, c = (phase if wired else idle for phase, wired in minute)
        return a, b, c

    def power_w(self, at: float) -> tuple[float, float, float]:
        powers = zip(self._feed.power_w(at), self._wired, strict=True)
        a, b, c = (power_w if wired else 0.0 for power_w, wired in powers)
        return a, b, c


class Core:
    """What a meter knows. Every call looks at the clock; `settle` books what has ended by then.

    `eras`: in the order in which they happened, the last one goes on. `fresh`: records booked but
    not yet announced. `synced`: whether the meter knows the time; until then its clock is its
    uptime.
    """

    def __init__(self, feed: Feed, clock: SimClock, memory_days: float) -> None:
        self.feed = feed
        self.clock = clock
        self.memory_ms = int(memory_days * _DAY_MS)
        self.eras: list[Era] = []
        self.counters: dict[Profile, Counters] = {}
        self.booted_ms = 0
        self.offset_ms = 0
        self.synced = True
        self.fresh: deque[Record] = deque(maxlen=_FRESH_LIMIT)
        self.next_stamp = 0
        self.on_change: Callable[[], None] = lambda: None

    @property
    def era(self) -> Era:
        return self.eras[-1]

    @property
    def profile(self) -> Profile:
        return self.era.profile

    @property
    def registers(self) -> Counters:
        return self.counters.setdefault(self.profile, Counters())

    def true_ms(self) -> int:
        return int(self.clock.now() * 1000)

    def device_s(self) -> float:
        """What the meter's own clock shows: UTC epoch seconds, or its uptime before it knows."""
        return (self.true_ms() + self.era.offset_ms) / 1000

    def uptime_s(self) -> float:
        return (self.true_ms() - self.booted_ms) / 1000

    def true_s_of(self, device_s: float) -> float:
        """The true instant at which the meter's clock shows this."""
        return device_s - self.era.offset_ms / 1000

    def open_era(self, era: Era) -> None:
        """Go on counting in a new era; what of it has ended already is not booked again."""
        self.eras.append(era)
        self.next_stamp = era.stamp_at(max(era.begin_ms, self.true_ms() - FLUSH_DELAY_MS))

    def settle(self) -> None:
        """Book the intervals that have ended and were written to the memory by now."""
        era, now_ms = self.era, self.true_ms()
        if era.end_ms is not None:
            return
        while (self.next_stamp + era.period_s) * 1000 + FLUSH_DELAY_MS <= now_ms + era.offset_ms:
            self._book(record_of(self.feed, era, self.next_stamp))

    def _book(self, record: Record) -> None:
        self.registers.add(record.phases)
        self.fresh.append(record)
        self.next_stamp = record.stamp + record.period_s

    def close_era(self, at_ms: int, *, keeps_running_minute: bool) -> None:
        """End the era at this true instant; the interval cut by it is kept as a part, or lost."""
        self.settle()
        era = self.era
        if keeps_running_minute:
            era.end_ms = at_ms
            while self.next_stamp * 1000 < at_ms + era.offset_ms:
                self._book(record_of(self.feed, era, self.next_stamp))
        else:
            era.end_ms = max(era.begin_ms, self.next_stamp * 1000 - era.offset_ms)

    def runs(self) -> list[Run]:
        """What the memory holds of the running profile, in the order of the eras."""
        self.settle()
        now_ms = self.true_ms()
        oldest_ms = now_ms - self.memory_ms
        return [
            run
            for era in self.eras
            if era.profile == self.profile and (era.end_ms is None or era.end_ms > oldest_ms)
            for run in runs_of(era, now_ms, oldest_ms)
        ]

    def records_of(self, run: Run) -> Iterator[Record]:
        for index in range(run.count):
            yield record_of(self.feed, run.era, run.first + index * run.era.period_s)

    def running_record(self) -> Record:
        """The interval that is being counted, as far as it has come."""
        era, now_ms = self.era, self.true_ms()
        cut = Era(era.profile, era.begin_ms, era.offset_ms, era.period_s, end_ms=now_ms)
        return record_of(self.feed, cut, era.stamp_at(now_ms))
