"""The home's own books with what is needed to read them."""

from collections.abc import Callable
from dataclasses import dataclass

from wattledger.energy.books_snapshot import BooksSnapshot
from wattledger.energy.clock import Clock
from wattledger.energy.site import Assignment, Site
from wattledger.flow.ports import EnergyBooks


@dataclass(frozen=True, slots=True)
class LocalBooks:
    """`assigned` says which meters have measured each role, as it stands now."""

    site: Site
    books: EnergyBooks
    clock: Clock
    assigned: Callable[[], Assignment]

    async def home(self) -> BooksSnapshot:
        """The home at this moment. Raises StoreBusy."""
        return BooksSnapshot(self.site, self.assigned(), await self.books.booked())
