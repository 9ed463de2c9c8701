"""Every span of time the meter edge goes by, in one place, so that a test can shorten it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds, by the machine's own pace. The defaults suit a real Pro 3EM."""

    open_s: float = 5.0
    """For the TCP connection and the WebSocket handshake."""
    name_s: float = 3.0
    """For a name that ends in .local to be answered for in the network."""
    close_s: float = 1.0
    call_s: float = 5.0
    """For one ordinary call, from asking to the answer."""
    page_s: float = 30.0
    """For one page of history: the meter reads it from its flash."""
    silence_s: float = 15.0
    """A live connection without any frame for so long is dead: em:0 comes every 3 s."""
    mute_s: float = 60.0
    """A live connection that answers nothing for so long is given up, also while it pushes."""
    reconnect_least_s: float = 1.0
    reconnect_most_s: float = 60.0
    good_link_s: float = 60.0
    """A link that lived so long was good: the next back-off begins anew."""
    wrong_meter_s: float = 60.0
    wrong_password_s: float = 300.0
    throttled_first_s: float = 3.0
    throttled_least_s: float = 10.0
    throttled_most_s: float = 300.0
    look_every_s: float = 20.0
    """Between two looks for a meter that does not answer, in the whole network."""
    ask_time_every_s: float = 180.0
    live_values_s: float = 3.0
    """How long a record that lacks a phase waits for the first live values."""
    columns_pause_s: float = 1.0
    """Between two questions for the names of columns."""
    page_at_once_s: float = 0.05
    """A page of history that comes so soon was no work for the meter: it needs no rest after it."""
    page_pause_most_s: float = 1.0
    counters_settle_s: float = 5.0
    """After each boundary of the meter's minute: its counters may still be moving."""
