"""No answer is worse for the copy, whatever somebody has written there: at any time it is that of
the store alone, or one that covers more.
"""

from collections.abc import Sequence
from datetime import timedelta
from operator import ge

from tests.simulation.home import Home
from tests.simulation.life import Life
from wattledger.energy.balance import Energies
from wattledger.energy.errors import BadQuestion
from wattledger.energy.netting import Netting


async def worse_answers(home: Home, life: Life) -> list[str]:
    """Of the month, of the day and of the one before, under a netting that changes. Raises
    StoreError.
    """
    assert life.history is not None
    assert life.own_history is not None
    day = home.site.calendar.day_of(home.clock.now_s())
    netting = [*Netting][int(home.world.now) // 3_600 % len(Netting)]
    found = []
    for text in (f"{day:%Y-%m}", f"{day}", f"{day - timedelta(days=1)}"):
        try:
            before = (await life.own_history.of_period(text, None, netting)).parts
            given = (await life.history.of_period(text, None, netting)).parts
            after = (await life.own_history.of_period(text, None, netting)).parts
        except BadQuestion:  # by a clock of 1970, or one that was set meanwhile
            continue
        if before == after and _is_worse(given, before):
            found.append(f"answers: {text} by {netting} is {given[0]}, not {before[0]}")
    return found


def _is_worse(given: Sequence[Energies], own: Sequence[Energies]) -> bool:
    pairs = [(one, other) for one, other in zip(given, own, strict=True) if one != other]
    return any(
        one.times_s == other.times_s or not all(map(ge, one.times_s, other.times_s))
        for one, other in pairs
    )
