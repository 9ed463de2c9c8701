"""The one bound for whatever a stranger can make grow: so much, and the rest is let go and told.

Told as the fault `too_many_records`. Nothing is taken back when more comes than is allowed: what
came first stays, as in the books.
"""

DAY_S = 86_400
MOST_CONTRADICTED = 5_000
"""Records of one meter and day that differ from what is booked; a meter counts 1,440 a day."""
MOST_PARKED = 2_000
"""Records of one meter and day that end later than our clock allows."""
MOST_BLOCKS = 20_000
"""Blocks in one list of a meter's memory: 60 days hold 86,400 minutes, and few are alone."""
MOST_LIST_PAGES = 1_000
MOST_STORED_S = 400 * DAY_S
"""Of time in one list of a meter's memory, the newest of it: a meter keeps 30 to 60 days."""
MOST_NEW_METERS = 4
"""Of one name and day: a meter is replaced once in years."""


class DailyLimit:
    """So much a day; days are those of UTC by our clock."""

    __slots__ = ("_day", "_most", "_taken")

    def __init__(self, most: int, taken: int = 0, now: float = 0.0) -> None:
        """`taken` of the day that `now` lies in."""
        self._most = most
        self._taken = taken
        self._day = now // DAY_S

    def copy(self) -> "DailyLimit":
        return DailyLimit(self._most, self._taken, self._day * DAY_S)

    def left(self, now: float) -> int:
        """How many are still allowed today."""
        day = now // DAY_S
        if day != self._day:
            self._day, self._taken = day, 0
        return max(0, self._most - self._taken)

    def take(self, wanted: int, now: float) -> int:
        """How many of them are allowed."""
        allowed = min(wanted, self.left(now))
        self._taken += allowed
        return allowed
