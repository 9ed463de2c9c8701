"""What all who work on the books of one home have in common."""

from dataclasses import dataclass

from wattledger.energy.clock import Clock
from wattledger.energy.period import Calendar
from wattledger.flow.bookkeeper import Bookkeeper
from wattledger.flow.clock_steps import ClockSteps
from wattledger.flow.ports import Books
from wattledger.flow.server_clock import ServerClock


@dataclass(frozen=True, slots=True)
class BooksContext:
    """The books, the one who writes them, the time, and how far it can be trusted."""

    books: Books
    bookkeeper: Bookkeeper
    calendar: Calendar
    clock: Clock
    steps: ClockSteps
    server_clock: ServerClock
