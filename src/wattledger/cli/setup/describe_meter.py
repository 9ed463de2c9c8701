"""What a meter is and measures, in lines for a person."""

from wattledger.energy.clean_text import clean
from wattledger.energy.meter import PHASES, MeterIdentity
from wattledger.energy.meter_model import model_words
from wattledger.setup.meter_discovery import Met
from wattledger.shelly.probe import Sight

INDENT = "     "


def identity_lines(number: int, met: Met) -> list[str]:
    identity = met.identity
    return [
        f"  {number}. {_named(identity)}at {met.host}",
        f"{INDENT}{model_words(identity.model)}, MAC {identity.meter},"
        f" firmware {identity.firmware}, {identity.profile}",
    ]


def reading_lines(sight: Sight) -> list[str]:
    """Its power now, on the phases that it measures; what it does not tell of one is a dash."""
    reading = sight.reading
    phases = ", ".join(
        f"{phase} {power_words(one.active_power_w)}"
        for phase, one in zip(PHASES, reading.phases, strict=True)
        if phase in sight.phases
    )
    lines = [f"{INDENT}now {power_words(reading.active_power_w)} ({phases})"]
    if reading.errors:
        lines.append(f"{INDENT}and it says: {', '.join(reading.errors)}")
    return lines + [f"{INDENT}note: {clean(note.detail)}" for note in sight.notes]


def _named(identity: MeterIdentity) -> str:
    return f'"{identity.name}" ' if identity.name else ""


def power_words(power_w: float | None) -> str:
    return "–" if power_w is None else f"{round(power_w):,} W"
