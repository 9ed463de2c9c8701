"""A home as a query finds it: whose records are late for it."""

from zoneinfo import ZoneInfo

from tests.fakes.assigned import assigned
from wattledger.energy.booked_site import BookedSite
from wattledger.energy.meter import MeterId
from wattledger.energy.netting import Netting
from wattledger.energy.period import Calendar
from wattledger.energy.site import Site
from wattledger.energy.spans import Span

MAINS, PLANT = MeterId("A0DD6CA0C27C"), MeterId("84FCE6367400")
NOW = 1_000_000 * 60
BOOKED = {MAINS: Span(0, NOW - 120), PLANT: Span(0, NOW - 300)}
"""The mains up to the last minute that settled, the plant not."""


def late(end: int) -> list[MeterId]:
    site = Site("Home", Calendar(ZoneInfo("UTC")), Netting.QUARTER, ())
    return BookedSite(site, assigned((MAINS,), (PLANT,)), BOOKED).late(NOW, end)


def test_a_meter_is_late_that_has_not_booked_what_settled() -> None:
    assert late(NOW + 86_400) == [PLANT]


def test_none_is_late_for_what_it_has_booked_to_the_end() -> None:
    assert late(NOW - 240) == [PLANT]
    assert late(NOW - 300) == []
