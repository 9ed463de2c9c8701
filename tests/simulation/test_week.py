"""Two weeks of the many that `./run simulate` lives through: in the end all is true, and a seed
repeats exactly.
"""

import pytest

from tests.simulation.draw import DAY_S, drawn
from tests.simulation.week import live


@pytest.mark.parametrize("seed", [3, 14])
def test_a_week_of_faults_ends_with_true_books(seed: int) -> None:
    assert live(seed, drawn(seed)).wrong == []


def test_a_seed_repeats_exactly() -> None:
    faults = [fault for fault in drawn(7) if fault.at_s < DAY_S]
    one, other = (live(7, faults, week_s=DAY_S) for _ in range(2))
    assert (one.wrong, one.trace) == ([], other.trace)
