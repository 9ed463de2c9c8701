"""Which meter answers for which name: the one who knows it, has it kept, and is asked for it."""

from collections.abc import Mapping
from types import MappingProxyType

from wattledger.energy.clock import Clock
from wattledger.energy.daily_limit import MOST_NEW_METERS, DailyLimit
from wattledger.energy.errors import WrongMeter
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.energy.meter_binding import Binding, assignment_of, bound, last_of, passed_on
from wattledger.energy.site import Assignment, Site
from wattledger.flow.bookkeeper import Bookkeeper
from wattledger.flow.ports import Books, Journal, Meter
from wattledger.flow.replica_ports import SiteManifest


class MeterRegistry:
    """The meters of one home, by their names in the settings."""

    def __init__(
        self,
        site: Site,
        books: Books,
        bookkeeper: Bookkeeper,
        clock: Clock,
        hosts: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`hosts` are those of the settings, by the names of the meters."""
        self._site = site
        self._hosts = hosts
        self._settings_names = {source.name for source in site.sources}
        self._books = books
        self._bookkeeper = bookkeeper
        self._clock = clock
        self._new = {label.name: DailyLimit(MOST_NEW_METERS) for label in site.meters}
        self._booked: set[MeterId] = set()
        """Those that had given minutes when this server began."""
        self._let_go: set[MeterId] = set()
        """What is known of these is not on its way to the books."""
        self._bindings: tuple[Binding, ...] = ()
        self._assignment = Assignment()
        self._on_line: dict[MeterId, Meter] = {}
        self._identities: dict[MeterId, MeterIdentity] = {}

    async def open(self, journal: Journal) -> None:
        """Remembers from the books which meters measured what. Raises StoreBusy."""
        self._bindings = await self._books.bindings()
        self._identities = await self._books.identities()
        self._booked = {*await self._books.booked(), *await self._books.parked()}
        self._assignment = self._assigned(self._bindings)
        await journal.assign(self._assignment)

    def assignment(self) -> Assignment:
        """Which meters have measured each role, as it stands now."""
        return self._assignment

    @property
    def identities(self) -> dict[MeterId, MeterIdentity]:
        """What each meter last said of itself."""
        return dict(self._identities)

    @property
    def names(self) -> dict[str, MeterId]:
        """The meter that answered last for each name, also while it is away."""
        names = {binding.name: binding.meter for binding in self._bindings}
        for label in self._site.meters:
            host = self._hosts.get(label.name)
            meter = last_of(self._bindings, label, host, self._settings_names)
            if meter is not None:
                names[label.name] = meter
        return names

    def meters(self) -> list[MeterId | None]:
        """The meter of each name of the settings, in their order; None where none ever answered."""
        names = self.names
        return [names.get(label.name) for label in self._site.meters]

    def manifest(self) -> SiteManifest:
        """What servers elsewhere must know of the home."""
        return SiteManifest(self._site, self._assignment, self.identities, self.names)

    def identify(self, meter: Meter, identity: MeterIdentity) -> None:
        """Binds the meter that answered to its name. Raises WrongMeter."""
        other = self._on_line.get(identity.meter)
        if other is not None and other is not meter:
            raise WrongMeter(
                f"the meter that answers is '{other.label.name}' already: "
                "two hosts lead to one meter"
            )
        bindings = self._bound(meter, identity.meter)
        self._on_line[identity.meter] = meter
        known = self._identities.get(identity.meter)
        phases = (known and known.phases) or ()
        self._keep(identity.measuring([*phases, *(meter.phases or ())]), bindings)

    def measured(self, meter: Meter) -> None:
        """A meter on line may have shown that it measures more than was known."""
        for identity in [self._identities[of] for of, one in self._on_line.items() if one is meter]:
            self._keep(identity.measuring(meter.phases or ()), self._bindings)

    def _bound(self, meter: Meter, answers: MeterId) -> tuple[Binding, ...]:
        """Raises WrongMeter, also for more new meters than a home can have: one that changes its
        MAC would use up the numbers of the store.
        """
        known = {binding.meter for binding in self._bindings}
        empty = known - self._booked - self._bookkeeper.givers
        name, names = meter.label.name, self._settings_names
        before = passed_on(self._bindings, meter.label, answers, self._hosts, names)
        bindings = bound(before, meter.label, meter.host, answers, names, empty)
        if answers not in known and not self._new[name].take(1, self._clock.now_s()):
            raise WrongMeter(
                f"a new meter answers, after {MOST_NEW_METERS} others today: does one change its "
                "MAC, or do several share the address? Nothing is booked from it until tomorrow"
            )
        return bindings

    def _keep(self, identity: MeterIdentity, bindings: tuple[Binding, ...]) -> None:
        meter = identity.meter
        is_known = bindings == self._bindings and self._identities.get(meter) == identity
        if is_known and meter not in self._let_go:
            return
        gone = {one.meter for one in self._bindings} - {one.meter for one in bindings}
        kept = {of: one for of, one in self._identities.items() if of not in gone}
        self._bindings, self._identities = bindings, {**kept, meter: identity}
        self._assignment = assignment = self._assigned(bindings)

        async def keep(journal: Journal) -> None:
            await journal.keep_identity(identity, bindings)
            await journal.assign(assignment)

        if self._bookkeeper.ask(keep):
            self._let_go.discard(meter)
        else:
            self._let_go.add(meter)

    def _assigned(self, bindings: tuple[Binding, ...]) -> Assignment:
        return assignment_of(self._site, bindings, self._identities, self._hosts)

    def left(self, meter: Meter) -> None:
        """The meter's connection is gone."""
        self._on_line = {of: one for of, one in self._on_line.items() if one is not meter}
