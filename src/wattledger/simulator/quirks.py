"""Habits that differ between meters, or that nobody has seen yet: switches for tests."""

from dataclasses import dataclass
from typing import Literal

NumberStyle = Literal["int", "float", "mixed"]


@dataclass(frozen=True, slots=True)
class Quirks:
    """What a meter may do within what is known of it.

    `begins_before_records`: a block of GetData starts up to so many records before the asked ts.
    `shows_running_minute`: GetData ends with the minute that is still being counted.
    `zero_when_done`: the last page says `next_record_ts: 0` instead of leaving it out.
    `saves_minute_on_reboot`: the minute cut by a reboot is kept, so that it has two records.
    `number_style`: a whole number is written `50` (int), `50.0` (float), or now so, now so (mixed);
    None is what the firmware does.
    `csv_missing`: data.csv answers 404.
    `pushes_unauthenticated`: notifications flow before the password was shown.
    `unwired`: phases without voltage and current transformer.
    `calls_itself`: the number of a model that it gives instead of its own.
    `empty_status_s`: so long after a boot Shelly.GetStatus has the keys of the meter's components,
    with nothing under them.
    `max_channels`: HTTP calls in work at the same time; one more is answered 503.
    """

    begins_before_records: int = 0
    shows_running_minute: bool = False
    zero_when_done: bool = False
    saves_minute_on_reboot: bool = False
    number_style: NumberStyle | None = None
    csv_missing: bool = False
    pushes_unauthenticated: bool = False
    unwired: frozenset[str] = frozenset()
    calls_itself: str | None = None
    empty_status_s: float = 0.0
    max_channels: int = 6
