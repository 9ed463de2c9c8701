"""What several files of these tests begin with."""

import pytest

from tests.fakes.home import GRID, SOLAR
from tests.flow.counting import APRIL, T0, Counting, stretch
from tests.flow.posting import Posting


@pytest.fixture
def posting() -> Posting:
    return Posting()


@pytest.fixture
async def counting() -> Counting:
    """Some hours of two months, posted and counted."""
    made = Counting()
    for meter in (GRID, SOLAR):
        made.book(meter, *stretch(T0, 200), *stretch(APRIL, 200))
    await made.post()
    assert await made.count() == [frozenset(), frozenset()]
    return made
