"""The steps in which a home is set up."""

from wattledger.flow.setup_ports import Answers, HomeSetup, SetupStep
from wattledger.setup.phone_setup import PhoneSetup


def test_meters_come_first_and_are_tried_before_anybody_says_what_they_are() -> None:
    assert list(SetupStep) == ["meters", "trial", "roles", "home", "review"]


def test_who_answers_nothing_changes_nothing() -> None:
    assert Answers() == Answers(step=None, meters=(), name=None, netting=None, mongodb_uri=None)


def test_a_home_is_set_up_from_a_phone_through_this_port() -> None:
    """Checked by its type: a method that is missing, or differs, is refused by mypy."""
    port: type[HomeSetup] = PhoneSetup
    assert port is PhoneSetup
