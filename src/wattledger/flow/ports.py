"""The ports of the flow: what it asks of a meter and of the books, and who stands behind each.

Meter         shelly         a meter on the network
Journal       store          the books' write side: one writer
EnergyBooks   store, mongo   their read side, as far as a question of energy goes
Books         store          all of their read side

Those between the books and their online copy are in copy_ports.
"""

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from wattledger.energy.balance import Energies
from wattledger.energy.booking_entry import Booked, BookedEnergy, Entry, Gap, GapReason
from wattledger.energy.fault import Fault
from wattledger.energy.meter import PHASES, MeterId, MeterIdentity, MeterLabel
from wattledger.energy.meter_binding import Binding
from wattledger.energy.netting import Netting
from wattledger.energy.power_reading import PowerReading
from wattledger.energy.record import Counters, MinuteRecord
from wattledger.energy.record_columns import Series
from wattledger.energy.site import Assignment
from wattledger.energy.spans import Span
from wattledger.energy.windows import WindowSums


class MeterListener(Protocol):
    """Told of what a meter does by itself; every call returns at once."""

    def connected(self, identity: MeterIdentity) -> None:
        """The meter answered and said who it is. Raising WrongMeter makes the link
        close and wait.
        """
        ...

    def disconnected(self, reason: str) -> None:
        """The connection is gone, in words for a person."""
        ...

    def pushed(self, entries: Sequence[Entry]) -> None:
        """Minutes that the meter sent when it had counted them."""
        ...

    def counted(self, counters: Counters) -> None:
        """The meter's counters as they stood at a record boundary."""
        ...


class Meter(Protocol):
    """One meter on the network. Whatever it is asked raises MeterError when it can't be had."""

    @property
    def label(self) -> MeterLabel: ...

    @property
    def host(self) -> str: ...

    @property
    def clock_offset_s(self) -> float | None:
        """The meter's clock minus ours, s; None while unknown or while the meter has no time."""
        ...

    @property
    def faults(self) -> Sequence[Fault]:
        """What is wrong just now; empty when all is well."""
        ...

    @property
    def phases(self) -> tuple[str, ...] | None:
        """The names of the phases that it measures, among a, b, c; None until it has answered.

        The others are absent: of their energy 0 is booked.
        """
        ...

    async def run(self, listener: MeterListener) -> None:
        """Keeps the link up until cancelled: connects, identifies, listens, comes back with
        back-off.
        """
        ...

    async def read_power(self, timeout_s: float) -> PowerReading:
        """The power now, from an answer to this very call."""
        ...

    async def read_counters(self) -> Counters: ...

    async def stored_spans(self) -> list[Span]:
        """What the meter still has in its memory, sorted; plausible times only."""
        ...

    def records(self, spans: Sequence[Span]) -> AsyncGenerator[Sequence[Entry], None]:
        """The stored records that start in the spans, page by page, in their order, over one
        connection, one call in flight.

        Ends when the meter has no more; records that end after the meter's own clock are left out.
        Raises MeterDeclined or ProtocolError for what the meter refuses, MeterUnreachable for what
        says nothing about a record.
        """
        ...


class Journal(Protocol):
    """The books' write side. Raises StoreBusy; then nothing of that call has happened."""

    async def book(self, entries: Sequence[Entry], now: float) -> Booked:
        """Books what is new, in one commit, with the roll-ups of the windows that it closes or
        changes.

        First wins: a record of which some part is booked is `known` or `contradicted`. One that
        ends later than 300 s after `now` is parked.
        """
        ...

    async def maintain(self, now: float) -> bool:
        """One bounded stretch of what may wait: parked minutes, roll-ups, expired details.

        True while more is left.
        """
        ...

    async def keep_counters(self, meter: MeterId, counters: Counters, now: float) -> None:
        """Readings of earlier epochs that are stamped later, and more than 300 s after `now`, go:
        they were dated by a clock that has been set back. One that is stamped as one of an earlier
        epoch is not kept.
        """
        ...

    async def keep_identity(self, identity: MeterIdentity, bindings: Sequence[Binding]) -> None:
        """Meters that are bound no more, and of which no minute ever came, are forgotten."""
        ...

    async def assign(self, assignment: Assignment) -> None:
        """From now on roll-ups are of these meters; those of others are dropped, to be settled
        anew.
        """
        ...

    async def explain(self, meter: MeterId, span: Span, reason: GapReason) -> None:
        """Gives the part of the meter's gaps inside `span` its reason."""
        ...


class EnergyBooks(Protocol):
    """What questions of energy need. Spans go by a record's start.

    Raises StoreBusy, ReplicaError.
    """

    async def booked(self) -> dict[MeterId, Span]:
        """Of each meter, from its first record's start to its last one's end; a copy tells of none
        that starts later than now.
        """
        ...

    async def minutes(self, meters: Sequence[MeterId], span: Span) -> list[MinuteRecord]:
        """The records of one role's meters, by start; where two overlap the first one."""
        ...

    async def series(
        self, meters: Sequence[MeterId], span: Span, phases: Sequence[str] = PHASES
    ) -> Series:
        """The same records as columns, of these phases."""
        ...

    async def quarters(self, span: Span) -> list[WindowSums]:
        """The roll-ups that stand for whole quarter-hours starting in `span`; those that
        give are turned so.

        A quarter that is missing here has no record, or is to be computed from its minutes.
        """
        ...

    async def days(self, first: int, end: int, netting: Netting) -> list[tuple[int, Energies]]:
        """(ordinal, energies) of the local days [first, end) whose roll-up stands,
        also empty days.
        """
        ...

    async def sum_days(self, edges: Sequence[int], netting: Netting) -> list[tuple[int, Energies]]:
        """Between each pair of ordinals: how many days' roll-ups stand, and their sum."""
        ...


class Books(EnergyBooks, Protocol):
    """The books' read side. Raises StoreBusy. All spans go by the start of a record."""

    async def gaps(self, meter: MeterId) -> list[Gap]: ...

    async def counters(self, meter: MeterId, span: Span) -> list[Counters]:
        """The kept counter readings with `at` in the span (its end included), in order."""
        ...

    async def newest_counters(self) -> dict[MeterId, Counters]:
        """Of each meter the newest reading that was kept."""
        ...

    async def energy(self, meter: MeterId, spans: Sequence[Span]) -> list[BookedEnergy] | None:
        """Of each span, all at one moment; None while what was found damaged there is no gap
        yet.
        """
        ...

    async def contradictions(self, meter: MeterId, span: Span) -> int: ...

    async def parked(self) -> dict[MeterId, int]:
        """How many minutes of each meter wait for our clock to be trusted."""
        ...

    async def bindings(self) -> tuple[Binding, ...]: ...

    async def identities(self) -> dict[MeterId, MeterIdentity]: ...
