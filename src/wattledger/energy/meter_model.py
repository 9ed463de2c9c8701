"""The models of meters that are known: what each is called, how it counts, what it can measure.

A meter of another model is read by the components it shows, and judged by the widest limits.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from wattledger.energy.meter import PHASES

Profile = Literal["triphase", "monophase"]
"""How a meter groups its channels: one component for all three phases, or one for each channel."""

_BOTH: tuple[Profile, ...] = ("triphase", "monophase")
_CHANNELS_ONLY: tuple[Profile, ...] = ("monophase",)


@dataclass(frozen=True, slots=True)
class MeterModel:
    """`numbers`: as meters name it themselves. `phases`: for which it has a channel. `period_s`: of
    its records. `rated_a`: of its current transformers.
    """

    name: str
    numbers: tuple[str, ...]
    rated_a: int
    phases: tuple[str, ...] = PHASES
    profiles: tuple[Profile, ...] = _BOTH
    period_s: int = 60


_MODELS = (
    MeterModel("Shelly Pro 3EM", ("SPEM-003CEBEU", "SPEM-003CEBEU120"), 120),
    MeterModel("Shelly Pro 3EM-400", ("SPEM-003CEBEU400",), 400),
    MeterModel("Shelly Pro 3EM-3CT63", ("SPEM-003CEBEU63",), 63),
    MeterModel("Shelly 3EM-63 Gen3", ("S3EM-003CXCEU63",), 63, period_s=300),
    MeterModel("Shelly Pro EM-50", ("SPEM-002CEBEU50",), 50, PHASES[:2], _CHANNELS_ONLY),
    MeterModel(
        "Shelly EM Gen3", ("S3EM-002CXCEU50", "S3EM-002CXCEU"), 50, PHASES[:2], _CHANNELS_ONLY
    ),
)
_BY_NUMBER = {number: model for model in _MODELS for number in model.numbers}


def model_of(number: str) -> MeterModel | None:
    """None for one that is not known."""
    return _BY_NUMBER.get(number)


def model_name(number: str) -> str:
    """What people call it; of one that is not known its number."""
    model = model_of(number)
    return model.name if model else number


def model_words(number: str) -> str:
    """The name with the number behind it, for whoever has both on the box."""
    model = model_of(number)
    return f"{model.name} ({number})" if model else number


def known_models() -> Iterable[MeterModel]:
    return _MODELS
