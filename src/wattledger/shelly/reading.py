"""Answers about the power of this moment to a reading that knows how old it is."""

from collections.abc import Sequence

from wattledger.energy.clock import Clock
from wattledger.energy.reading import PowerReading
from wattledger.shelly.connection import Answer
from wattledger.shelly.decode_power import monophase_power, triphase_power
from wattledger.shelly.profile import TRIPHASE, Acquaintance


def reading_from(answers: Sequence[Answer], known: Acquaintance, clock: Clock) -> PowerReading:
    """As old as the first of the answers, of which there is one for each channel."""
    meter = known.identity.meter
    received_s = min(answer.received_s for answer in answers)
    at = clock.now_s() - (clock.monotonic_s() - received_s)
    results = [answer.result for answer in answers]
    if known.words is TRIPHASE:
        return triphase_power(results[0], meter, at, received_s)
    return monophase_power(results, meter, at, received_s)
