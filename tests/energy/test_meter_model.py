"""The one table of models."""

import pytest

from wattledger.energy.meter_model import known_models, model_name, model_of, model_words
from wattledger.energy.plausibility import MAX_PHASE_POWER_W, WIDEST, limits_of

BOTH, CHANNELS = ("triphase", "monophase"), ("monophase",)


@pytest.mark.parametrize(
    ("number", "name", "profiles", "phases", "period_s", "rated_a"),
    [
        ("SPEM-003CEBEU", "Shelly Pro 3EM", BOTH, "abc", 60, 120),
        ("SPEM-003CEBEU400", "Shelly Pro 3EM-400", BOTH, "abc", 60, 400),
        ("SPEM-003CEBEU63", "Shelly Pro 3EM-3CT63", BOTH, "abc", 60, 63),
        ("S3EM-003CXCEU63", "Shelly 3EM-63 Gen3", BOTH, "abc", 300, 63),
        ("SPEM-002CEBEU50", "Shelly Pro EM-50", CHANNELS, "ab", 60, 50),
        ("S3EM-002CXCEU50", "Shelly EM Gen3", CHANNELS, "ab", 60, 50),
    ],
)
def test_what_is_known_of_a_model(
    number: str, name: str, profiles: tuple[str, ...], phases: str, period_s: int, rated_a: int
) -> None:
    model = model_of(number)
    assert model is not None
    assert (model.profiles, model.phases, model.period_s) == (profiles, (*phases,), period_s)
    assert (model_name(number), model_words(number)) == (name, f"{name} ({number})")
    assert limits_of(number).power_w == min(300 * 1.25 * rated_a, MAX_PHASE_POWER_W)


def test_one_that_is_not_known_is_called_by_its_number_and_judged_by_the_widest_limits() -> None:
    assert model_of("S4EM-002CXCEU") is None
    assert model_name("S4EM-002CXCEU") == model_words("S4EM-002CXCEU") == "S4EM-002CXCEU"
    assert limits_of("S4EM-002CXCEU") is WIDEST


def test_no_two_models_share_a_number_or_a_name() -> None:
    models = [*known_models()]
    numbers = [number for model in models for number in model.numbers]
    assert len(set(numbers)) == len(numbers)
    assert len({model.name for model in models}) == len(models)
