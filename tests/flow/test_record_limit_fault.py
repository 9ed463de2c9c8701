from tests.fakes.clock import ManualClock
from wattledger.energy.daily_limit import DAY_S
from wattledger.energy.fault import FaultKind
from wattledger.energy.meter import MeterId
from wattledger.flow.record_limit_fault import RecordLimitFault

MAINS, PLANT = MeterId("A0DD6CA0C27C"), MeterId("84FCE6367400")


def test_what_is_let_go_is_a_fault_of_that_meter_until_the_day_is_over() -> None:
    clock = ManualClock(20_000.0 * DAY_S)
    surplus = RecordLimitFault(clock)
    surplus.note(())
    assert not any(surplus.standing(MAINS))
    surplus.note(((MAINS, 5),))
    began = clock.now_s()
    clock.advance(3_600)
    surplus.note(((MAINS, 7),))
    (fault,) = surplus.standing(MAINS)
    assert (fault.kind, fault.since) == (FaultKind.TOO_MANY_RECORDS, began)
    assert not any(surplus.standing(PLANT))
    assert not any(surplus.standing(None))
    clock.advance(DAY_S)
    assert not any(surplus.standing(MAINS))
