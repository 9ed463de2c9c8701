import inspect

import pytest

from wattledger.energy import errors
from wattledger.energy.fault import Fault, FaultKind

FAMILY = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]


def test_every_error_descends_from_one_and_stands_in_the_tree() -> None:
    assert all(issubclass(kind, errors.WattledgerError) for kind in FAMILY)
    assert errors.__doc__ is not None
    assert [kind.__name__ for kind in FAMILY if kind.__name__ not in errors.__doc__] == []


@pytest.mark.parametrize("kind", [errors.BadPeriod, errors.InFuture, errors.TooManyBuckets])
def test_a_bad_question_names_its_parameter(kind: type[errors.BadQuestion]) -> None:
    error = kind("period", "no such day")
    assert (error.parameter, error.detail, str(error)) == ("period", "no such day", "no such day")
    assert isinstance(error, errors.BadQuestion)


def test_settings_say_all_their_faults_at_once() -> None:
    error = errors.BadSettings(["line 3: port", "line 5: role"])
    assert error.faults == ["line 3: port", "line 5: role"]
    assert str(error) == "line 3: port\nline 5: role"


def test_a_meter_that_refuses_says_when_to_come_again() -> None:
    error = errors.MeterRefused("wrong password", 60.0)
    assert error.retry_after_s == 60.0
    assert isinstance(error, errors.MeterError)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (errors.MeterUnreachable("why"), FaultKind.UNREACHABLE),
        (errors.MeterDeclined("why"), FaultKind.UNREACHABLE),
        (errors.MeterRefused("why", 60.0), FaultKind.PASSWORD_REFUSED),
        (errors.MeterRefused("why", 60.0, FaultKind.NO_METER), FaultKind.NO_METER),
        (errors.ProtocolError("why"), FaultKind.NO_METER),
        (errors.WrongMeter("why"), FaultKind.OTHER_METER),
    ],
)
def test_what_came_between_is_a_fault_of_the_meter(
    error: errors.MeterError | errors.WrongMeter, kind: FaultKind
) -> None:
    assert error.fault == Fault(kind, "why")


def test_a_source_of_prices_says_what_is_wrong_and_when_to_come_again() -> None:
    assert str(errors.PriceError("it does not answer")) == "it does not answer"
    assert errors.PriceError("why").retry_after_s == 0
    assert errors.PriceError("why", 60.0).retry_after_s == 60


def test_too_many_tries_say_when_to_come_again() -> None:
    error = errors.TooManyTries(30)
    assert (error.retry_after_s, str(error)) == (30, "too many wrong codes; try again in 30 s")


def test_without_a_tariff_it_is_said_where_one_is_named() -> None:
    assert str(errors.NoTariff()).startswith("the settings name no tariff")


def test_a_copy_that_was_put_back_says_what_is_done() -> None:
    assert str(errors.ReplicaRestored()).startswith("MongoDB was put back to an earlier state")
