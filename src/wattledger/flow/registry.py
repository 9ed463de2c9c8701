"""Which meter answers for which name: knows it, has it kept, and tells the history."""

from wattledger.energy.binding import Binding, assignment_of, bound
from wattledger.energy.errors import WrongMeter
from wattledger.energy.meter import MeterId, MeterIdentity
from wattledger.energy.site import Site
from wattledger.flow.bookkeep import Bookkeeper
from wattledger.flow.history import History
from wattledger.flow.ports import Books, Journal, Meter


class Registry:
    """The meters of one home, by their names in the settings."""

    def __init__(self, site: Site, books: Books, bookkeeper: Bookkeeper, history: History) -> None:
        self.site = site
        self._books = books
        self._bookkeeper = bookkeeper
        self._history = history
        self._bindings: tuple[Binding, ...] = ()
        self._on_line: dict[MeterId, Meter] = {}
        self.identities: dict[MeterId, MeterIdentity] = {}

    async def open(self, journal: Journal) -> None:
        """Remembers from the books which meters measured what. Raises StoreBusy."""
        self._bindings = await self._books.bindings()
        self.identities = await self._books.identities()
        self._history.assignment = assignment_of(self.site, self._bindings)
        await journal.assign(self._history.assignment)

    @property
    def names(self) -> dict[str, MeterId]:
        """The meter that answered last for each name, also while it is away."""
        return {binding.name: binding.meter for binding in self._bindings}

    def meters(self) -> list[MeterId | None]:
        """The meter of each name of the settings, in their order; None where none ever answered."""
        names = self.names
        return [names.get(label.name) for label in self.site.meters]

    def identify(self, meter: Meter, identity: MeterIdentity) -> None:
        """Binds the meter that answered to its name. Raises WrongMeter."""
        other = self._on_line.get(identity.meter)
        if other is not None and other is not meter:
            raise WrongMeter(
                f"the meter that answers is '{other.label.name}' already: "
                "two hosts lead to one meter"
            )
        bindings = bound(self._bindings, meter.label, meter.host, identity.meter)
        changed = bindings != self._bindings
        self._bindings = bindings
        self._on_line[identity.meter] = meter
        if changed or self.identities.get(identity.meter) != identity:
            self.identities[identity.meter] = identity
            self._bookkeeper.ask(lambda journal: journal.keep_identity(identity, bindings))
        if changed:
            assignment = assignment_of(self.site, bindings)
            self._history.assignment = assignment
            self._bookkeeper.ask(lambda journal: journal.assign(assignment))

    def left(self, meter: Meter) -> None:
        """The meter's connection is gone."""
        self._on_line = {of: one for of, one in self._on_line.items() if one is not meter}
