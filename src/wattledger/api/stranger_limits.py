"""What one server goes by with whoever reaches its port: how many, how often wrong, how loud."""

from collections.abc import Sequence

from wattledger.api.client_address import Proxies
from wattledger.api.connection_limits import MOST, MOST_OF_ONE, ConnectionLimits
from wattledger.api.rate_limited_log import RateLimitedLog
from wattledger.energy.clock import Clock
from wattledger.flow.throttle import Throttle

WRONG_TOKENS = 30
"""Wrong tokens of one address in a minute; an app that was removed asks some times at once."""
WINDOW_S = 60.0


class StrangerLimits:
    """Outlives the API that answers, so that a new one does not begin to count anew."""

    def __init__(
        self,
        clock: Clock,
        trusted_proxies: Sequence[str] = (),
        *,
        most: int = MOST,
        most_of_one: int = MOST_OF_ONE,
    ) -> None:
        """Raises ValueError for a proxy that is no address."""
        self.proxies = Proxies(trusted_proxies)
        self.connections = ConnectionLimits(clock, self.proxies, most, most_of_one)
        self.log = RateLimitedLog(clock)
        self.wrong_tokens = Throttle(clock, WRONG_TOKENS, WINDOW_S)
