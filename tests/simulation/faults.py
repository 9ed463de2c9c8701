"""What can befall a home within a week: each fault is a value of its own, so that any of them can
be left out, and what is left over befalls as before.
"""

import asyncio
from dataclasses import dataclass
from typing import Protocol

from tests.simulation import strange
from tests.simulation.home import Home
from wattledger.energy.spans import Span

BREATH_S = 5.0
"""Between two hangs of a disk."""


class Fault(Protocol):
    """`at_s` is when it befalls, since the week began."""

    @property
    def at_s(self) -> int: ...

    async def befall(self, home: Home) -> None: ...


@dataclass(frozen=True)
class Kill:
    """The process is gone, and another begins after a while; what it knew is lost."""

    at_s: int
    down_s: int

    async def befall(self, home: Home) -> None:
        home.kill(self.down_s)


@dataclass(frozen=True)
class Restart:
    """It is told to stop, and started again."""

    at_s: int
    down_s: int

    async def befall(self, home: Home) -> None:
        home.stop(self.down_s)


@dataclass(frozen=True)
class TornWrite:
    """The power fails in the middle of a write, when `part_pct` of it is on the disk."""

    at_s: int
    part_pct: int
    down_s: int

    async def befall(self, home: Home) -> None:
        home.kill_in_a_write(self.part_pct / 100, self.down_s)


@dataclass(frozen=True)
class KillWhileOpening:
    """The power fails, and once more while the next process opens its store, when `part_pct` of
    what that writes is on the disk; `anew`: the disk is another, empty one.
    """

    at_s: int
    part_pct: int
    anew: bool

    async def befall(self, home: Home) -> None:
        home.kill(0)
        if self.anew:
            home.disk.lose()
        home.disk.torn_opening = self.part_pct / 100


@dataclass(frozen=True)
class PowerCut:
    """The server has no clock of its own: after the cut it shows what it showed `behind_s` before
    now, 1970 at the earliest, until the network sets it.
    """

    at_s: int
    down_s: int
    behind_s: int
    set_after_s: int

    async def befall(self, home: Home) -> None:
        home.kill(self.down_s)
        home.clock.set(-min(float(self.behind_s), home.world.now))
        await asyncio.sleep(self.down_s + self.set_after_s)
        home.clock.set(0.0)


@dataclass(frozen=True)
class ClockStep:
    at_s: int
    by_s: int
    for_s: int

    async def befall(self, home: Home) -> None:
        home.clock.set(float(self.by_s))
        await asyncio.sleep(self.for_s)
        home.clock.set(0.0)


@dataclass(frozen=True)
class Drift:
    at_s: int
    ppm: int
    for_s: int

    async def befall(self, home: Home) -> None:
        home.clock.set(home.clock.ahead_s, self.ppm)
        await asyncio.sleep(self.for_s)
        home.clock.set(0.0)


@dataclass(frozen=True)
class DiskFull:
    """No file may become longer than a part of what the store is long now: writes are short."""

    at_s: int
    room_pct: int
    for_s: int

    async def befall(self, home: Home) -> None:
        home.disk.fill(self.room_pct)
        await asyncio.sleep(self.for_s)
        home.disk.room = None


@dataclass(frozen=True)
class DiskHangs:
    """What is written comes to no end, `times` in a row with a breath in between, and what is read
    neither with `reads`. In the end the disk goes on, `fails`, or the power fails while it hangs,
    when nothing of what hung was written (`dies`), a part of it (`torn`) or all (`written`).
    """

    at_s: int
    for_s: int
    times: int
    reads: bool
    end: str

    async def befall(self, home: Home) -> None:
        hang = home.disk.hang
        for left in reversed(range(self.times)):
            hang.begin(reads=self.reads)
            try:
                await asyncio.sleep(self.for_s)
                if not left:
                    self._ends(home)
            finally:
                hang.goes_on()
            await asyncio.sleep(BREATH_S)

    def _ends(self, home: Home) -> None:
        if self.end == "fails":
            home.disk.hang.fails()
        elif self.end == "dies":
            home.kill(0)
        elif self.end == "torn":
            home.kill_in_a_write(0.5, 0)
        elif self.end == "written":
            home.disk.hang.goes_on()
            home.kill(0)


@dataclass(frozen=True)
class FlippedBits:
    """Bits of the store's file flip while the server runs."""

    at_s: int
    bits: int

    async def befall(self, home: Home) -> None:
        home.disk.flip(home.world.chance(repr(self)), self.bits)


@dataclass(frozen=True)
class FlippedLog:
    """The power fails, and bits of the store's log are not what they were."""

    at_s: int
    bits: int
    down_s: int

    async def befall(self, home: Home) -> None:
        home.kill(self.down_s)
        home.disk.flip_in_log(home.world.chance(repr(self)), self.bits)


@dataclass(frozen=True)
class OldStore:
    """The store is what it was some time ago: a backup was put back, or the disk has not written
    what it said it had.
    """

    at_s: int
    age_s: int
    down_s: int

    async def befall(self, home: Home) -> None:
        home.disk.keep(f"kept-{self.at_s}")
        await asyncio.sleep(self.age_s)
        home.kill(self.down_s)
        home.disk.put_back(f"kept-{self.at_s}")


@dataclass(frozen=True)
class LostStore:
    at_s: int
    down_s: int

    async def befall(self, home: Home) -> None:
        home.kill(self.down_s)
        home.disk.lose()


@dataclass(frozen=True)
class RemovedStore:
    """Somebody removes the store's file, its log, or both, under the running server, and starts it
    anew when he hears of it.
    """

    at_s: int
    store: bool
    log: bool
    for_s: int

    async def befall(self, home: Home) -> None:
        home.disk.remove(store=self.store, log=self.log)
        life = home.life
        await asyncio.sleep(self.for_s)
        if home.life is life:
            home.stop(0)


@dataclass(frozen=True)
class LineCut:
    """A meter can't be reached; its connection is noticed to be dead after a while."""

    at_s: int
    meter: int
    noticed_s: int
    for_s: int

    async def befall(self, home: Home) -> None:
        device = home.devices[self.meter]
        device.is_reachable = False
        await asyncio.sleep(self.noticed_s)
        device.cut("the line was cut")
        await asyncio.sleep(self.for_s)
        device.is_reachable = True


@dataclass(frozen=True)
class MeterOff:
    """A meter has no power, and no time for a while after that: it counts nothing."""

    at_s: int
    meter: int
    for_s: int
    timeless_s: int

    async def befall(self, home: Home) -> None:
        device = home.devices[self.meter]
        device.switched(on=False)
        device.has_time = False
        await asyncio.sleep(self.for_s)
        device.switched(on=True)
        await asyncio.sleep(self.timeless_s)
        device.has_time = True
        device.begins_anew()


@dataclass(frozen=True)
class MeterReset:
    """A meter forgets what it has counted, and its counters begin at 0."""

    at_s: int
    meter: int

    async def befall(self, home: Home) -> None:
        home.devices[self.meter].forgets()


@dataclass(frozen=True)
class MeterSwapped:
    """Another meter is built in at the place of one; it has never counted before."""

    at_s: int
    meter: int
    for_s: int

    async def befall(self, home: Home) -> None:
        device = home.devices[self.meter]
        device.switched(on=False)
        await asyncio.sleep(self.for_s)
        device.swapped()
        device.switched(on=True)


@dataclass(frozen=True)
class MeterClock:
    """A meter's clock is off for a while: what it counts then has other stamps."""

    at_s: int
    meter: int
    ahead_s: int
    for_s: int

    async def befall(self, home: Home) -> None:
        home.devices[self.meter].ahead_s = self.ahead_s
        await asyncio.sleep(self.for_s)
        home.devices[self.meter].ahead_s = 0.0


@dataclass(frozen=True)
class ClocksAhead:
    """The server and one or both meters are ahead by the same, as by one bad source of time. Then
    one side is put right, and `between_s` later the other; when the first one is, the server is
    down for `down_s`, or never where that is 0.
    """

    at_s: int
    meters: tuple[int, ...]
    ahead_s: int
    for_s: int
    server_first: bool
    between_s: int
    down_s: int

    async def befall(self, home: Home) -> None:
        self._set(home, self.ahead_s, server=True, meters=True)
        await asyncio.sleep(self.for_s)
        if self.down_s:
            home.kill(self.down_s)
        self._set(home, 0, server=self.server_first, meters=not self.server_first)
        await asyncio.sleep(self.between_s)
        self._set(home, 0, server=True, meters=True)

    def _set(self, home: Home, ahead_s: int, *, server: bool, meters: bool) -> None:
        for meter in self.meters if meters else ():
            home.devices[meter].ahead_s = ahead_s
        if server:
            home.clock.set(ahead_s)


@dataclass(frozen=True)
class MeterWithholds:
    """What a meter counts from `before_s` before the next local midnight to `after_s` after it, it
    neither pushes nor lists until `for_s` after that midnight.
    """

    at_s: int
    meter: int
    before_s: int
    after_s: int
    for_s: int

    async def befall(self, home: Home) -> None:
        calendar = home.site.calendar
        midnight = calendar.start_of_ordinal(calendar.ordinal_at(int(home.world.now)) + 1)
        span = Span(midnight - self.before_s, midnight + self.after_s)
        home.devices[self.meter].withheld.append((span, midnight + self.for_s))


@dataclass(frozen=True)
class BadPushes:
    """Pushed minutes are lost, come twice, or late and out of order."""

    at_s: int
    meter: int
    lost_pct: int
    twice_pct: int
    latest_s: int
    for_s: int

    async def befall(self, home: Home) -> None:
        troubles = home.devices[self.meter].troubles
        troubles.pushed(self.lost_pct, self.twice_pct, self.latest_s)
        await asyncio.sleep(self.for_s)
        troubles.pushed()


@dataclass(frozen=True)
class BadCalls:
    """The next calls to a meter end so."""

    at_s: int
    meter: int
    ends: tuple[str, ...]

    async def befall(self, home: Home) -> None:
        home.devices[self.meter].troubles.calls.extend(self.ends)


@dataclass(frozen=True)
class ReplicaUnreachable:
    """MongoDB can't be reached."""

    at_s: int
    for_s: int

    async def befall(self, home: Home) -> None:
        home.cloud.is_away = True
        await asyncio.sleep(self.for_s)
        home.cloud.is_away = False


@dataclass(frozen=True)
class CopySlow:
    at_s: int
    latest_s: int
    for_s: int

    async def befall(self, home: Home) -> None:
        home.cloud.latest_s = self.latest_s
        await asyncio.sleep(self.for_s)
        home.cloud.latest_s = 0.1


@dataclass(frozen=True)
class ReplicaFull:
    at_s: int
    for_s: int

    async def befall(self, home: Home) -> None:
        home.cloud.is_full = True
        await asyncio.sleep(self.for_s)
        home.cloud.is_full = False


@dataclass(frozen=True)
class BadAppends:
    """The next batches are stored by half, or whole and the answer is lost."""

    at_s: int
    ends: tuple[str, ...]

    async def befall(self, home: Home) -> None:
        home.cloud.appends.extend(self.ends)


@dataclass(frozen=True)
class ReplicaRestored:
    """The copy is put back to what it was some time ago."""

    at_s: int
    age_s: int

    async def befall(self, home: Home) -> None:
        before = home.cloud.state.copied()
        await asyncio.sleep(self.age_s)
        home.cloud.put_back(before)


@dataclass(frozen=True)
class CopyDropped:
    at_s: int

    async def befall(self, home: Home) -> None:
        home.cloud.remove()


@dataclass(frozen=True)
class CopyLoses:
    """Somebody deletes minutes of a meter, or days, that are younger than `age_s`."""

    at_s: int
    meter: int
    age_s: int
    for_s: int
    days: bool

    async def befall(self, home: Home) -> None:
        start = int(home.world.now) - self.age_s
        home.cloud.lose(home.devices[self.meter].meter, Span(start, start + self.for_s))
        if self.days:
            home.cloud.lose_days()


@dataclass(frozen=True)
class AnotherWriter:
    """Another server takes the lease for a moment."""

    at_s: int

    async def befall(self, home: Home) -> None:
        home.cloud.taken_by_another()


@dataclass(frozen=True)
class StrangeMinutes:
    """Somebody writes documents of minutes into the copy, from `age_s` before now on (after now,
    where that is below 0). Those of a meter that are there get other `values`, two of them
    `exchange` theirs, become `text`, are there `twice`, or have one of other values `beside` them;
    others of `this` meter, of the home's `other` one or of a `foreign` one are new.
    """

    at_s: int
    meter: int
    what: str
    age_s: int
    for_s: int

    async def befall(self, home: Home) -> None:
        strange.write_minutes(home, self.meter, self.what, self.age_s, self.for_s)


@dataclass(frozen=True)
class StrangeDays:
    """Somebody writes days into the copy: `sums` are others, of `more` or of `fewer` minutes, or
    they are none, and not handed over; those of the last `days` and of the one that runs.
    """

    at_s: int
    what: str
    days: int

    async def befall(self, home: Home) -> None:
        strange.write_days(home, self.what, self.days)


@dataclass(frozen=True)
class StrangeHome:
    """Somebody overwrites what the home says of itself, or removes it."""

    at_s: int
    is_removed: bool

    async def befall(self, home: Home) -> None:
        strange.write_home(home, is_removed=self.is_removed)
