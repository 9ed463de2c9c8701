"""What a meter is and measures, in lines for a person."""

from wattledger.cli.setup.find_meters import Met
from wattledger.energy.meter import PHASES, MeterIdentity
from wattledger.energy.reading import PowerReading

INDENT = "     "


def identity_lines(number: int, met: Met) -> list[str]:
    identity = met.identity
    return [
        f"  {number}. {_named(identity)}at {met.host}",
        f"{INDENT}{identity.model}, MAC {identity.meter}, firmware {identity.firmware},"
        f" {identity.profile}",
    ]


def reading_lines(reading: PowerReading) -> list[str]:
    """Its power now; what it does not tell of a phase is a dash."""
    phases = ", ".join(
        f"{phase} {power_words(one.active_power_w)}"
        for phase, one in zip(PHASES, reading.phases, strict=True)
    )
    lines = [f"{INDENT}now {power_words(reading.active_power_w)} ({phases})"]
    if reading.errors:
        lines.append(f"{INDENT}and it says: {', '.join(reading.errors)}")
    return lines


def _named(identity: MeterIdentity) -> str:
    return f'"{identity.name}" ' if identity.name else ""


def power_words(power_w: float | None) -> str:
    return "–" if power_w is None else f"{round(power_w):,} W"
