"""The prices of a store that a server has: read beside it, and given to it to be kept."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from wattledger.control_socket.client import ControlClient, ControlError, connected
from wattledger.energy.errors import StoreBusy, StoreUnusable
from wattledger.energy.spans import Span
from wattledger.energy.spot_price import SpotPrice
from wattledger.store.prices import read_prices


class ServedPrices:
    """PriceBook."""

    def __init__(self, store: Path, server: ControlClient) -> None:
        self._store = store
        self._server = server

    async def prices(self, area: str, span: Span) -> list[SpotPrice]:
        return read_prices(self._store, area, span)

    async def keep(self, area: str, prices: Sequence[SpotPrice]) -> None:
        try:
            self._server.keep_prices(area, prices)
        except ControlError as error:
            raise StoreBusy(str(error)) from error


@contextmanager
def served_prices(store: Path, in_use: StoreUnusable) -> Iterator[ServedPrices]:
    """Raises `in_use` where what has the store is no server."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(connected(store))
        except ControlError:
            raise in_use from None
        yield ServedPrices(store, server)
