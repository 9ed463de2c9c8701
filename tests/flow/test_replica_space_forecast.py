"""For how many years the space of the copy will do."""

import pytest

from tests.fakes.copy import MB
from tests.fakes.home import GRID, SOLAR
from tests.flow.posting import T0
from wattledger.energy.spans import Span
from wattledger.flow.replica_ports import Usage
from wattledger.flow.replica_space_forecast import years_left


def test_years_follow_what_records_take() -> None:
    usage = Usage(8_000_000, 512 * MB)
    year = Span(T0, T0 + 365 * 86_400)
    assert years_left(usage, {}) is None
    measured = years_left(usage, {GRID: year, SOLAR: year})
    per_record = 8_000_000 / (2 * 365 * 1_440)
    assert measured == pytest.approx((512 * MB - 8e6) / (per_record * 525_960 * 2))
    old = Span(T0 - 86_400 * 800, T0)
    assert years_left(usage, {GRID: year, SOLAR: old}) == pytest.approx(
        (512 * MB - 8e6) / (8_000_000 / (1_165 * 1_440) * 525_960)
    )
