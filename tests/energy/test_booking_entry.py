from tests.energy.making import MIDNIGHT, record
from wattledger.energy.booking_entry import Booked, Entry, Gap, GapReason
from wattledger.energy.meter import MeterId
from wattledger.energy.record import Origin
from wattledger.energy.spans import Span


def test_an_entry_is_known_by_its_meter_and_start() -> None:
    entry = Entry(MeterId("A1"), record(MIDNIGHT), Origin.FETCHED)
    assert entry.detail is None
    assert entry == Entry(MeterId("A1"), record(MIDNIGHT), Origin("fetched"))
    assert entry != Entry(MeterId("A1"), record(MIDNIGHT, 300), Origin.FETCHED)


def test_a_batch_begins_with_nothing_booked() -> None:
    assert Booked() == Booked(booked=0, known=0, contradicted=0, parked=0)


def test_a_gap_says_its_reason_in_the_words_of_the_api() -> None:
    gap = Gap(Span(MIDNIGHT, MIDNIGHT + 60), GapReason("not in meter memory"))
    assert gap.reason is GapReason.NOT_IN_MEMORY
    assert {str(reason) for reason in GapReason} == {
        "outage",
        "not in meter memory",
        "being fetched",
        "damaged",
        "meter had no time",
    }
