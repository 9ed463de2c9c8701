"""A server without settings: it listens, says what to do, and waits for them."""

import asyncio
from collections.abc import Callable

from wattledger import __version__
from wattledger.api.listening_sockets import Listeners
from wattledger.api.setup_app import SetupApp
from wattledger.app.entrance import Entrance
from wattledger.energy.clock import Clock
from wattledger.settings import Settings

COMMAND = "sudo wattledger setup"


async def run_setup(
    settings: Settings,
    clock: Clock,
    listeners: Listeners,
    over: asyncio.Event,
    begun: Callable[[str], None],
) -> None:
    """Until `over`; `begun` is told the address once it listens. Raises CannotListen."""
    entrance = Entrance(settings, clock)
    async with entrance.serving(SetupApp(__version__, COMMAND), listeners) as server:
        begun(server.url)
        await over.wait()
