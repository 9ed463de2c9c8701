"""A home in memory: books, board, history and desk, wired as the application wires real ones."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from tests.fakes.books import MemoryBooks
from tests.fakes.clock import ManualClock
from tests.fakes.devices import MemoryDevices
from wattledger.energy.fault import Fault, FaultKind
from wattledger.energy.meter import MeterId, MeterIdentity, MeterLabel, Production, Role
from wattledger.energy.meter_binding import Binding, assignment_of
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar
from wattledger.energy.power_reading import PhaseReading, PowerReading
from wattledger.energy.record import MinuteRecord
from wattledger.energy.site import Site
from wattledger.energy.spans import Span
from wattledger.flow.app_state import AppState
from wattledger.flow.audit import Audit, AuditLine
from wattledger.flow.energy_service import EnergyService
from wattledger.flow.live_power import LiveBoard
from wattledger.flow.pairing import Pairing
from wattledger.flow.status import BackupStatus, MeterStatus, PartHealth, ReplicaStatus

GRID = MeterId("A0DD6C000001")
SOLAR = MeterId("A0DD6C000002")
METERS = {
    Role.GRID: GRID,
    Role.SOLAR: SOLAR,
    Role.BATTERY: MeterId("A0DD6C000003"),
    Role.LOAD: MeterId("A0DD6C000004"),
}
MAINS = MeterLabel.of("mains", Role.GRID)
PLANT = MeterLabel.of("solar", Role.SOLAR)


class MemoryHome:
    """What an `AppState` is made of, within reach of a test. It is a StatusService itself."""

    def __init__(
        self,
        clock: ManualClock,
        *,
        labels: Sequence[MeterLabel] = (MAINS, PLANT),
        time_zone: str = "Europe/Helsinki",
        netting: Netting = Netting.QUARTER,
        rolled_up: bool = True,
        pairs: bool = True,
        first_readings_s: float = 0.0,
    ) -> None:
        self.clock = clock
        self.site = Site("Home", Calendar(ZoneInfo(time_zone)), netting, tuple(labels))
        bindings = [Binding(label.name, "h", METERS[label.role]) for label in labels]
        self.assignment = assignment_of(self.site, bindings)
        self.books = MemoryBooks(self.site, self.assignment, rolled_up=rolled_up)
        self.board = LiveBoard(
            labels, clock, self.site.poll_interval_s, first_readings_s=first_readings_s
        )
        self.history = EnergyService(self.site, self.books, clock, lambda: self.assignment)
        self.parts = [PartHealth("meters", ok=True, detail="2 of 2 meters live")]
        self.fault_list: list[Fault] = []
        self.copied: ReplicaStatus | None = None
        self.backed_up: BackupStatus | None = None
        self.refreshed: list[float] = []
        self.devices = MemoryDevices()
        self.pairing = Pairing(self.devices, clock)
        pairing = self.pairing if pairs else None
        self.app_state = AppState(self.site, clock, self.board, self.history, self, pairing=pairing)

    def read(self, name: str, active_power_w: float, *, age_s: float = 0.0) -> None:
        """A meter that is connected and gave this power `age_s` ago."""
        self.board.connected(name)
        phase = PhaseReading(active_power_w / 3, 410.0, 231.2, 1.78, 0.97, 50.0)
        at, received_s = self.clock.now_s() - age_s, self.clock.monotonic_s() - age_s
        meter = GRID if name == MAINS.name else SOLAR
        self.board.put(name, PowerReading(meter, at, received_s, active_power_w, (phase,) * 3))

    def book(
        self, meter: MeterId, start: int, imported_wh: Sequence[float], exported_wh: float = 0
    ) -> None:
        """A minute for each value, from `start` on, all on phase a."""
        for index, energy_wh in enumerate(imported_wh):
            energies = (round(energy_wh * 10_000), 0, 0, round(exported_wh * 10_000), 0, 0)
            self.books.put(meter, MinuteRecord(start + 60 * index, 60, *energies))

    async def meters(self) -> list[MeterStatus]:
        booked = await self.books.booked()
        statuses = []
        for now in self.board.now().meters:
            meter = GRID if now.label.role is Role.GRID else SOLAR
            span = booked.get(meter)
            statuses.append(
                MeterStatus(
                    label=now.label,
                    host=f"{now.label.name}.example",
                    identity=MeterIdentity(meter, "SPEM-003CEBEU", "1.6.1", "triphase", None),
                    now=now,
                    clock_offset_s=-0.25,
                    booked_from=span.start if span else None,
                    booked_to=span.end if span else None,
                    gaps=await self.books.gaps(meter),
                    minutes_to_fetch=3,
                    minutes_fetched=2,
                    minutes_parked=1,
                    faults=(Fault(FaultKind.UNREACHABLE, "no answer for 5 s"),),
                    phases=("a", "b", "c"),
                )
            )
        return statuses

    async def audit(self, span: Span) -> list[AuditLine]:
        meters = [(label, GRID if label.role is Role.GRID else SOLAR) for label in self.site.meters]
        return await Audit(self.books).of(span, meters, {})

    async def refresh_power(self, timeout_s: float) -> None:
        self.refreshed.append(timeout_s)
        self.read(MAINS.name, 777.0)

    def health(self) -> Sequence[PartHealth]:
        return self.parts

    def faults(self) -> Sequence[Fault]:
        return self.fault_list

    def backup(self) -> BackupStatus | None:
        return self.backed_up

    async def copy(self) -> ReplicaStatus | None:
        return self.copied


def production_negative() -> MeterLabel:
    """A solar meter that counts production as negative."""
    return MeterLabel.of("solar", Role.SOLAR, Production.NEGATIVE)
